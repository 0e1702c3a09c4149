import type { Codec } from '@sandwich/codecs';
import type { Picture } from '@sandwich/pictures';
import type { Coder } from './coder.js';
import { fileCoder } from './file-coder.js';

/** Options of `codecCoder`. */
export interface CodecCoderOptions {
  /** Default: the codec's. */
  name?: string;
  /** See `Coder`. */
  group?: string;
  /** In rising order; default the codec's. */
  qualities?: readonly number[];
}

/**
 * A real codec alone as a coder, at several qualities: an anchor for systems that are used in its place. It takes pictures of 8 bits a sample.
 *
 * @example
 * const anchors = [codecCoder(await codecs.jpeg(), { name: 'JPEG' })];
 */
export function codecCoder(
  codec: Codec,
  { name = codec.name, group, qualities = codec.qualities }: CodecCoderOptions = {},
): Coder {
  const settings = Object.entries(codec.settings).map(([key, value]) => `${key}: ${value}`);
  return fileCoder<number>({
    name,
    description: `pictures as they are in files of ${[codec.name, ...settings].join('; ')}`,
    key: JSON.stringify([codec.name, codec.settings]),
    group,
    settings: Object.fromEntries(qualities.map((quality) => [`quality ${quality}`, quality])),
    // The codec refuses pictures of more bits.
    encode: (picture, quality) => codec.encode(picture as Picture<Uint8Array>, quality),
    decode: (file) => codec.decode(file),
  });
}
