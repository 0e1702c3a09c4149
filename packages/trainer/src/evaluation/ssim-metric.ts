import { setImmediate } from 'node:timers/promises';
import { tf } from '@sandwich/engine';
import { SMALLEST_MS_SSIM, SMALLEST_SSIM, ssim, ssimAndMsSsim } from '@sandwich/losses';
import type { Picture } from '@sandwich/pictures';
import type { Metric } from './metric.js';

/** One channel of a picture, [1, H, W, 1]. */
const planeOf = ({ data, width, height, channels }: Picture<Uint8Array>, channel: number): tf.Tensor4D =>
  tf.tensor4d(
    Float32Array.from({ length: width * height }, (_, i) => data[i * channels + channel]),
    [1, height, width, 1],
  );

/** Mean over the channels, of which one at a time is in memory, of what some function says of two planes. */
function meanOverPlanes(
  a: Picture<Uint8Array>,
  b: Picture<Uint8Array>,
  compare: (a: tf.Tensor4D, b: tf.Tensor4D) => tf.Tensor1D[],
): number[] {
  const values = Array.from({ length: a.channels }, (_, channel) =>
    tf.tidy(() => compare(planeOf(a, channel), planeOf(b, channel)).map((value) => value.dataSync()[0])),
  );
  return values[0].map((_, i) => values.reduce((sum, plane) => sum + plane[i], 0) / values.length);
}

/** SSIM and MS-SSIM over 8-bit RGB. */
export const ssimMetric: Metric = {
  measures: [
    { key: 'ssim-rgb', label: 'SSIM', digits: 4 },
    { key: 'ms-ssim-rgb', label: 'MS-SSIM', digits: 4 },
  ],
  async measure(original, pictures) {
    const side = Math.min(original.width, original.height);
    const values = { 'ssim-rgb': [] as (number | null)[], 'ms-ssim-rgb': [] as (number | null)[] };
    for (const picture of pictures) {
      const [single = null, multiple = null] =
        side >= SMALLEST_MS_SSIM
          ? meanOverPlanes(original, picture, (a, b) => Object.values(ssimAndMsSsim(a, b)))
          : side >= SMALLEST_SSIM
            ? meanOverPlanes(original, picture, (a, b) => [ssim(a, b)])
            : [];
      values['ssim-rgb'].push(single);
      values['ms-ssim-rgb'].push(multiple);
      await setImmediate();
    }
    return values;
  },
};
