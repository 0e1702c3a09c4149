import { assertBytes } from '../codec.js';
import { layersOf } from './l3i-file.js';
import { isL3ix, l3ixLayout } from './l3ix-file.js';

const LENGTH_OF_CHANNEL = 4;
const LENGTH_OF_BLOCK = 2;

/**
 * Bytes that each channel takes in a `.l3i` or `.l3ix` file, in the latter with the lengths that stand before it and its blocks.
 *
 * @throws Error when it is neither, with the reason
 */
export function channelBytes(file: Uint8Array): number[] {
  assertBytes(file, 'channelBytes');
  if (!isL3ix(file)) return layersOf(file).layers.map((layer) => layer.length);
  return l3ixLayout(file).channels.map((blocks) =>
    blocks.reduce((sum, block) => sum + LENGTH_OF_BLOCK + block.length, LENGTH_OF_CHANNEL),
  );
}
