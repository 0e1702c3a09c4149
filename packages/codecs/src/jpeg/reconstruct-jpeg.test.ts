import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Picture } from '@sandwich/pictures';
import { loadSharp } from '@sandwich/pictures';
import { describe, expect, it } from 'vitest';
import { randomImage, randomJpegOptions } from '../../testing/random-jpeg-cases.js';
import { randomNumbers } from '../../testing/random-numbers.js';
import { decodeJpeg } from './decode-jpeg.js';
import { encodeJpeg } from './encode-jpeg.js';
import { jpegCoefficients } from './jpeg-coefficients.js';
import type { JpegOptions } from './jpeg-options.js';
import { reconstructJpeg, simulateJpeg } from './reconstruct-jpeg.js';

const { SANDWICH_DATA } = process.env;
const subsamplings = ['4:4:4', '4:2:2', '4:2:0'] as const;

/** Compares with what libjpeg decodes, sample by sample. */
async function expectReal(image: Picture<Uint8Array>, options: JpegOptions): Promise<void> {
  const file = encodeJpeg(image, options);
  const decoded = await decodeJpeg(file);
  const simulated = simulateJpeg(image, options);
  const { width, height, channels } = image;
  const name = `${width}x${height}x${channels} ${JSON.stringify(options)}`;
  expect(simulated.size, name).toBe(file.length);
  expect(simulated.image, name).toMatchObject({ width, height, channels });
  expect(Buffer.compare(simulated.image.data, decoded.data), name).toBe(0);
}

describe('reconstructJpeg', () => {
  it("equals libjpeg's decoder for random sizes, contents, tables and subsamplings", async () => {
    const random = randomNumbers(4711);
    for (let trial = 0; trial < 400; trial++) await expectReal(randomImage(random), randomJpegOptions(random));
  });

  it.each(subsamplings)("equals libjpeg's decoder at all small sizes, %s", async (subsampling) => {
    const random = randomNumbers(31);
    for (const width of [1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 17, 32, 33]) {
      for (const height of [1, 2, 3, 7, 8, 9, 15, 16, 17, 33]) {
        const data = Uint8Array.from({ length: 3 * width * height }, () => random(256));
        await expectReal({ data, width, height, channels: 3 }, { quality: 80, subsampling });
      }
    }
  });

  it.skipIf(SANDWICH_DATA === undefined)("equals libjpeg's decoder on photographs", async () => {
    const folder = join(SANDWICH_DATA!, 'kodak');
    const sharp = await loadSharp();
    for (const name of readdirSync(folder).slice(0, 4)) {
      const { data, info } = await sharp(join(folder, name)).raw().toBuffer({ resolveWithObject: true });
      const image: Picture<Uint8Array> = {
        data: new Uint8Array(data),
        width: info.width,
        height: info.height,
        channels: 3,
      };
      for (const quality of [1, 30, 90]) {
        for (const subsampling of subsamplings) await expectReal(image, { quality, subsampling });
      }
    }
  });

  it('takes coefficients and gives the same', () => {
    const random = randomNumbers(12);
    for (let trial = 0; trial < 30; trial++) {
      const image = randomImage(random);
      const options = randomJpegOptions(random);
      const coefficients = jpegCoefficients(image, options);
      const simulated = simulateJpeg(image, options);
      expect(simulateJpeg(coefficients, options)).toEqual(simulated);
      expect(reconstructJpeg(coefficients, options)).toEqual(simulated.image);
      expect(reconstructJpeg(image, options)).toEqual(simulated.image);
    }
  });

  it('names itself in errors', () => {
    const image: Picture<Uint8Array> = { data: new Uint8Array(3), width: 1, height: 1, channels: 1 };
    expect(() => reconstructJpeg(image)).toThrow('reconstructJpeg: image.data must hold 1 x 1 x 1 = 1 samples, got 3');
    expect(() => simulateJpeg(image, { quality: 0 })).toThrow(
      'simulateJpeg: quality must be a whole number of 1 to 100, got 0',
    );
  });
});
