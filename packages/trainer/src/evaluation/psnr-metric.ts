import { largestSample, type Picture } from '@sandwich/pictures';
import type { Measure, Metric } from './metric.js';

/** What an image counts that comes back without an error, and the most that any counts: means and plots need numbers. */
const MAX_PSNR = 100;

function psnr({ data: a }: Picture, { data: b }: Picture, peak: number): number {
  let error = 0;
  for (let i = 0; i < a.length; i++) error += (a[i] - b[i]) ** 2;
  return Math.min(10 * Math.log10((peak ** 2 * a.length) / error), MAX_PSNR);
}

/** PSNR of one image. */
export const psnrMeasure: Measure = { key: 'psnr-rgb', label: 'PSNR dB', digits: 2 };

/** PSNR of several images as the mean of their PSNRs, the number that CompressAI and most others publish. */
export const meanPsnrMeasure: Measure = { ...psnrMeasure, label: 'mean PSNR dB' };

/** PSNR of several images as that of the mean of their squared errors. Images that come out badly count for more. */
export const psnrOfMeanErrorMeasure: Measure = {
  key: 'psnr-rgb-of-mean-error',
  label: 'PSNR dB of mean error',
  digits: 2,
};

/** Both ways to give several images one PSNR. */
export const psnrMeasures: readonly Measure[] = [meanPsnrMeasure, psnrOfMeanErrorMeasure];

/** The PSNR of the mean squared error of images of one size each, whose own PSNRs are given, dB. */
export const psnrOfMeanError = (psnrs: readonly number[]): number =>
  -10 * Math.log10(psnrs.reduce((sum, each) => sum + 10 ** (-each / 10), 0) / psnrs.length);

/** PSNR over RGB of a bit depth, against its largest value, 2^bitDepth - 1; at most 100 dB. */
export const psnrMetric = (bitDepth: number): Metric<Picture> => ({
  measures: [psnrMeasure],
  measure: async (original, pictures) => ({
    [psnrMeasure.key]: pictures.map((picture) => psnr(original, picture, largestSample(bitDepth))),
  }),
});
