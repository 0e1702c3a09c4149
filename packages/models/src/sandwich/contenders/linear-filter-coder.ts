import type { FileLayout } from '@sandwich/codec-proxy';
import type { Coder } from '@sandwich/evaluation';
import type { Picture } from '@sandwich/pictures';
import type { CodecSetting } from './codec-setting.js';
import { doublePicture, halvePicture } from './linear-filters.js';

/** What `linearFilterCoder` makes a coder of. */
export interface LinearFilterCoderOptions {
  name: string;
  /** Which codec it is, where its settings do not tell it from others. */
  codec: string;
  /** How the channels lie in files. */
  layout: FileLayout;
  settings: readonly CodecSetting[];
}

/** Pictures of 8 bits at half their width and height in files of a codec, between the best linear pair of filters: a hand-made code. */
export function linearFilterCoder({ name, codec, layout, settings }: LinearFilterCoderOptions): Coder {
  return {
    name,
    description: 'the same codec at half size between linear filters of least squared error',
    key: JSON.stringify(['linear filter pair', codec, layout]),
    group: 'linear filter pair',
    settings: settings.map((setting) => setting.name),
    pixels: ({ width, height }) => width * height,
    async *code(picture, indices) {
      const reduced = halvePicture(picture as Picture<Uint8Array>);
      for (const setting of indices) {
        const { decoded, bits } = await settings[setting].code(reduced, layout);
        const output = { ...picture, ...doublePicture({ ...decoded, channels: picture.channels }, picture) };
        yield { setting, bits, output, views: {} };
      }
    },
  };
}
