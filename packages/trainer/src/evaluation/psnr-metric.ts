import type { Metric } from './metric.js';

/** What an image counts that comes back without an error, and the most that any counts: means and plots need numbers. */
const MAX_PSNR = 100;

const psnr = (a: Uint8Array, b: Uint8Array): number => {
  let error = 0;
  for (let i = 0; i < a.length; i++) error += (a[i] - b[i]) ** 2;
  return Math.min(10 * Math.log10((255 ** 2 * a.length) / error), MAX_PSNR);
};

/** PSNR over 8-bit RGB, at most 100 dB. */
export const psnrMetric: Metric = {
  measures: [{ key: 'psnr-rgb', label: 'PSNR dB', digits: 2 }],
  measure: async (original, pictures) => ({ 'psnr-rgb': pictures.map(({ data }) => psnr(original.data, data)) }),
};
