import { type CodecName, codecs, encodeJpeg, type JpegCoefficients } from '@sandwich/codecs';
import { assertPicture, type Picture, type PictureCodec } from '@sandwich/pictures';
import { checkQuality, DEFAULT_QUALITY, decodeOrdinary, ordinaryFormats } from '../../ordinary-files/ordinary-files.js';
import type { LearnedJpeg } from './learned-jpeg.js';
import { smoothLevels, smoothPicture } from './smooth-picture.js';
import { smoothingScale } from './smoothing-scale.js';

/** How finely `learnedJpegCodec` writes a file, and as what. */
export interface LearnedJpegEncodeOptions {
  /** Default `jpeg`, with the learned tables. Others carry the smoothed picture. */
  codec?: CodecName;
  /**
   * Factor on all steps of the tables, for which pictures are smoothed, more than 0 and at most 255. Default 1; for other codecs than JPEG what goes with
   * the quality (`smoothingScale`).
   */
  stepScale?: number;
  /** Quality of other codecs than JPEG, 1 to 100. Default 75. */
  quality?: number;
}

function checkOptions({ codec = 'jpeg', stepScale = 1, quality }: LearnedJpegEncodeOptions): void {
  if (!(stepScale > 0 && stepScale <= 255))
    throw new RangeError(`stepScale must be more than 0 and at most 255, got ${stepScale}`);
  if (quality === undefined) return;
  if (codec === 'jpeg')
    throw new RangeError('quality is for other codecs than JPEG, whose tables are learned: give stepScale');
  checkQuality(quality);
}

/** What a JPEG file is made of: a picture that is smoothed if the system has attention, or its levels where these are smoothed themselves. */
export function jpegSourceOf(
  system: LearnedJpeg,
  picture: Picture<Uint8Array>,
  stepScale = 1,
): JpegCoefficients | Picture<Uint8Array> {
  const asLevels = system.attention && system.architecture.smoothing === 'coefficients';
  return asLevels ? smoothLevels(system, picture, stepScale) : smoothPicture(system, picture, stepScale);
}

/** The JPEG file of a picture: smoothed if the system has attention, with its tables, 4:4:4, with Huffman codes made to its measure. */
export function learnedJpegFile(system: LearnedJpeg, picture: Picture<Uint8Array>, stepScale = 1): Uint8Array {
  const tables = system.fileTables(stepScale);
  return encodeJpeg(jpegSourceOf(system, picture, stepScale), { tables, subsampling: '4:4:4', optimizeHuffman: true });
}

/**
 * LearnedJPEG as a codec of pictures: ordinary JPEG files with learned tables, of pictures that were smoothed if there is attention, or WebP or
 * AVIF files of these.
 *
 * @param system the codec owns and disposes it
 */
export function learnedJpegCodec(system: LearnedJpeg): PictureCodec<LearnedJpegEncodeOptions> {
  return {
    bitDepth: 8,
    formats: ordinaryFormats,
    options: ['stepScale', 'quality'],
    name: system.attention ? `learned tables, ${system.attention.name} attention` : 'learned tables, 4:4:4',
    checkOptions: async (options) => checkOptions(options),
    async encode(picture, options = {}) {
      checkOptions(options);
      assertPicture(picture, 'image.', { bitDepth: 8 });
      const { codec: name = 'jpeg', stepScale, quality = DEFAULT_QUALITY } = options;
      const eight = picture as Picture<Uint8Array>;
      if (name === 'jpeg') return learnedJpegFile(system, eight, stepScale);
      const codec = await codecs[name]();
      return codec.encode(smoothPicture(system, eight, stepScale ?? smoothingScale(system, codec, quality)), quality);
    },
    decode: decodeOrdinary,
    dispose: () => system.dispose(),
  };
}
