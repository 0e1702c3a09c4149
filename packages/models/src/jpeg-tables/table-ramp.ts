import type { QuantizationTables } from '@sandwich/codecs';

/** Shape of a table ramp. */
export interface RampShape {
  /** How much steps grow with each frequency, vertical or horizontal, in units of the step at DC. */
  slope: number;
  /** Steps of chroma in units of those of luma. */
  chroma: number;
}

/** The shape with which a ramp does best on the photographs of `photos/`: see `npm run fit-ramp`. */
export const bestRamp: RampShape = { slope: 0.1, chroma: 1.1 };

/**
 * Quantisation tables that grow linearly with frequency: s (1 + a (u + v)) at vertical frequency v and horizontal u, and so many times that for
 * chroma. Two numbers besides the step already do better than Annex K's tables, so what is learned has to beat them.
 *
 * @param step s, that of luma's DC coefficient
 * @returns steps of any size, not rounded
 */
export function rampTables(step: number, { slope, chroma }: RampShape = bestRamp): QuantizationTables {
  const ramp = (factor: number) =>
    Array.from({ length: 64 }, (_, i) => factor * step * (1 + slope * ((i >> 3) + (i & 7))));
  return { luma: ramp(1), chroma: ramp(chroma) };
}
