import { expect, it } from 'vitest';
import { encodeJpeg } from './encode-jpeg.js';
import type { JpegOptions } from './jpeg-options.js';
import { jpegSize } from './jpeg-size.js';
import type { RawImage } from './raw-image.js';

/** Marsaglia's xorshift: whole numbers of 0 to `below - 1`. */
function randomNumbers(seed: number): (below: number) => number {
  return (below) => {
    seed ^= seed << 13;
    seed ^= seed >>> 17;
    seed ^= seed << 5;
    return (seed >>> 0) % below;
  };
}

it('is the length of the file, for random sizes, contents and tables', () => {
  const random = randomNumbers(20_24);
  let stuffed = 0;
  for (let trial = 0; trial < 600; trial++) {
    const width = 1 + random(50);
    const height = 1 + random(50);
    const channels = random(2) === 0 ? 1 : 3;
    const contrast = [1, 20, 256][random(3)];
    const data = Uint8Array.from({ length: width * height * channels }, () => random(contrast));
    const image: RawImage = { data, width, height, channels };
    const coarsest = [2, 20, 255][random(3)];
    const table = () => Array.from({ length: 64 }, () => 1 + random(coarsest));
    const kinds: JpegOptions[] = [
      { tables: { luma: table() } },
      { tables: { luma: table(), cr: table() } },
      { quality: 1 + random(100) },
    ];
    const options: JpegOptions = {
      ...kinds[random(3)],
      subsampling: random(2) === 0 ? '4:4:4' : '4:2:0',
      optimizeHuffman: random(2) === 0,
    };
    const file = encodeJpeg(image, options);
    stuffed += file.filter((byte, i) => byte === 0xff && file[i + 1] === 0).length;
    expect(jpegSize(image, options), `trial ${trial}: ${width}x${height}x${channels}`).toBe(file.length);
  }
  expect(stuffed).toBeGreaterThan(500);
});
