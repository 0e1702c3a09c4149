import { setImmediate } from 'node:timers/promises';
import { tf } from '@sandwich/engine';
import { SMALLEST_MS_SSIM, SMALLEST_SSIM, ssim, ssimAndMsSsim } from '@sandwich/losses';
import { toTensor } from '../raw-images.js';
import type { Metric } from './metric.js';

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
      const pair = () => [toTensor(original), toTensor(picture)] as const;
      const first = (values: tf.Tensor1D) => values.dataSync()[0];
      if (side >= SMALLEST_MS_SSIM) {
        const both = tf.tidy(() => tf.stack(Object.values(ssimAndMsSsim(...pair()))));
        const [single, multiple] = both.dataSync();
        both.dispose();
        values['ssim-rgb'].push(single);
        values['ms-ssim-rgb'].push(multiple);
      } else {
        values['ssim-rgb'].push(side >= SMALLEST_SSIM ? tf.tidy(() => first(ssim(...pair()))) : null);
        values['ms-ssim-rgb'].push(null);
      }
      await setImmediate();
    }
    return values;
  },
};
