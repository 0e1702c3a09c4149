import type { Picture } from '@sandwich/pictures';
import { describe, expect, it } from 'vitest';
import { randomNumbers } from '../../../testing/random-numbers.js';
import { decodeJpeg } from '../decode-jpeg.js';
import { encodeJpeg } from '../encode-jpeg.js';
import { annexKHuffmanTables } from '../huffman/annex-k-huffman-tables.js';
import { codeScan } from '../huffman/entropy-coder.js';
import { acTable, canonicalCodes, dcTable, SYMBOLS_PER_TABLE } from '../huffman/huffman-table.js';
import { jpegCoefficients } from '../jpeg-coefficients.js';
import type { JpegOptions } from '../jpeg-options.js';
import { jpegSize } from '../jpeg-size.js';
import { flatTables, scaledTables } from '../quantization-tables.js';
import { reconstructJpeg, simulateJpeg } from '../reconstruct-jpeg.js';
import { AcTrellis } from './ac-trellis.js';
import { chooseDcLevels } from './dc-trellis.js';
import { priceOfBit } from './price-of-bit.js';

const codes = canonicalCodes(annexKHuffmanTables).lengths;
const lengthsOf = (table: number) => codes.subarray(SYMBOLS_PER_TABLE * table, SYMBOLS_PER_TABLE * (table + 1));

/** Numbers in [0, 1). */
const uniform = (seed: number) => {
  const random = randomNumbers(seed);
  return () => random(1 << 16) / (1 << 16);
};

/** Bits of a row of blocks in a grayscale file with Annex K's codes, as the entropy coder writes them. */
function bitsOf(levels: Int16Array): number {
  let bits = 0;
  const blocksWide = levels.length / 64;
  const component = { horizontalSampling: 1, verticalSampling: 1, quantizationSlot: 0, huffmanSlot: 0 };
  const components = [{ ...component, blocksWide, blocksHigh: 1, coefficients: levels }];
  const frame = { width: 8 * blocksWide, height: 8, quantizationTables: [], components };
  codeScan([frame], {
    put: (index, _, size) => {
      bits += codes[index] + size;
    },
  });
  return bits;
}

const ALIKE = new Float64Array(64).fill(1);
const weightedError = (
  coefficients: Int16Array,
  levels: Int16Array,
  steps: ArrayLike<number>,
  weights = ALIKE,
): number => coefficients.reduce((sum, c, i) => sum + weights[i % 64] * (c - levels[i] * steps[i % 64]) ** 2, 0);

/** Smooth shapes with texture, as a photograph has them. */
function picture(width: number, height: number, channels: 1 | 3): Picture<Uint8Array> {
  const random = uniform(7);
  const data = Uint8Array.from({ length: width * height * channels }, (_, i) => {
    const [x, y, c] = [Math.floor(i / channels) % width, Math.floor(i / channels / width), i % channels];
    const shape = 60 * Math.sin((x + 3 * c) / 9) * Math.cos(y / 13) + (x > y ? 40 : -20) + 24 * (random() - 0.5);
    return Math.min(Math.max(Math.round(128 + shape), 0), 255);
  });
  return { data, width, height, channels };
}

describe('AcTrellis', () => {
  it.each(['alike', 'by their steps', 'by other weights'])(
    'finds the levels of least cost, errors %s, as trying them all does',
    (how) => {
      const random = uniform(3);
      for (let trial = 0; trial < 60; trial++) {
        const steps = Float64Array.from({ length: 64 }, () => 40 + Math.floor(200 * random()));
        // All weights are near 1, so that the same prices suit them.
        const weights =
          how === 'alike' ? ALIKE : steps.map((step) => (how === 'by their steps' ? (140 / step) ** 2 : 2 * random()));
        const block = new Int16Array(64);
        const places: number[] = [];
        for (let n = 0; n < 5; n++) places.push(1 + Math.floor(63 * random()));
        for (const place of places) block[place] = Math.round((random() - 0.5) * 2 * 5.4 * steps[place]);
        const price = 400 * 4 ** Math.floor(4 * random());
        const chosen = new Int16Array(64);
        new AcTrellis(steps, lengthsOf(acTable(0)), price, weights).choose(block, chosen, 0);
        const cost = (levels: Int16Array) => weightedError(block, levels, steps, weights) + price * bitsOf(levels);

        const tried = new Int16Array(64);
        let least = Number.POSITIVE_INFINITY;
        const tryAll = (n: number): void => {
          if (n === places.length) {
            least = Math.min(least, cost(tried));
            return;
          }
          const place = places[n];
          const most = Math.abs(Math.round(block[place] / steps[place]));
          for (let size = 0; size <= most; size++) {
            tried[place] = block[place] < 0 ? -size : size;
            tryAll(n + 1);
          }
        };
        tryAll(0);
        expect(Math.abs(cost(chosen) - least)).toBeLessThanOrEqual(1e-9 * least);
      }
    },
  );

  it('codes a block of zeros, a full block and one that ends at place 63', () => {
    const trellis = new AcTrellis(new Float64Array(64).fill(10), lengthsOf(acTable(0)), 1e-9, ALIKE);
    for (const block of [new Int16Array(64), new Int16Array(64).fill(70), new Int16Array(64).with(63, -1270)]) {
      const levels = new Int16Array(64);
      trellis.choose(block, levels, 0);
      expect([...levels.subarray(1)]).toEqual([...block.subarray(1)].map((c) => c / 10));
    }
  });
});

describe('chooseDcLevels', () => {
  it('finds the levels of least cost, as trying them all does', () => {
    const random = uniform(5);
    for (let trial = 0; trial < 20; trial++) {
      const count = 6;
      const step = 64;
      const coefficients = new Int16Array(64 * count);
      for (let n = 0; n < count; n++) coefficients[64 * n] = Math.round((random() - 0.5) * 12 * step);
      const price = 50 * 8 ** Math.floor(4 * random());
      const order = Uint32Array.from({ length: count }, (_, n) => n);
      const levels = new Int16Array(64 * count);
      chooseDcLevels(coefficients, levels, order, step, lengthsOf(dcTable(0)), price);
      const steps = new Float64Array(64).fill(step);
      const cost = (tried: Int16Array) => weightedError(coefficients, tried, steps) + price * bitsOf(tried);

      const tried = new Int16Array(64 * count);
      let least = Number.POSITIVE_INFINITY;
      for (let code = 0; code < 3 ** count; code++) {
        for (let n = 0; n < count; n++) {
          tried[64 * n] = Math.round(coefficients[64 * n] / step) + (Math.floor(code / 3 ** n) % 3) - 1;
        }
        least = Math.min(least, cost(tried));
      }
      expect(Math.abs(cost(levels) - least)).toBeLessThanOrEqual(1e-9 * least);
    }
  });
});

describe('encodeJpeg with a trellis', () => {
  const options = (step: number, more: JpegOptions = {}): JpegOptions => ({
    tables: flatTables(step),
    subsampling: '4:4:4',
    optimizeHuffman: true,
    ...more,
  });

  it('writes files that libjpeg decodes to the pixels that reconstructJpeg gives', async () => {
    for (const [channels, subsampling] of [
      [1, '4:4:4'],
      [3, '4:4:4'],
      [3, '4:2:0'],
      [3, '4:2:2'],
    ] as const) {
      for (const optimizeHuffman of [false, true]) {
        const image = picture(45, 37, channels);
        const settings = options(24, { subsampling, optimizeHuffman, trellis: priceOfBit(24) });
        const file = encodeJpeg(image, settings);
        expect((await decodeJpeg(file)).data).toEqual(reconstructJpeg(image, settings).data);
        expect(jpegSize(image, settings)).toBe(file.length);
        expect(simulateJpeg(image, settings).size).toBe(file.length);
      }
    }
  });

  it('costs less than rounding, in squared error and bits of the real file', () => {
    const image = picture(96, 80, 1);
    for (const step of [12, 24, 48]) {
      for (const optimizeHuffman of [false, true]) {
        const gamma = priceOfBit(step);
        const cost = (trellis: number) => {
          const { image: decoded, size } = simulateJpeg(image, options(step, { optimizeHuffman, trellis }));
          const error = decoded.data.reduce((sum, value, i) => sum + (value - image.data[i]) ** 2, 0);
          return error + gamma * 8 * size;
        };
        expect(cost(gamma)).toBeLessThan(0.99 * cost(0));
      }
    }
  });

  it('takes steps as the unit of errors, in which flat tables are as with pixels', () => {
    const image = picture(96, 80, 3);
    const flat = options(20, { trellis: priceOfBit(20) });
    const inSteps = { trellis: priceOfBit(1), trellisError: 'steps' } as const;
    expect(encodeJpeg(image, { ...flat, ...inSteps })).toEqual(encodeJpeg(image, flat));

    const tables = scaledTables(40);
    const settings = { tables, subsampling: '4:4:4', optimizeHuffman: true } as const;
    const unit = { luma: new Array<number>(64).fill(1), chroma: new Array<number>(64).fill(1) };
    const { coefficients } = jpegCoefficients(image, { tables: unit, subsampling: '4:4:4' });
    const cost = (more: JpegOptions) => {
      const coded = jpegCoefficients(image, { ...settings, ...more }).coefficients;
      const errorOf = (plane: ArrayLike<number>, p: number) => {
        const table = p === 0 ? tables.luma : tables.chroma;
        return Array.from(plane).reduce((sum, c, i) => sum + (c / table[i % 64] - coded[p][i]) ** 2, 0);
      };
      const error = coefficients.reduce((sum, plane, p) => sum + errorOf(plane, p), 0);
      return error + priceOfBit(1) * 8 * jpegSize(image, { ...settings, ...more });
    };
    const least = cost(inSteps);
    expect(least).toBeLessThan(0.99 * cost({}));
    for (const step of [10, 20, 40]) expect(least).toBeLessThan(cost({ trellis: priceOfBit(step) }));
  });

  it('leaves out more the more a bit is worth, down to blocks without AC', () => {
    const image = picture(64, 64, 3);
    const sizes = [0, 10, 100, 1000].map((trellis) => jpegSize(image, options(10, { trellis })));
    for (let i = 1; i < sizes.length; i++) expect(sizes[i]).toBeLessThan(sizes[i - 1]);
    const { coefficients } = jpegCoefficients(image, options(10, { trellis: 1e9 }));
    for (const levels of coefficients) expect(levels.every((level, i) => level === 0 || i % 64 === 0)).toBe(true);
  });

  it('refuses a price that is none, and levels that are chosen already', () => {
    const image = picture(8, 8, 1);
    expect(() => encodeJpeg(image, { trellis: -1 })).toThrow('encodeJpeg: trellis must be a squared error a bit');
    expect(() => encodeJpeg(image, { trellis: Number.NaN })).toThrow('got NaN');
    expect(() => encodeJpeg(image, { trellis: 1, trellisError: 'blocks' as never })).toThrow(
      'encodeJpeg: trellisError must be pixels or steps, got blocks',
    );
    const coefficients = { width: 8, height: 8, coefficients: [new Int16Array(64)] };
    expect(() => jpegSize(coefficients, { trellis: 5 })).toThrow('jpegSize: trellis 5 chooses levels from pixels');
  });
});
