import { type JpegCoefficients, jpegCoefficients, type QuantizationTables } from '@sandwich/codecs';
import { Random } from '@sandwich/data';
import type { Picture } from '@sandwich/pictures';

const ONES = { luma: new Array<number>(64).fill(1), chroma: new Array<number>(64).fill(1) };
const REACH = 2;

/** How hard a soft quantiser is: in units of the squared step, or of squared gray levels, the same for all steps, for which J4D has 100. */
export type DrawnHardness = { hardness: number } | { alpha: number };

/**
 * Levels drawn from the probabilities of a soft quantiser of hardness h, p_k ~ exp(-h (c / q - k)^2) over the five nearest, in place of rounding:
 * the probabilistic codec by which J4D validates, with h = alpha q^2. For `encodeJpeg` with the same tables.
 */
export function sampledCoefficients(
  picture: Picture<Uint8Array>,
  tables: QuantizationTables,
  soft: DrawnHardness,
  seed: number,
): JpegCoefficients {
  const random = new Random(seed);
  const { coefficients, ...size } = jpegCoefficients(picture, { tables: ONES, subsampling: '4:4:4' });
  return {
    ...size,
    coefficients: coefficients.map((plane, component) => {
      const table = component === 0 ? tables.luma : tables.chroma;
      return Array.from(plane, (c, i) => {
        const step = table[i % 64];
        const hardness = 'alpha' in soft ? soft.alpha * step ** 2 : soft.hardness;
        return Math.min(Math.max(drawLevel(c / step, hardness, random.uniform()), -1023), 1023);
      });
    }),
  };
}

function drawLevel(x: number, hardness: number, noise: number): number {
  const nearest = Math.floor(x + 0.5);
  const error = x - nearest;
  // Relative to the weight of the nearest, which alone may be less than any number.
  const weightOf = (offset: number) => Math.exp(hardness * (error ** 2 - (error - offset) ** 2));
  const weights = Array.from({ length: 2 * REACH + 1 }, (_, i) => weightOf(i - REACH));
  let left = noise * weights.reduce((sum, weight) => sum + weight);
  for (const [i, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return nearest - REACH + i;
  }
  return nearest + REACH;
}
