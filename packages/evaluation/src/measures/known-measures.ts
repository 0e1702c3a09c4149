import type { MeasureDescription } from '../measure.js';
import { describeMeasure } from '../measure.js';
import { describeLpips } from './lpips.js';
import { psnrMeasures } from './psnr.js';
import { pqPsnr } from './psnr-pq.js';
import { ssimMeasures } from './ssim.js';

/** Measures of pictures that results may hold. */
export const knownMeasures: readonly MeasureDescription[] = [
  ...[...psnrMeasures, pqPsnr, ...ssimMeasures()].map(describeMeasure),
  describeLpips('alex'),
  describeLpips('squeeze'),
];
