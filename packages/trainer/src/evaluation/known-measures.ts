import { lpipsMeasures } from './lpips-metric.js';
import type { Measure } from './metric.js';
import { psnrMeasures } from './psnr-metric.js';
import { ssimMetric } from './ssim-metric.js';

/** Every measure that results may hold. */
export const knownMeasures: readonly Measure[] = [...psnrMeasures, ...ssimMetric.measures, ...lpipsMeasures];
