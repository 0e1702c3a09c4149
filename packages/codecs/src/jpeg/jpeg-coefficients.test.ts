import { describe, expect, it } from 'vitest';
import { randomImage, randomJpegOptions } from '../../testing/random-jpeg-cases.js';
import { type RandomNumbers, randomNumbers } from '../../testing/random-numbers.js';
import { decodeJpeg } from './decode-jpeg.js';
import { encodeJpeg } from './encode-jpeg.js';
import { type JpegCoefficients, jpegCoefficients } from './jpeg-coefficients.js';
import { jpegSize } from './jpeg-size.js';
import { reconstructJpeg } from './reconstruct-jpeg.js';

describe('jpegCoefficients', () => {
  it('are what encodeJpeg codes', () => {
    const random = randomNumbers(77);
    for (let trial = 0; trial < 100; trial++) {
      const image = randomImage(random);
      const options = randomJpegOptions(random);
      const coefficients = jpegCoefficients(image, options);
      expect(encodeJpeg(coefficients, options), `trial ${trial}`).toEqual(encodeJpeg(image, options));
    }
  });

  it('are ordered like tables, vertical frequency first', () => {
    const verticalEdge = Uint8Array.from({ length: 64 }, (_, i) => ((i & 7) < 4 ? 0 : 255));
    const tables = { luma: new Array(64).fill(1) };
    const { coefficients } = jpegCoefficients({ data: verticalEdge, width: 8, height: 8, channels: 1 }, { tables });
    const places = Array.from(coefficients[0], (level, place) => (Math.abs(level) > 1 ? place : -1));
    expect(places.filter((place) => place >= 0)).toEqual([0, 1, 3, 5, 7]);
  });
});

/**
 * Blocks from nearly empty to full, levels from small to the largest of baseline files. The largest overflow libjpeg's 16-bit sums, for
 * which other processors than x86-64 have other results.
 */
function randomLevels(random: RandomNumbers, blocks: number): Int16Array {
  const largest = [2, 30, 300, 1023].slice(0, process.arch === 'x64' ? 4 : 2);
  const levels = new Int16Array(64 * blocks);
  for (let block = 0; block < blocks; block++) {
    const range = largest[random(largest.length)];
    const occupied = [0, 1, 6, 30, 64][random(5)];
    for (let place = 0; place < 64; place++) {
      if (place === 0 || random(64) < occupied) levels[64 * block + place] = random(2 * range + 1) - range;
    }
  }
  return levels;
}

describe('coefficients to pixels', () => {
  const side = 100;
  it.each([1, 3, 20, 60, 255])("2 x 10,000 random blocks, steps up to %i: libjpeg's inverse DCT", async (coarsest) => {
    const random = randomNumbers(1000 + coarsest);
    for (const optimizeHuffman of [true, false]) {
      const source: JpegCoefficients = {
        width: 8 * side,
        height: 8 * side,
        coefficients: [randomLevels(random, side * side)],
      };
      const luma = Array.from({ length: 64 }, () => 1 + random(process.arch === 'x64' ? coarsest : 4));
      const options = { tables: { luma }, optimizeHuffman };
      const file = encodeJpeg(source, options);
      expect(jpegSize(source, options)).toBe(file.length);
      const decoded = await decodeJpeg(file);
      expect(Buffer.compare(reconstructJpeg(source, options).data, decoded.data)).toBe(0);
    }
  });

  it('takes the extremes of baseline files', async () => {
    const levels = new Int16Array(64 * 4).fill(-1023);
    levels.fill(1023, 64, 128).fill(1023, 192, 256);
    levels[0] = -1024;
    levels[128] = -1024;
    const source = { width: 32, height: 8, coefficients: [levels] };
    for (const optimizeHuffman of [true, false]) {
      await expect(decodeJpeg(encodeJpeg(source, { optimizeHuffman }))).resolves.toMatchObject({ width: 32 });
    }
  });
});

describe('bad coefficients', () => {
  const color = (): JpegCoefficients => ({
    width: 17,
    height: 9,
    coefficients: [new Float32Array(64 * 6), new Int16Array(64 * 2), new Array(64 * 2).fill(0)],
  });
  const options = { subsampling: '4:2:0' } as const;

  it('passes good ones of any numeric array', async () => {
    const gray = await decodeJpeg(encodeJpeg(color(), options));
    expect(gray).toMatchObject({ width: 17, height: 9, channels: 3 });
    expect(new Set(gray.data)).toEqual(new Set([128]));
  });

  it.each<[string, (source: JpegCoefficients) => void, string]>([
    ['width', (s) => Object.assign(s, { width: 65501 }), 'width must be a whole number of 1 to 65500, got 65501'],
    ['components', (s) => s.coefficients.pop(), 'coefficients must hold 1 (luma) or 3 (Y, Cb, Cr) components, got 2'],
    ['no array', (s) => Object.assign(s, { coefficients: 5 }), 'components, got undefined'],
    [
      'length',
      (s) => Object.assign(s.coefficients, { 1: [1] }),
      'coefficients[1] must hold 2 x 1 blocks of 64 = 128 levels, got 1',
    ],
    ...([
      [0, 3, 0, -1025, -1024],
      [0, 3, 0, 1024, -1024],
      [0, 5, 63, -1024, -1023],
      [2, 1, 1, 1024, -1023],
      [2, 1, 1, 0.5, -1023],
      [2, 1, 1, Number.NaN, -1023],
    ].map(([component, block, level, value, least]) => [
      `level ${value}`,
      (s: JpegCoefficients) => Object.assign(s.coefficients[component], { [64 * block + level]: value }),
      `coefficients[${component}], block ${block}, level ${level} must be a whole number of ${least} to 1023, got ${value}`,
    ]) as [string, (source: JpegCoefficients) => void, string][]),
  ])('%s', (_, spoil, message) => {
    const source = color();
    spoil(source);
    for (const take of [encodeJpeg, jpegSize, reconstructJpeg]) {
      expect(() => take(source, options)).toThrow(RangeError);
      expect(() => take(source, options)).toThrow(message);
    }
  });
});
