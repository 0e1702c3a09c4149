import { flatTables } from '@sandwich/codecs';
import { startEngine } from '@sandwich/engine';
import type { Picture } from '@sandwich/pictures';
import { beforeAll, describe, expect, it } from 'vitest';
import { crossEntropy } from '../../classifiers/cross-entropy.js';
import type { Recogniser } from '../../classifiers/recogniser.js';
import { judgePictures, judgeTables } from './judge-tables.js';

beforeAll(() => startEngine());

/** Says which of red, green and blue an image has most of. */
const colours: Recogniser = {
  name: 'colours',
  classes: 3,
  smallestSide: 1,
  apply: (images) => images.mean([1, 2]),
  loss: crossEntropy,
  measures: [],
  dispose() {},
};

const plain = (side: number, ...colour: number[]): Picture<Uint8Array> => ({
  data: Uint8Array.from({ length: 3 * side ** 2 }, (_, i) => colour[i % 3]),
  width: side,
  height: side,
  channels: 3,
});
const pictures = [plain(8, 200, 0, 0), plain(8, 0, 0, 200), plain(16, 0, 200, 0), plain(8, 200, 0, 0)];

describe('a judge', () => {
  it('compares the most likely class with the label, in the order of the pictures', async () => {
    const labels = Int32Array.of(0, 1, 1, 2);
    expect(judgePictures(colours, pictures, labels)).toEqual([1, 0, 1, 0]);
    const tables = () => flatTables(1);
    expect((await judgeTables(colours, pictures, labels, { tables })).right).toEqual([1, 0, 1, 0]);
  });

  // As one of 1 and zeros both would be class 0.
  it.each([3, -1])('refuses a label of no class, %i, before it codes anything', async (label) => {
    const labels = Int32Array.of(0, 1, label, 0);
    const message = `picture 2 has the label ${label}, and colours tells 3 classes apart, from 0 on`;
    expect(() => judgePictures(colours, pictures, labels)).toThrow(message);
    const tables = () => {
      throw new Error('it coded');
    };
    await expect(judgeTables(colours, pictures, labels, { tables })).rejects.toThrow(message);
  });
});
