import type { Picture } from '@sandwich/pictures';

/** PSNR of the mean squared error over all samples, dB. */
export function psnrOf(image: Picture, output: Picture, peak = 255): number {
  const error = Array.from(output.data).reduce((sum, value, i) => sum + (value - image.data[i]) ** 2, 0);
  return 10 * Math.log10((peak ** 2 * output.data.length) / error);
}
