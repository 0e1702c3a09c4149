import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { loadSharp } from '@sandwich/pictures';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testImage, writeBadImages, writeGoodImages } from '../../testing/test-images.js';
import { makeSyntheticImages } from '../synthetic/make-synthetic-images.js';
import { synthesizeImage } from '../synthetic/synthesize-image.js';
import { findImages } from './find-images.js';
import type { Crops, DatasetOptions } from './image-dataset.js';
import { openDataset } from './open-dataset.js';

const CROP = 32;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dataset-'));
});
afterEach(() => rm(directory, { recursive: true }));

async function takeBatches(count: number, options: Partial<DatasetOptions> = {}): Promise<Crops[]> {
  const dataset = await openDataset({ images: await findImages(directory), crop: CROP, seed: 5, ...options });
  const batches: Crops[] = [];
  for (let i = 0; i < count; i++) batches.push(await dataset.nextBatch(4));
  await dataset.close();
  return batches;
}

/** Whether the crop is a part of the image of this seed, as it is or mirrored. */
function isPartOf(seed: number, crop: Float32Array): boolean {
  const image = testImage(seed);
  const matches = (left: number, top: number, mirrored: boolean) => {
    for (let y = 0; y < CROP; y++) {
      for (let x = 0; x < CROP; x++) {
        const from = ((top + y) * image.width + left + (mirrored ? CROP - 1 - x : x)) * 3;
        for (let c = 0; c < 3; c++) if (crop[(y * CROP + x) * 3 + c] !== image.data[from + c]) return false;
      }
    }
    return true;
  };
  for (let top = 0; top <= image.height - CROP; top++) {
    for (let left = 0; left <= image.width - CROP; left++) {
      if (matches(left, top, false) || matches(left, top, true)) return true;
    }
  }
  return false;
}

describe('openDataset', () => {
  it('gives each of several processes its share of the same batches', async () => {
    await writeGoodImages(directory, 3);
    const whole = await takeBatches(3);
    const shares = [
      await takeBatches(3, { share: { rank: 0, size: 2 } }),
      await takeBatches(3, { share: { rank: 1, size: 2 } }),
    ];
    for (const [i, { pixels, files }] of whole.entries()) {
      const parts = shares.map((batches) => batches[i]);
      expect(parts.flatMap((part) => part.files)).toEqual(files);
      expect(parts.flatMap((part) => [...part.pixels])).toEqual([...pixels]);
    }
    await expect(takeBatches(1, { share: { rank: 0, size: 3 } })).rejects.toThrow(
      'a batch of 4 cannot be shared equally by 3 processes',
    );
  });

  it('gives crops of the files that it names, from all files, at many places', async () => {
    await writeGoodImages(directory, 3);
    const batches = await takeBatches(12);
    const crops = batches.flatMap(({ pixels, files }) =>
      files.map((file, i) => ({
        seed: Number(/good-(\d)/.exec(file)![1]),
        pixels: pixels.slice(i * CROP * CROP * 3, (i + 1) * CROP * CROP * 3),
      })),
    );
    expect(crops.length).toBe(48);
    for (const { seed, pixels } of crops) expect(isPartOf(seed, pixels)).toBe(true);
    expect(new Set(crops.map((crop) => crop.seed)).size).toBe(3);
    expect(new Set(crops.map((crop) => crop.pixels.join())).size).toBeGreaterThan(40);
  });

  it('continues exactly where a run stopped, whatever the cache, and differs by seed', async () => {
    await writeGoodImages(directory, 3);
    const whole = await takeBatches(7);
    const rest = await takeBatches(3, { position: 4, cacheBytes: 0 });
    expect(rest).toEqual(whole.slice(4));
    expect(await takeBatches(1, { seed: 6 })).not.toEqual(whole.slice(0, 1));
  });

  it('counts the batches that were handed out, not those made ahead', async () => {
    const images = await writeGoodImages(directory, 2);
    const dataset = await openDataset({ images, crop: CROP, seed: 5, position: 10 });
    expect(dataset.position).toBe(10);
    await dataset.nextBatch(1);
    await dataset.nextBatch(1);
    expect(dataset.position).toBe(12);
    await dataset.close();
  });

  it('changes the batch size on the way', async () => {
    const images = await writeGoodImages(directory, 2);
    const dataset = await openDataset({ images, crop: CROP, seed: 5 });
    const first = await dataset.nextBatch(2);
    const second = await dataset.nextBatch(3);
    expect([first.pixels.length, second.pixels.length]).toEqual([2, 3].map((count) => count * CROP * CROP * 3));
    expect(second.pixels.subarray(0, 2 * CROP * CROP * 3)).toEqual(
      (await takeBatches(2))[1].pixels.subarray(0, 2 * CROP * CROP * 3),
    );
    await dataset.close();
  });

  it('names every unusable file once and trains on the others', async () => {
    await writeGoodImages(directory, 2);
    const bad = await writeBadImages(directory);
    const skipped: Record<string, string> = {};
    const batches = await takeBatches(10, {
      onSkip: ({ path, reason }) => {
        expect(skipped).not.toHaveProperty([basename(path)]);
        skipped[basename(path)] = reason;
      },
    });
    expect(Object.keys(skipped).sort()).toEqual(Object.keys(bad).sort());
    for (const [name, reason] of Object.entries(bad)) expect(skipped[name]).toContain(reason);
    const used = new Set(batches.flatMap(({ files }) => files.map((file) => basename(file))));
    expect([...used].sort()).toEqual(['good-0.png', 'good-1.png']);
  });

  it('draws the same in the place of damaged files, whether they were found out at once or on the way', async () => {
    await writeGoodImages(directory, 2);
    await writeBadImages(directory);
    expect(await takeBatches(6, { cacheBytes: 0 })).toEqual(await takeBatches(6));
  });

  it.each([1, 2, 4])('gives the same batches with %i files decoded at a time', async (concurrency) => {
    await writeGoodImages(directory, 4);
    await writeBadImages(directory);
    const usual = await takeBatches(5);
    expect(await takeBatches(5, { concurrency, cacheBytes: 0 })).toEqual(usual);
    expect(await takeBatches(5, { concurrency })).toEqual(usual);
  });

  it('gives crops in 16 bits, of files that have them', async () => {
    const [shallow] = await writeGoodImages(directory, 1);
    const size = { width: 48, height: 40 };
    await makeSyntheticImages({ directory, count: 1, ...size, seed: 7, bits: 16 });
    const skipped: string[] = [];
    const onSkip = ({ path, reason }: { path: string; reason: string }) => skipped.push(`${path} ${reason}`);
    const [{ pixels, files }] = await takeBatches(1, { bitDepth: 16, crop: 40, onSkip });
    expect(skipped).toEqual([`${shallow} has 8 bits a sample, fewer than 16`]);
    expect([...new Set(files.map((file) => basename(file)))]).toEqual(['synthetic-0007.png']);
    const { data } = synthesizeImage({ ...size, seed: 7, bits: 16 });
    const rowsOf = (samples: ArrayLike<number>, width: number) =>
      Array.from({ length: samples.length / 3 / width }, (_, y) =>
        Array.from({ length: 3 * width }, (_, i) => samples[3 * width * y + i]),
      );
    const crop = rowsOf(pixels.subarray(0, 3 * 40 * 40), 40);
    const mirrored = (row: number[]) =>
      Array.from({ length: 40 }, (_, x) => row.slice(3 * (39 - x), 3 * (40 - x))).flat();
    const found = rowsOf(data, 48)[0].join();
    expect([crop[0], mirrored(crop[0])].some((row) => found.includes(row.join()))).toBe(true);
  });

  it('takes 16 bits as 8, rounded', async () => {
    await makeSyntheticImages({ directory, count: 1, width: 48, height: 40, seed: 0, bits: 16 });
    const [{ pixels }] = await takeBatches(1);
    expect(isPartOf(0, pixels.slice(0, 3 * CROP * CROP))).toBe(true);
  });

  it('names a file that is overwritten by one of another shape, and draws others in its place', async () => {
    const [first, second] = await writeGoodImages(directory, 2);
    const sharp = await loadSharp();
    // [width, height, bits, what must be said]: a smaller one, one of as many pixels, one of another depth.
    const others: [number, number, 8 | 16, string][] = [
      [20, 20, 8, '20x20 of 8 bits'],
      [40, 48, 8, '40x48 of 8 bits'],
      [48, 40, 16, '48x40 of 16 bits'],
    ];
    for (const [width, height, bits, said] of others) {
      await writeGoodImages(directory, 2);
      const reasons: string[] = [];
      const onSkip = ({ path, reason }: { path: string; reason: string }) => reasons.push(`${path} ${reason}`);
      const dataset = await openDataset({ images: [first, second], crop: CROP, seed: 5, cacheBytes: 0, onSkip });
      const image = synthesizeImage({ width, height, seed: 9, bits });
      await sharp(image.data, { raw: { width, height, channels: 3 } })
        .toColourspace(bits === 8 ? 'srgb' : 'rgb16')
        .png()
        .toFile(second);
      for (let i = 0; i < 6; i++) {
        const { pixels, files } = await dataset.nextBatch(4);
        expect(new Set(files)).toEqual(new Set([first]));
        for (let at = 0; at < pixels.length; at += 3 * CROP * CROP) {
          expect(isPartOf(0, pixels.slice(at, at + 3 * CROP * CROP))).toBe(true);
        }
      }
      await dataset.close();
      expect(reasons).toEqual([`${second} was overwritten while in use: it is ${said}, and was 48x40 of 8 bits`]);
    }
  });

  it('does not use a file that became grayscale', async () => {
    const [path] = await writeGoodImages(directory, 1);
    const dataset = await openDataset({ images: [path], crop: CROP, seed: 5, cacheBytes: 0 });
    const sharp = await loadSharp();
    await sharp({ create: { width: 48, height: 40, channels: 3, background: 'gray' } })
      .toColourspace('b-w')
      .png()
      .toFile(path);
    await expect(dataset.nextBatch(1)).rejects.toThrow('none of the 1 images could be decoded');
    await dataset.close();
  });

  it('says why when no file is usable', async () => {
    const bad = await writeBadImages(directory);
    const message = await takeBatches(1).catch((error) => error.message);
    expect(message).toContain(`openDataset: none of the ${Object.keys(bad).length} images is usable:`);
    expect(message).toContain(join(directory, 'animated.gif'));
    expect(message).toContain(`and ${Object.keys(bad).length - 5} more`);
  });

  it('fails in nextBatch when all files prove damaged on the way', async () => {
    await writeBadImages(directory);
    const images = [join(directory, 'truncated.png'), join(directory, 'truncated.jpeg')];
    const dataset = await openDataset({ images, crop: CROP, seed: 1, cacheBytes: 0 });
    await expect(dataset.nextBatch(2)).rejects.toThrow('ImageDataset: none of the 2 images could be decoded');
    await dataset.close();
  });

  it('names images smaller than the crop', async () => {
    await writeGoodImages(directory, 1);
    await expect(takeBatches(1, { crop: 41 })).rejects.toThrow('good-0.png: is 48x40, smaller than the crop, 41x41');
    await expect(takeBatches(1, { concurrency: 0 })).rejects.toThrow('concurrency must be a positive integer, got 0');
    await expect(takeBatches(1, { bitDepth: 7 })).rejects.toThrow('bitDepth must be an integer of 8 to 16, got 7');
    await expect(takeBatches(1, { crop: 0 })).rejects.toThrow('openDataset: crop must be a positive integer, got 0');
  });

  it('gives nothing after it is closed', async () => {
    const images = await writeGoodImages(directory, 1);
    const dataset = await openDataset({ images, crop: CROP, seed: 1 });
    await dataset.close();
    await expect(dataset.nextBatch(1)).rejects.toThrow('the data set is closed');
  });
});
