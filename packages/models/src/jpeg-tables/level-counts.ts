import type { tf } from '@sandwich/engine';

/** How often each level occurs at each of 64 frequencies: of the level l at the frequency i, `counts[(l + reach) * 64 + i]`. */
export interface LevelCounts {
  counts: Float32Array;
  /** The largest magnitude that is counted. */
  reach: number;
}

const AREA = 64;

/** Levels of a plane or several, [B, h, w, planes * 64], counted. */
export function countLevels(levels: tf.Tensor4D): LevelCounts {
  const values = levels.dataSync<'float32'>();
  let reach = 1;
  for (const value of values) reach = Math.max(reach, Math.abs(value));
  const counts = new Float32Array((2 * reach + 1) * AREA);
  for (const [place, value] of values.entries()) counts[(value + reach) * AREA + (place % AREA)]++;
  return { counts, reach };
}

/** The counts of several pictures together. */
export function sumOfCounts(each: readonly LevelCounts[]): LevelCounts {
  const reach = Math.max(...each.map((one) => one.reach));
  const counts = new Float32Array((2 * reach + 1) * AREA);
  for (const one of each) {
    const shift = (reach - one.reach) * AREA;
    for (const [i, count] of one.counts.entries()) counts[shift + i] += count;
  }
  return { counts, reach };
}
