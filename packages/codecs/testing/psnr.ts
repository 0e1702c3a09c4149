import { lumaBt601 } from '../src/color-conversion.js';
import type { RawImage } from '../src/raw-image.js';

/** Peak signal-to-noise ratio in dB; an RGB image beside one of luma is reduced to its luma. */
export function psnr(a: RawImage, b: RawImage): number {
  const [x, y] = a.channels === b.channels ? [a, b] : [lumaBt601(a), lumaBt601(b)];
  const squares = x.data.reduce((sum, sample, i) => sum + (sample - y.data[i]) ** 2, 0);
  return 10 * Math.log10((255 ** 2 * x.data.length) / squares);
}
