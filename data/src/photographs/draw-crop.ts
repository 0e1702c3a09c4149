import type { Picture } from '@sandwich/pictures';
import type { Random } from '../random.js';

type Image = Pick<Picture<Uint8Array | Uint16Array, 3>, 'data' | 'width' | 'height'>;

/** Where a crop begins, pixels. */
export interface CropPlace {
  left: number;
  top: number;
}

/** When a crop is drawn again. Variances are those of all samples of a crop, in [0, 1]. */
export interface FlatCropRule {
  /** Crops of less variance are drawn again. */
  least: number;
  /** Crops of less variance than that are drawn again half the time. */
  doubtful: number;
  /** Crops of less than `least` that are drawn at most: then the one of the most variance is taken. */
  tries: number;
}

/** The rules of the neural imaging toolbox (`flat` and `flat-aggressive`), in training and in validation. */
export const flatCropRules = {
  train: { least: 0.005, doubtful: 0.01, tries: 25 },
  validate: { least: 0.02, doubtful: 0.02, tries: 100 },
} as const satisfies Record<string, FlatCropRule>;

/** Variance of all samples of a square crop, in [0, 1]. */
export function cropVariance({ data, width }: Image, { left, top }: CropPlace, side: number, bitDepth: number): number {
  let [sum, squares] = [0, 0];
  for (let y = top; y < top + side; y++) {
    const begin = 3 * (y * width + left);
    for (let i = begin; i < begin + 3 * side; i++) {
      sum += data[i];
      squares += data[i] ** 2;
    }
  }
  const count = 3 * side ** 2;
  return (squares / count - (sum / count) ** 2) / (2 ** bitDepth - 1) ** 2;
}

/** Draws the place of a square crop. */
export function drawPlace({ width, height }: Image, side: number, random: Random): CropPlace {
  const left = random.integer(width - side + 1);
  return { left, top: random.integer(height - side + 1) };
}

/** Draws a place of even coordinates until its crop is not flat. */
export function drawStructuredPlace(
  image: Image,
  side: number,
  bitDepth: number,
  { least, doubtful, tries }: FlatCropRule,
  random: Random,
): CropPlace {
  const drawn = () => {
    const left = 2 * random.integer(Math.floor((image.width - side) / 2) + 1);
    return { left, top: 2 * random.integer(Math.floor((image.height - side) / 2) + 1) };
  };
  let best: CropPlace | undefined;
  let most = -1;
  for (let flat = 0; flat < tries; ) {
    const place = drawn();
    const variance = cropVariance(image, place, side, bitDepth);
    if (variance >= doubtful || (variance >= least && random.uniform() < 0.5)) return place;
    if (variance < least) flat++;
    if (variance > most) [best, most] = [place, variance];
  }
  return best!;
}
