import type { Picture } from '@sandwich/pictures';
import { lumaBt601 } from '../jpeg/color/color-conversion.js';

/** Peak signal-to-noise ratio in dB; an RGB image beside one of luma is reduced to its luma. */
export function psnr(a: Picture<Uint8Array>, b: Picture<Uint8Array>): number {
  const [x, y] = a.channels === b.channels ? [a, b] : [lumaBt601(a), lumaBt601(b)];
  const squares = x.data.reduce((sum, sample, i) => sum + (sample - y.data[i]) ** 2, 0);
  return 10 * Math.log10((255 ** 2 * x.data.length) / squares);
}
