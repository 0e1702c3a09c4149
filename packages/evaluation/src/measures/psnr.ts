import { bitDepthOf, largestSample, type Picture } from '@sandwich/pictures';
import type { Measure } from '../measure.js';
import { meanOverItems } from './mean.js';

/** What a picture counts that comes back without an error, and the most that any counts: means and plots need numbers. */
export const MAX_PSNR = 100;

/**
 * PSNR over all channels, against the largest sample of the picture's bit depth, at most 100 dB.
 *
 * @throws RangeError when the pictures differ in size or channels
 */
export function picturePsnr(original: Picture, picture: Picture): number {
  const { data: a } = original;
  const { data: b } = picture;
  if (a.length !== b.length || original.width !== picture.width) {
    const shape = ({ width, height, channels }: Picture) => `${width} x ${height} x ${channels}`;
    throw new RangeError(`PSNR: the original is ${shape(original)}, the output ${shape(picture)}`);
  }
  let error = 0;
  for (let i = 0; i < a.length; i++) error += (a[i] - b[i]) ** 2;
  return Math.min(10 * Math.log10((largestSample(bitDepthOf(original)) ** 2 * a.length) / error), MAX_PSNR);
}

/** The PSNR of the mean squared error of pictures, each of which counts the same, from their own PSNRs, dB. */
export const psnrOfMeanError = (psnrs: readonly number[]): number =>
  -10 * Math.log10(psnrs.reduce((sum, each) => sum + 10 ** (-each / 10), 0) / psnrs.length);

const perItem = async (original: Picture, outputs: readonly Picture[]): Promise<number[][]> =>
  outputs.map((output) => [picturePsnr(original, output)]);

/** PSNR of several pictures as the mean of their PSNRs, the number that CompressAI and most others publish. */
export const meanPsnr: Measure<Picture> = {
  key: 'psnr-rgb',
  label: 'mean PSNR',
  unit: 'dB',
  better: 'more',
  digits: 2,
  perItem,
  aggregate: meanOverItems,
};

/** PSNR of several pictures as that of the mean of their squared errors. Pictures that come out badly count for more. */
export const meanErrorPsnr: Measure<Picture> = {
  key: 'psnr-rgb-of-mean-error',
  label: 'PSNR of mean error',
  unit: 'dB',
  better: 'more',
  digits: 2,
  perItem,
  aggregate: (items) => psnrOfMeanError(items.map(([psnr]) => psnr)),
};

/** Both ways to give several pictures one PSNR. */
export const psnrMeasures: readonly Measure<Picture>[] = [meanPsnr, meanErrorPsnr];
