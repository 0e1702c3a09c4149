import { type CodecName, codecs, encodeJpeg } from '@sandwich/codecs';
import { assertPicture, type Picture, type PictureCodec } from '@sandwich/pictures';
import { checkQuality, DEFAULT_QUALITY, decodeOrdinary, ordinaryFormats } from '../ordinary-files/ordinary-files.js';
import type { TileOptions } from '../tiling/tile-rectangles.js';
import { editPicture } from './edit-picture.js';
import type { PreEditor } from './pre-editor.js';

/** As what `preEditorCodec` writes a file, and how finely. */
export interface PreEditorEncodeOptions extends TileOptions {
  /** Default `jpeg`, of 4:4:4 with Annex K's tables. */
  codec?: CodecName;
  /** On the codec's own scale, 1 to 100. Default 75; the published network was trained for JPEG of 8 to 25. */
  quality?: number;
}

/**
 * A pre-editing network as a codec of pictures: ordinary files of edited pictures.
 *
 * @param system the codec owns and disposes it
 */
export function preEditorCodec(system: PreEditor): PictureCodec<PreEditorEncodeOptions> {
  return {
    bitDepth: 8,
    formats: ordinaryFormats,
    options: ['quality'],
    name: `pre-editing of ${system.architecture.features} channels`,
    checkOptions: async ({ quality = DEFAULT_QUALITY }) => checkQuality(quality),
    async encode(picture, options = {}) {
      const { codec = 'jpeg', quality = DEFAULT_QUALITY } = options;
      checkQuality(quality);
      assertPicture(picture, 'image.', { bitDepth: 8 });
      const edited = await editPicture(system, picture as Picture<Uint8Array>, options);
      if (codec === 'jpeg') return encodeJpeg(edited, { quality, subsampling: '4:4:4', optimizeHuffman: true });
      return (await codecs[codec]()).encode(edited, quality);
    },
    decode: decodeOrdinary,
    dispose: () => system.dispose(),
  };
}
