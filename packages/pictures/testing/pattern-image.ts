import type { Picture } from '../src/index.js';

/** A colour image that a few lines of any language make: sums of triangle waves, in whole numbers. */
export function patternImage(width: number, height: number): Picture<Uint8Array> & { channels: 3 } {
  const wave = (n: number) => Math.abs((n % 256) - 128) + 60;
  const data = new Uint8Array(3 * width * height);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const red = wave(5 * x + 3 * y);
      const green = Math.floor((red + wave(4 * x + 7 * y + 53)) / 2) + ((7 * x + 13 * y) % 16);
      data[i++] = red;
      data[i++] = green;
      data[i++] = Math.floor((green + wave(Math.floor((x * y) / 4))) / 2);
    }
  }
  return { data, width, height, channels: 3 };
}
