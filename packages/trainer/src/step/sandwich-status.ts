import type { StepMetrics } from './metrics.js';

/**
 * What a sandwich's training says of itself beside its loss.
 *
 * @param mean the mean metrics of some steps
 * @param peak the largest value of images
 * @returns `psnr`, of the mean squared error, in dB, for the log, and phrases for the progress line
 */
export function sandwichStatus(mean: Pick<StepMetrics, 'mse' | 'bpp'>, peak: number) {
  const psnr = 10 * Math.log10(peak ** 2 / mean.mse);
  return { psnr, phrases: [`PSNR of mean error ${psnr.toFixed(2)} dB`, `${mean.bpp.toFixed(3)} bpp`] };
}
