import type { FileLayout } from '@sandwich/codec-proxy';
import type { Coder } from '@sandwich/evaluation';
import type { Picture } from '@sandwich/pictures';
import type { CodecSetting } from './codec-setting.js';
import { doublePicture, halvePicture } from './linear-filters.js';
import { packPicture, unpackPicture } from './packed-details.js';

/** What `linearFilterCoder` makes a coder of. */
export interface LinearFilterCoderOptions {
  name: string;
  /** Which codec it is, where its settings do not tell it from others. */
  codec: string;
  /** How the channels lie in files. */
  layout: FileLayout;
  settings: readonly CodecSetting[];
  /** Whether pictures, which must be in colour, carry their details in chroma. Default false. */
  packsDetails?: boolean;
  /** See `Coder`. Default: how the code is called. */
  group?: string;
}

/**
 * Pictures of 8 bits at half their width and height in files of a codec, a hand-made code: between the best linear pair of filters, or, with
 * details packed into chroma, between filters that are the best for these.
 */
export function linearFilterCoder(options: LinearFilterCoderOptions): Coder {
  const { name, codec, layout, settings, packsDetails = false } = options;
  const code = packsDetails ? 'packed details' : 'linear filter pair';
  const reduce = (picture: Picture<Uint8Array>) =>
    packsDetails ? packPicture(picture as Picture<Uint8Array, 3>) : halvePicture(picture);
  const enlarge = packsDetails ? unpackPicture : doublePicture;
  return {
    name,
    description: packsDetails
      ? 'the same codec at half size, details in chroma'
      : 'the same codec at half size between linear filters of least squared error',
    key: JSON.stringify([code, codec, layout]),
    group: options.group ?? code,
    settings: settings.map((setting) => setting.name),
    pixels: ({ width, height }) => width * height,
    async *code(picture, indices) {
      const reduced = reduce(picture as Picture<Uint8Array>);
      for (const setting of indices) {
        const { decoded, bits } = await settings[setting].code(reduced, layout);
        const output = { ...picture, ...enlarge({ ...decoded, channels: picture.channels as 3 }, picture) };
        yield { setting, bits, output, views: {} };
      }
    },
  };
}
