import type { Picture } from '@sandwich/pictures';
import type { JpegComponent } from '../jpeg-frame.js';
import { zigzag } from '../zigzag.js';
import { inverseDct } from './inverse-dct.js';

/**
 * Multiplies a component's levels by their steps and transforms them back, as libjpeg's decoder does.
 *
 * @param table 64 steps, row by row
 * @returns samples of whole blocks; the last ones may lie outside the image
 */
export function dequantizedSamples(component: JpegComponent, table: Uint8Array): Picture<Uint8Array, 1> {
  const { blocksWide, blocksHigh, coefficients } = component;
  const width = 8 * blocksWide;
  const height = 8 * blocksHigh;
  const samples = new Uint8ClampedArray(width * height);
  const steps = zigzag.map((place) => table[place]);
  const block = new Int16Array(64);
  let source = 0;
  for (let y = 0; y < height; y += 8) {
    for (let x = 0; x < width; x += 8) {
      for (let k = 0; k < 64; k++) block[zigzag[k]] = coefficients[source++] * steps[k];
      inverseDct(block, samples, y * width + x, width);
    }
  }
  return { data: new Uint8Array(samples.buffer), width, height, channels: 1 };
}
