import type { Picture } from '@sandwich/pictures';
import type { Coder } from './coder.js';

/** Options of `fileCoder`; a `PictureCodec` has the functions among them. */
export interface FileCoderOptions<Setting> {
  name: string;
  /** Default: the name. */
  description?: string;
  /** See `Coder`. */
  key: string;
  /** See `Coder`. */
  group?: string;
  /** What `encode` is given for each point of the curve, by the point's name. */
  settings: Readonly<Record<string, Setting>>;
  /** Makes the file of a picture. */
  encode(picture: Picture, setting: NoInfer<Setting>): Promise<Uint8Array>;
  /** Restores the picture of a file. */
  decode(file: Uint8Array): Promise<Picture>;
  /** Pictures of what lies between, by name. Default none. */
  views?(picture: Picture, setting: NoInfer<Setting>): Record<string, Picture>;
}

/** Whatever makes files of pictures as a coder: bits are the lengths of the files, outputs what they are decoded to. */
export function fileCoder<Setting>(options: FileCoderOptions<Setting>): Coder {
  const { name, description = name, key, group, settings: named } = options;
  const settings = Object.keys(named);
  return {
    name,
    description,
    key,
    group,
    settings,
    pixels: ({ width, height }) => width * height,
    async *code(picture, indices) {
      for (const setting of indices) {
        const value = named[settings[setting]];
        const file = await options.encode(picture, value);
        const output = await options.decode(file);
        yield { setting, bits: 8 * file.length, output, views: options.views?.(picture, value) ?? {} };
      }
    },
  };
}
