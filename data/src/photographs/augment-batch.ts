import { Random } from '../random.js';

const GAMMA_RANGE = [0.25, 3] as const;

/** What is done to a batch: the same for all of its crops, but for the gammas. */
export interface BatchAugmentation {
  mirrored: boolean;
  upsideDown: boolean;
  hasGamma: boolean;
}

/** No crop has this number: its random numbers are those of the batch. */
const WHOLE_BATCH = 0xffffffff;

/** Draws what is done to a batch: each with a probability of one half. */
export function drawAugmentation(seed: number, index: number): BatchAugmentation {
  const random = new Random(seed, [index, WHOLE_BATCH, 0]);
  const [mirrored, upsideDown, hasGamma] = Array.from({ length: 3 }, () => random.uniform() < 0.5);
  return { mirrored, upsideDown, hasGamma };
}

/** Turns a square crop upside down, in place. */
export function turnUpsideDown(crop: Float32Array, side: number): void {
  const row = 3 * side;
  for (let top = 0, bottom = side - 1; top < bottom; top++, bottom--) {
    const upper = crop.slice(top * row, (top + 1) * row);
    crop.copyWithin(top * row, bottom * row, (bottom + 1) * row);
    crop.set(upper, bottom * row);
  }
}

/** Raises samples, as shares of the largest, to 1 / gamma, in place; gamma is drawn. */
export function applyGamma(crop: Float32Array, bitDepth: number, random: Random): void {
  const power = 1 / random.uniform(...GAMMA_RANGE);
  const largest = 2 ** bitDepth - 1;
  const table = Float32Array.from({ length: largest + 1 }, (_, value) => largest * (value / largest) ** power);
  for (let i = 0; i < crop.length; i++) crop[i] = table[crop[i]];
}
