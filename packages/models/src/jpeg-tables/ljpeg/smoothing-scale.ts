import type { Codec } from '@sandwich/codecs';
import { meanStep } from '../mean-steps.js';
import type { LearnedJpeg } from './learned-jpeg.js';

/**
 * Mean step of the luma table for which pictures are smoothed, in units of the flat step that errs as the codec does. At about 1.2 JPEG with the tables
 * would err as much; half of that does best before WebP, and less before AVIF, on photographs of `photos/`.
 */
const SHARE = 0.65;

/**
 * The factor on a system's steps for which a picture is smoothed before another codec than JPEG: steps fall with the codec's own (`Codec.step`).
 *
 * @returns 1 for a codec whose steps nobody has measured
 */
export function smoothingScale(system: LearnedJpeg, codec: Codec, quality: number): number {
  if (!codec.step) return 1;
  return (SHARE * codec.step(quality)) / meanStep(system.tables.stepValues().luma);
}
