import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UnusableImage } from '@sandwich/pictures';
import { beforeEach, describe, expect, it } from 'vitest';
import { tinyPictures } from '../../testing/tiny-labelled.js';
import type { Batch } from '../batch-stream.js';
import { readCifar } from './cifar.js';
import { type LabelledPictures, selectPictures } from './labelled-pictures.js';
import { labelledSettings } from './labelled-settings.js';
import { type LabelledStreamOptions, openLabelledStream } from './labelled-stream.js';

const data = process.env.SANDWICH_DATA;
let notes: string[];
beforeEach(() => {
  notes = [];
});

const note = (text: string) => notes.push(text);
const seven = tinyPictures(Array.from({ length: 7 }, () => [6, 5]));

const open = (changes: Partial<LabelledStreamOptions>) =>
  openLabelledStream({
    ...labelledSettings,
    batchSize: 4,
    seed: 3,
    pictures: seven,
    purpose: 'train',
    note,
    ...changes,
  });

async function take(count: number, changes: Partial<LabelledStreamOptions> = {}): Promise<Batch[]> {
  const stream = open(changes);
  const batches: Batch[] = [];
  for (let i = 0; i < count; i++) {
    const batch = await stream.next();
    if (!batch) break;
    batches.push(batch);
  }
  await stream.close();
  return batches;
}

/** The pictures of batches: their indexes, and the red, green and blue of each row's pixels. */
function cropsOf(batches: readonly Batch[]): { index: number; label: number; pixels: number[][] }[] {
  return batches.flatMap(({ arrays: { images, labels }, files }) => {
    const size = images.values.length / files.length;
    return files.map((file, i) => {
      const values = [...images.values.subarray(i * size, (i + 1) * size)];
      const pixels = Array.from({ length: size / 3 }, (_, at) => values.slice(3 * at, 3 * at + 3));
      return { index: Number(file.split(' ')[1]), label: labels.values[i], pixels };
    });
  });
}

/** `seven`, but for some pictures that cannot be read. */
const damagedAt = (...indexes: number[]): LabelledPictures => ({
  ...seven,
  picture: async (index) => {
    if (indexes.includes(index)) throw new UnusableImage(`picture ${index}`, 'is damaged');
    return seven.picture(index);
  },
});

describe('training', () => {
  it('takes every picture once per epoch, in a new order each time', async () => {
    const crops = cropsOf(await take(7));
    for (const { index, label, pixels } of crops) {
      expect(label).toBe(index % 3);
      for (const [, , blue] of pixels) expect(blue).toBe(index);
    }
    const indexes = crops.map(({ index }) => index);
    const epochs = [0, 7, 14, 21].map((begin) => indexes.slice(begin, begin + 7));
    for (const epoch of epochs) expect([...epoch].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(new Set(epochs.map((epoch) => epoch.join())).size).toBe(4);
  });

  it('takes whole pictures, mirrored at times or not at all', async () => {
    const [{ arrays }] = await take(1);
    expect(arrays.images.shape).toEqual([4, 5, 6, 3]);
    expect(arrays.labels.shape).toEqual([4]);
    const firstRows = (crops: ReturnType<typeof cropsOf>) =>
      new Set(
        crops.map(({ pixels }) =>
          pixels
            .slice(0, 6)
            .map(([red]) => red)
            .join(),
        ),
      );
    expect(firstRows(cropsOf(await take(8)))).toEqual(new Set(['1,2,3,4,5,6', '6,5,4,3,2,1']));
    expect(firstRows(cropsOf(await take(8, { mirror: false })))).toEqual(new Set(['1,2,3,4,5,6']));
  });

  it('crops at every place of the padded picture, black beyond it', async () => {
    const crops = cropsOf(await take(120, { cropSize: 4, padding: 1, mirror: false }));
    const places = new Set<string>();
    for (const { index, pixels } of crops) {
      // A pixel that no place has beyond the picture.
      const [red, green] = pixels[4 + 1];
      const [left, top] = [red - 2, green - 2];
      places.add(`${left} ${top}`);
      const expected = pixels.map((_, i) => {
        const [x, y] = [left + (i % 4), top + Math.floor(i / 4)];
        return x >= 0 && x < 6 && y >= 0 && y < 5 ? [x + 1, y + 1, index] : [0, 0, 0];
      });
      expect(pixels).toEqual(expected);
    }
    // Crops of 4 out of 8x7 pixels.
    expect(places.size).toBe(5 * 4);
    const shifted = cropsOf(await take(60, { padding: 2 }));
    expect(new Set(shifted.map(({ pixels }) => pixels[0].join())).has('0,0,0')).toBe(true);
  });

  it('goes on exactly at a position, and differs by seed', async () => {
    const changes = { cropSize: 4, padding: 1 };
    const whole = await take(6, changes);
    expect(await take(3, { ...changes, position: 3 })).toEqual(whole.slice(3));
    expect(await take(6, changes)).toEqual(whole);
    expect(await take(6, { ...changes, seed: 4 })).not.toEqual(whole);
  });

  it('gives each of several processes its share', async () => {
    const whole = cropsOf(await take(3));
    const shares = await Promise.all([0, 1].map((rank) => take(3, { share: { rank, size: 2 } })));
    for (const i of [0, 1, 2]) {
      expect(shares.flatMap((batches) => cropsOf([batches[i]]))).toEqual(whole.slice(4 * i, 4 * i + 4));
    }
    expect(() => open({ share: { rank: 0, size: 3 } })).toThrow('a batch of 4 cannot be shared equally by 3 processes');
  });

  it('draws others in the place of damaged pictures, which it names once', async () => {
    const pictures = damagedAt(1, 4);
    const batches = await take(7, { pictures });
    expect(batches.every(({ files }) => files.length === 4)).toBe(true);
    const used = cropsOf(batches).map(({ index }) => index);
    expect(new Set(used)).toEqual(new Set([0, 2, 3, 5, 6]));
    expect(notes.sort()).toEqual(['skipped: picture 1: is damaged', 'skipped: picture 4: is damaged']);
    expect(await take(3, { pictures, position: 4 })).toEqual(batches.slice(4));
    await expect(take(1, { pictures: damagedAt(0, 1, 2, 3, 4, 5, 6) })).rejects.toThrow(
      'none of the 7 pictures could be decoded',
    );
  });
});

describe('validation', () => {
  it('takes the set in order, once, the last batch as it comes', async () => {
    const batches = await take(9, { purpose: 'validate', padding: 3 });
    expect(batches.map(({ files }) => files.length)).toEqual([4, 3]);
    const crops = cropsOf(batches);
    expect(crops.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    for (const { pixels } of crops) expect(pixels.slice(0, 2).map(([red]) => red)).toEqual([1, 2]);
    expect(await take(9, { purpose: 'validate', position: 1, padding: 3 })).toEqual(batches.slice(1));
  });

  it('takes the middle of pictures', async () => {
    const [{ pixels }] = cropsOf(await take(1, { purpose: 'validate', cropSize: 3 }));
    // 6x5: one column and one row are left off at the beginning.
    expect(pixels[0]).toEqual([2, 2, 0]);
    expect(pixels[8]).toEqual([4, 4, 0]);
  });

  it('is divided among processes, no picture twice', async () => {
    const shares = await Promise.all(
      [0, 1, 2].map((rank) => take(9, { purpose: 'validate', share: { rank, size: 3 } })),
    );
    const used = shares.flatMap((batches) => cropsOf(batches).map(({ index }) => index));
    expect(used.sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('leaves out damaged pictures, whole batches of them', async () => {
    const batches = await take(9, { purpose: 'validate', pictures: damagedAt(0, 1, 2, 3, 5) });
    expect(cropsOf(batches).map(({ index }) => index)).toEqual([4, 6]);
    expect(notes.length).toBe(5);
  });

  it.skipIf(data === undefined)('takes the middle as numpy does (needs SANDWICH_DATA)', async () => {
    const fixtures = new URL('../../fixtures/labelled-pictures.json', import.meta.url);
    const expected = JSON.parse(await readFile(fixtures, 'utf8'))['test.bin'];
    const pictures = await readCifar([join(data!, 'cifar10', 'test.bin')], { note });
    const [{ arrays }] = await take(1, { pictures, purpose: 'validate', batchSize: 100, cropSize: 24 });
    expect([...arrays.labels.values.slice(0, 20)]).toEqual(expected.labels);
    const hash = createHash('sha256').update(Uint8Array.from(arrays.images.values));
    expect(hash.digest('hex')).toBe(expected.middle24);
  });
});

describe('openLabelledStream', () => {
  it('names pictures of other sizes and leaves them out', async () => {
    const pictures = tinyPictures([
      [6, 5],
      [5, 6],
      [8, 8],
      [6, 5],
    ]);
    const whole = open({ pictures, purpose: 'validate' });
    expect(whole.files).toEqual(['picture 0', 'picture 3']);
    expect(whole.description).toBe('2 of 4 pictures of 3 classes of a test');
    expect(notes.splice(0)).toEqual([
      'skipped: picture 1: is 5x6, and the first picture 6x5: set cropSize to take a part of each',
      'skipped: picture 2: is 8x8, and the first picture 6x5: set cropSize to take a part of each',
    ]);
    await whole.close();
    const crops = open({ pictures, cropSize: 6 });
    expect(crops.files).toEqual(['picture 2']);
    expect(notes[0]).toBe('skipped: picture 0: is 6x5, smaller than the crop, 6x6');
    await crops.close();
    expect(() => open({ pictures, cropSize: 9 })).toThrow(
      'none of 4 pictures of 3 classes of a test is as large as the crop, 9x9',
    );
  });

  it('gives nothing after it is closed', async () => {
    const stream = open({});
    await stream.close();
    await expect(stream.next()).rejects.toThrow('the stream is closed');
  });
});

describe('selectPictures', () => {
  it('takes some of a set, in the order given', async () => {
    const chosen = selectPictures(seven, [5, 0]);
    expect(chosen.description).toBe('2 of 7 pictures of 3 classes of a test');
    expect([[...chosen.labels], chosen.names, chosen.sizes.length]).toEqual([[2, 0], ['picture 5', 'picture 0'], 2]);
    expect((await chosen.picture(0)).data[2]).toBe(5);
    expect(() => selectPictures(seven, [7])).toThrow('there are 7 pictures, got the index 7');
  });
});
