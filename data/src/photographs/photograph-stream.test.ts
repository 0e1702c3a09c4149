import { basename, join } from 'node:path';
import { loadSharp } from '@sandwich/pictures';
import { beforeEach, describe, expect, it } from 'vitest';
import { useTemporaryFolder } from '../../../packages/files/testing/temporary-folder.js';
import { writeBadImages, writeGoodImages } from '../../testing/test-images.js';
import type { Batch } from '../batch-stream.js';
import { makeSyntheticImages } from '../synthetic/make-synthetic-images.js';
import { loadImage } from './load-image.js';
import { openDataset } from './open-dataset.js';
import { photographSettings } from './photograph-settings.js';
import { openPhotographStream, type PhotographStreamOptions } from './photograph-stream.js';

const sharp = await loadSharp();
const folder = useTemporaryFolder();
let paths: string[];
let notes: string[];
beforeEach(async () => {
  paths = await writeGoodImages(folder(), 5);
  notes = [];
});

const settings = { ...photographSettings, batchSize: 4, cropSize: 16, reduce: 2, validationImages: 2, seed: 5 };
const note = (text: string) => notes.push(text);
const open = (changes: Partial<PhotographStreamOptions> = {}) =>
  openPhotographStream({ ...settings, data: { images: folder(), note }, purpose: 'train', ...changes });

/** The next batches of a stream that is closed after them. */
async function take(count: number, changes: Partial<PhotographStreamOptions> = {}): Promise<(Batch | null)[]> {
  const stream = (await open(changes))!;
  const batches: (Batch | null)[] = [];
  while (batches.length < count) batches.push(await stream.next());
  await stream.close();
  return batches;
}

describe('openPhotographStream', () => {
  it('gives the batches of the data set without those held back, from any position', async () => {
    const dataset = await openDataset({ images: paths.slice(0, 3), crop: 32, seed: 5 });
    const expected: Batch[] = [];
    for (let i = 0; i < 4; i++) {
      const { pixels, files } = await dataset.nextBatch(4);
      expected.push({ arrays: { images: { shape: [4, 32, 32, 3], values: pixels } }, files });
    }
    await dataset.close();
    expect(await take(4)).toEqual(expected);
    expect(await take(2, { position: 2 })).toEqual(expected.slice(2));
    const stream = (await open())!;
    expect(stream.description).toBe(`5 images of ${folder()}`);
    expect(stream.files).toEqual(paths.slice(0, 3));
    await stream.close();
  });

  it('validates on one batch of those held back, the same each time', async () => {
    const dataset = await openDataset({ images: paths.slice(3), crop: 32, seed: 5 });
    const { pixels, files } = await dataset.nextBatch(2);
    await dataset.close();
    const expected = { arrays: { images: { shape: [2, 32, 32, 3], values: pixels } }, files };
    for (let time = 0; time < 2; time++) expect(await take(3, { purpose: 'validate' })).toEqual([expected, null, null]);
    expect(await take(1, { purpose: 'validate', position: 1 })).toEqual([null]);
    const stream = (await open({ purpose: 'validate' }))!;
    expect(stream.description).toBe(`2 held back of 5 images of ${folder()}`);
    expect(stream.files).toEqual(paths.slice(3));
    await stream.close();
    expect(await stream.next()).toBeNull();
    expect(await open({ purpose: 'validate', validationImages: 0 })).toBeNull();
  });

  it('takes the first so many', async () => {
    const data = { images: folder(), limit: 3, note };
    const stream = (await open({ data }))!;
    expect(stream.description).toBe(`3 of 5 images of ${folder()}`);
    expect(stream.files).toEqual(paths.slice(0, 1));
    await stream.close();
    expect((await open({ data, purpose: 'validate' }))!.files).toEqual(paths.slice(1, 3));
    await expect(open({ data: { ...data, limit: 2 } })).rejects.toThrow(
      'validationImages=2 leaves nothing to train on: there are 2 images',
    );
  });

  it('gives each of several processes its share', async () => {
    const [whole] = await take(1);
    const shares = [0, 1].map((rank) => take(1, { share: { rank, size: 2 } }));
    const parts = (await Promise.all(shares)).map(([batch]) => batch!);
    expect(parts.map((part) => part.arrays.images.shape)).toEqual([
      [2, 32, 32, 3],
      [2, 32, 32, 3],
    ]);
    expect(parts.flatMap((part) => part.files)).toEqual(whole!.files);
    expect(parts.flatMap((part) => [...part.arrays.images.values])).toEqual([...whole!.arrays.images.values]);
  });

  it('notes each file that cannot be used, whatever the memory and the concurrency', async () => {
    const bad = await writeBadImages(folder());
    const small = { images: folder(), concurrency: 1, cacheBytes: 0, note: () => {} };
    const batches = await take(6, { validationImages: 0 });
    expect(notes.map((text) => basename(text.split(': ')[1])).sort()).toEqual(Object.keys(bad).sort());
    for (const text of notes) expect(text).toContain(bad[basename(text.split(': ')[1])]);
    expect(await take(6, { validationImages: 0, data: small })).toEqual(batches);
  });

  it('gives samples of more bits', async () => {
    const images = join(folder(), 'deep');
    await makeSyntheticImages({ directory: images, count: 1, width: 40, height: 40, seed: 7, bits: 16 });
    const [batch] = await take(1, { bitDepth: 10, validationImages: 0, data: { images, note } });
    const { values } = batch!.arrays.images;
    expect(values.every((value) => Number.isInteger(value) && value >= 0 && value <= 1023)).toBe(true);
    expect(Math.max(...values)).toBeGreaterThan(255);
  });

  it('takes each photograph once an epoch, in an order that stays', async () => {
    const epochs = { cropOrder: 'epochs', validationImages: 0, batchSize: 2 } as const;
    const files = (await take(10, epochs)).flatMap((batch) => batch!.files);
    expect(files.slice(0, 5).toSorted()).toEqual(paths);
    expect([0, 1, 2, 3].map((epoch) => files.slice(5 * epoch, 5 * epoch + 5))).toEqual(
      Array.from({ length: 4 }, () => files.slice(0, 5)),
    );
    expect(files.slice(0, 5)).not.toEqual(paths);
    expect((await take(3, { ...epochs, position: 4, seed: 9 })).flatMap((batch) => batch!.files)).toEqual(
      files.slice(8, 14),
    );
    const [first, later] = await take(6, epochs).then((all) => [all[0], all[5]]);
    expect(first!.files).toEqual(later!.files);
    expect(first!.arrays).not.toEqual(later!.arrays);
  });

  it('validates in epochs on whole batches, each photograph once', async () => {
    const epochs = { cropOrder: 'epochs', purpose: 'validate', validationImages: 4, batchSize: 2 } as const;
    const batches = await take(3, epochs);
    expect(batches[2]).toBeNull();
    const files = batches.flatMap((batch) => batch?.files ?? []);
    expect(files.toSorted()).toEqual(paths.slice(1));
    expect(await take(3, epochs)).toEqual(batches);
    expect((await take(3, { ...epochs, batchSize: 3 })).map((batch) => batch?.files.length)).toEqual([
      3,
      undefined,
      undefined,
    ]);
  });

  it('augments whole batches, and gives each crop a gamma of its own', async () => {
    const settings = { cropSize: 40, reduce: 1, cropOrder: 'epochs', validationImages: 0, batchSize: 2 } as const;
    const plain = await take(24, { ...settings, augmentation: 'none' });
    const augmented = await take(24, { ...settings, augmentation: 'flips-and-gamma' });
    const seen = new Set<string>();
    for (const [i, batch] of plain.entries()) {
      const [from, to] = [batch!, augmented[i]!].map(({ arrays }) => arrays.images.values as Float32Array);
      const kinds = [0, 1].map((crop) => howAugmented(from.subarray(4800 * crop), to.subarray(4800 * crop)));
      expect(kinds[0].flips).toBe(kinds[1].flips);
      expect(kinds[0].gamma === 1).toBe(kinds[1].gamma === 1);
      if (kinds[0].gamma !== 1) expect(kinds[0].gamma).not.toBeCloseTo(kinds[1].gamma, 3);
      seen.add(`${kinds[0].flips} ${kinds[0].gamma !== 1}`);
    }
    expect(seen.size).toBeGreaterThanOrEqual(7);
    const validated = { ...settings, validationImages: 2, purpose: 'validate' } as const;
    expect(await take(1, { ...validated, augmentation: 'flips-and-gamma' })).toEqual(
      await take(1, { ...validated, augmentation: 'none' }),
    );
  });

  it('takes crops at several scales, of those at which a photograph is large enough', async () => {
    const whole = { cropSize: 16, reduce: 1, batchSize: 12, validationImages: 0, scales: '1,0.4,0.1' };
    const images = join(folder(), 'square');
    const [path] = await makeSyntheticImages({ directory: images, count: 1, width: 40, height: 40, seed: 3 });
    const [batch] = await take(1, { ...whole, data: { images, note } });
    const crops = Array.from({ length: 12 }, (_, i) => batch!.arrays.images.values.slice(768 * i, 768 * (i + 1)));
    const { data } = await loadImage(path);
    const reduced = await sharp(data, { raw: { width: 40, height: 40, channels: 3 } })
      .resize(16, 16, { kernel: 'lanczos3' })
      .raw()
      .toBuffer();
    const mirrored = Float32Array.from(reduced, (_, i) => {
      const [y, x, c] = [Math.floor(i / 48), Math.floor(i / 3) % 16, i % 3];
      return reduced[48 * y + 3 * (15 - x) + c];
    });
    // sharp rounds between its two passes where samples have 8 bits.
    const isClose = (crop: ArrayLike<number>, to: ArrayLike<number>) =>
      Array.from(crop).every((value, i) => Math.abs(value - to[i]) <= 2);
    const reducedOnes = crops.filter((crop) => isClose(crop, reduced) || isClose(crop, mirrored));
    expect(reducedOnes.length).toBeGreaterThan(1);
    expect(reducedOnes.length).toBeLessThan(11);
    expect(crops.flatMap((crop) => [...crop]).every(Number.isInteger)).toBe(true);
  });

  it('takes crops of more bits at a scale, and names photographs that are too small for the largest', async () => {
    const images = join(folder(), 'deep');
    await makeSyntheticImages({ directory: images, count: 1, width: 40, height: 40, seed: 7, bits: 16 });
    const deep = { bitDepth: 10, cropSize: 16, reduce: 1, validationImages: 0, data: { images, note } };
    const [batch] = await take(1, { ...deep, scales: '0.5' });
    const { values } = batch!.arrays.images;
    expect(values.every((value) => Number.isInteger(value) && value >= 0 && value <= 1023)).toBe(true);
    expect(Math.max(...values)).toBeGreaterThan(255);
    await expect(open({ ...deep, scales: '0.35,0.2' })).rejects.toThrow('is 40x40, smaller than the crop, 46x46');
  });

  it('changes the colours of crops, each by draws of its own, and keeps their luma', async () => {
    const plain = { cropSize: 32, reduce: 1, validationImages: 2, batchSize: 4 };
    const colorful = { ...plain, hueShift: 40, saturationSpread: 1.3 };
    const [[before], [after]] = [await take(1, plain), await take(1, colorful)];
    const [from, to] = [before!, after!].map(({ arrays }) => arrays.images.values);
    const angles = Array.from({ length: 4 }, (_, crop) => {
      const turns: number[] = [];
      for (let i = 3072 * crop; i < 3072 * (crop + 1); i += 3) {
        if (Math.min(to[i], to[i + 1], to[i + 2]) === 0 || Math.max(to[i], to[i + 1], to[i + 2]) === 255) continue;
        const [lumaBefore, u, v] = jfif(from.subarray(i, i + 3));
        const [lumaAfter, turnedU, turnedV] = jfif(to.subarray(i, i + 3));
        expect(Math.abs(lumaAfter - lumaBefore)).toBeLessThanOrEqual(0.5001);
        if (Math.hypot(u, v) > 20) turns.push(Math.atan2(u * turnedV - v * turnedU, u * turnedU + v * turnedV));
      }
      return turns.toSorted((a, b) => a - b)[Math.floor(turns.length / 2)];
    }).filter((angle) => angle !== undefined);
    expect(new Set(angles.map((angle) => angle.toFixed(2))).size).toBeGreaterThan(1);
    for (const angle of angles) expect(Math.abs(angle)).toBeLessThanOrEqual((40 * Math.PI) / 180 + 0.02);
    const validated = { purpose: 'validate' } as const;
    expect(await take(1, { ...colorful, ...validated, scales: '0.8' })).toEqual(
      await take(1, { ...plain, ...validated }),
    );
  });
});

const jfif = ([r, g, b]: ArrayLike<number> & Iterable<number>) => [
  0.299 * r + 0.587 * g + 0.114 * b,
  -0.168735892 * r - 0.331264108 * g + 0.5 * b,
  0.5 * r - 0.418687589 * g - 0.081312411 * b,
];

/** Which mirror image of a crop of 40x40 has the same order of samples as another crop, and the gamma between them. */
function howAugmented(from: Float32Array, to: Float32Array): { flips: string; gamma: number } {
  for (const flips of ['', 'x', 'y', 'xy']) {
    const gammas: number[] = [];
    for (let i = 0; i < 4800; i++) {
      const [y, x, c] = [Math.floor(i / 120), Math.floor(i / 3) % 40, i % 3];
      const [v, u] = [flips.includes('y') ? 39 - y : y, flips.includes('x') ? 39 - x : x];
      const [a, b] = [from[3 * (40 * v + u) + c] / 255, to[i] / 255];
      if (a > 0.1 && a < 0.9) gammas.push(Math.log(a) / Math.log(b));
    }
    if (Math.max(...gammas) - Math.min(...gammas) < 1e-3) return { flips, gamma: Math.round(1e4 * gammas[0]) / 1e4 };
  }
  throw new Error('no mirror image fits');
}
