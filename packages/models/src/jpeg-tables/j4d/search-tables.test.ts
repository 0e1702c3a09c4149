import { encodeJpeg, jpegScanSize } from '@sandwich/codecs';
import { synthesizeImage } from '@sandwich/data';
import { startEngine, tf } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { crossEntropy } from '../../classifiers/cross-entropy.js';
import type { Recogniser } from '../../classifiers/recogniser.js';
import { fileTables } from '../file-tables.js';
import { bestRamps, rampTables } from '../table-ramp.js';
import { almostRight, isRight } from './judge-tables.js';
import { lowPassFamily } from './low-pass-family.js';
import { type LowPassShape, lowPassTables } from './low-pass-tables.js';
import { searchTables } from './search-tables.js';

beforeAll(() => startEngine());

const ramp: LowPassShape = {
  ...{ slope: bestRamps[0].slope, dc: 1, radius: 10 },
  ...{ chroma: bestRamps[0].chroma, chromaSlope: bestRamps[0].slope, chromaDc: 1, chromaRadius: 10 },
};

describe('lowPassTables', () => {
  it('are ramps as far as they reach, with a DC of their own', () => {
    expect(fileTables(lowPassTables(20, ramp))).toEqual(fileTables(rampTables(20, bestRamps[0])));
    const { luma, chroma } = fileTables(
      lowPassTables(20, { ...ramp, radius: 2, dc: 0.5, chromaRadius: 0, chromaDc: 2 }),
    );
    expect(Array.from(luma).slice(0, 18)).toEqual([
      10,
      24,
      28,
      ...new Array(5).fill(255),
      24,
      28,
      ...new Array(6).fill(255),
      28,
      255,
    ]);
    expect(Array.from(chroma)).toEqual([48, ...new Array(63).fill(255)]);
  });
});

describe('how right scores are', () => {
  it('is how far the label is before the best other class, between 0 and 1', () => {
    const scores = tf.tensor2d([3, 1, -2, 3, 1, -2, 2, 5, 5], [3, 3]);
    const labels = tf.tensor1d([0, 1, 1], 'int32');
    const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
    const right = almostRight(scores, labels).dataSync();
    for (const [i, margin] of [2, -2, 0].entries()) expect(right[i]).toBeCloseTo(sigmoid(margin / 2), 6);
    expect(Array.from(isRight(scores, labels).dataSync())).toEqual([1, 0, 1]);
  });
});

/** Says which of red and blue an image has more of, by the mean alone. */
const colours: Recogniser = {
  name: 'colours',
  classes: 2,
  smallestSide: 1,
  apply: (images) => tf.tidy(() => tf.gather(images.mean([1, 2]), tf.tensor1d([0, 2], 'int32'), 1)),
  loss: crossEntropy,
  measures: [],
  dispose() {},
};

describe('searchTables', () => {
  it('finds, for a recogniser of mean colours, tables that spend their bits on it, at the rates asked for', async () => {
    const pictures = Array.from({ length: 8 }, (_, seed) => synthesizeImage({ width: 48, height: 48, seed }));
    const labels = pictures.map(({ data }) => {
      let difference = 0;
      for (let i = 0; i < data.length; i += 3) difference += data[i] - data[i + 2];
      return difference > 0 ? 0 : 1;
    });
    const values: number[] = [];
    const { tables } = await searchTables({
      family: lowPassFamily(),
      recogniser: colours,
      pictures,
      labels,
      rate: 0.4,
      rates: [0.3, 0.4],
      evaluations: 16,
      onShape: (_, { value }) => values.push(value),
    });
    expect(values).toHaveLength(16);
    expect(values.at(-1)).toBeGreaterThan(values[0] + 0.005);
    for (const [i, rate] of [0.3, 0.4].entries()) {
      const bits = pictures.map(
        (picture) =>
          8 * jpegScanSize(encodeJpeg(picture, { tables: tables[i], subsampling: '4:4:4', optimizeHuffman: true })),
      );
      expect(bits.reduce((sum, size) => sum + size) / (8 * 48 * 48) / rate).toBeCloseTo(1, 1);
    }
  });

  it('judges shapes on part of the pictures that are worse there, and takes none that it has not judged on all', async () => {
    const pictures = Array.from({ length: 32 }, (_, seed) => synthesizeImage({ width: 16, height: 16, seed }));
    const labels = pictures.map((_, i) => i % 2);
    const shapes: { radius: number; value: number; judged: number }[] = [];
    const search = async () =>
      searchTables({
        family: lowPassFamily({ radius: 3 }),
        recogniser: colours,
        pictures,
        labels,
        rate: 0.5,
        rates: [0.5],
        evaluations: 8,
        onShape: (_, { shape, value }, judged) => shapes.push({ radius: shape.radius, value, judged }),
      });
    const first = await search();
    const once = shapes.splice(0);
    expect(await search()).toEqual(first);
    expect(shapes).toEqual(once);
    expect(once[0].radius).toBe(3);
    expect(new Set(once.map(({ judged }) => judged % 8))).toEqual(new Set([0]));
    expect(once[0].judged).toBe(32);
    expect(Math.min(...once.map(({ judged }) => judged))).toBeGreaterThanOrEqual(16);
    expect(once.some(({ judged }) => judged < 32)).toBe(true);
    for (const [i, { value, judged }] of once.slice(1).entries()) {
      expect(value).toBeGreaterThanOrEqual(once[i].value);
      if (judged < 32) expect(value).toBe(once[i].value);
    }
  });

  it('refuses a radius out of range', () => {
    expect(() => lowPassFamily({ radius: 11 })).toThrow('lowPassFamily: radius must be 1 to 10, got 11');
  });

  it.each([0.001, 50])('says before it looks at a picture that the rate %f cannot be reached', async (wanted) => {
    const apply = () => expect.fail('a picture was looked at');
    const recogniser = { ...colours, apply };
    const pictures = [synthesizeImage({ width: 16, height: 16, seed: 1 })];
    const family = lowPassFamily();
    const options = { family, recogniser, pictures, labels: [0], rate: 1, rates: [wanted], evaluations: 1 };
    await expect(searchTables(options)).rejects.toThrow(
      new RegExp(
        `^searchTables: tables of the first shape, .*"radius":4.5.*, take .* to .* bits a pixel, and the rate is ${wanted}$`,
      ),
    );
  });
});
