import { expect, it } from 'vitest';
import { randomImage, randomJpegOptions } from '../../testing/random-jpeg-cases.js';
import { randomNumbers } from '../../testing/random-numbers.js';
import { encodeJpeg } from './encode-jpeg.js';
import { jpegCoefficients } from './jpeg-coefficients.js';
import { jpegSize } from './jpeg-size.js';

it('is the length of the file, for random sizes, contents and tables, from pixels and from coefficients', () => {
  const random = randomNumbers(20_24);
  let stuffed = 0;
  for (let trial = 0; trial < 600; trial++) {
    const image = randomImage(random);
    const options = randomJpegOptions(random);
    const file = encodeJpeg(image, options);
    stuffed += file.filter((byte, i) => byte === 0xff && file[i + 1] === 0).length;
    const name = `trial ${trial}: ${image.width}x${image.height}x${image.channels}`;
    expect(jpegSize(image, options), name).toBe(file.length);
    expect(jpegSize(jpegCoefficients(image, options), options), name).toBe(file.length);
  }
  expect(stuffed).toBeGreaterThan(500);
});
