import { type JpegCoefficients, jpegCoefficients, type QuantizationTables } from '@sandwich/codecs';
import { Random } from '@sandwich/data';
import type { Picture } from '@sandwich/pictures';

const ONES = { luma: new Array<number>(64).fill(1), chroma: new Array<number>(64).fill(1) };
const REACH = 2;

/**
 * Levels drawn from the probabilities of a soft quantiser of hardness h, p_k ~ exp(-h (c / q - k)^2) over the five nearest, in place of rounding:
 * the probabilistic codec by which J4D validates. For `encodeJpeg` with the same tables.
 */
export function sampledCoefficients(
  picture: Picture<Uint8Array>,
  tables: QuantizationTables,
  hardness: number,
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
        return Math.min(Math.max(drawLevel(c / step, hardness, random.uniform()), -1023), 1023);
      });
    }),
  };
}

function drawLevel(x: number, hardness: number, noise: number): number {
  const nearest = Math.floor(x + 0.5);
  const weights = Array.from({ length: 2 * REACH + 1 }, (_, i) => Math.exp(-hardness * (x - nearest + REACH - i) ** 2));
  let left = noise * weights.reduce((sum, weight) => sum + weight);
  for (const [i, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return nearest - REACH + i;
  }
  return nearest + REACH;
}
