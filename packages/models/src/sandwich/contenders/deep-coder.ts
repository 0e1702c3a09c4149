import { availableParallelism } from 'node:os';
import { createDeepJxl, MissingToolError } from '@sandwich/codecs';
import type { Coder } from '@sandwich/evaluation';
import { bitDepthOf, withBitDepth } from '@sandwich/pictures';
import { inOrder } from './in-order.js';

/**
 * JPEG XL of all bits of a picture, for pictures of more than 8.
 *
 * @param note hears when its programs are missing
 * @returns undefined where they are
 */
export async function deepJxlCoder(
  qualities: readonly number[],
  note: (text: string) => void,
): Promise<Coder | undefined> {
  const name = 'JPEG XL of all bits';
  const codec = await createDeepJxl().catch((error: Error) => {
    if (!(error instanceof MissingToolError)) throw error;
    note(`${name} is left out: ${error.message}`);
    return undefined;
  });
  if (!codec) return undefined;
  return {
    name,
    description: 'pictures as they are in files of JPEG XL of 16 bits a sample',
    key: JSON.stringify([codec.name, codec.settings]),
    settings: qualities.map((quality) => `quality ${quality}`),
    pixels: ({ width, height }) => width * height,
    async *code(item, settings) {
      const work = settings.map((setting) => async () => {
        const file = await codec.encode(item, qualities[setting]);
        return { setting, bits: 8 * file.length, decoded: await codec.decode(file, item.channels) };
      });
      for await (const { setting, bits, decoded } of inOrder(work, availableParallelism())) {
        yield { setting, bits, output: withBitDepth(decoded, bitDepthOf(item)), views: {} };
      }
    },
  };
}
