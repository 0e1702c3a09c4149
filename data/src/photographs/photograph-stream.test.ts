import { basename, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { useTemporaryFolder } from '../../../packages/files/testing/temporary-folder.js';
import { writeBadImages, writeGoodImages } from '../../testing/test-images.js';
import type { Batch } from '../batch-stream.js';
import { makeSyntheticImages } from '../synthetic/make-synthetic-images.js';
import { openDataset } from './open-dataset.js';
import { photographSettings } from './photograph-settings.js';
import { openPhotographStream, type PhotographStreamOptions } from './photograph-stream.js';

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
});
