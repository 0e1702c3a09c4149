import type { QuantizationTables } from '@sandwich/codecs';

/** Shape of a table ramp. */
export interface RampShape {
  /** How much steps grow with each frequency, vertical or horizontal, in units of the step at DC. */
  slope: number;
  /** Steps of chroma in units of those of luma. */
  chroma: number;
}

/**
 * Shapes with which ramps do best on the photographs of `photos/`, at 0.5, 1 and 2 bits per pixel of them: the coarser the steps, the steeper. In the
 * mean over the rates the second is the best. They are what `npm run fit-ramp -- --images photos` has found.
 */
export const bestRamps: readonly RampShape[] = [
  { slope: 0.2, chroma: 1.2 },
  { slope: 0.15, chroma: 1.1 },
  { slope: 0.05, chroma: 1.3 },
];

/**
 * Quantisation tables that grow linearly with frequency: s (1 + a (u + v)) at vertical frequency v and horizontal u, and so many times that for
 * chroma. Two numbers besides the step already do better than Annex K's tables, so what is learned has to beat them.
 *
 * @param step s, that of luma's DC coefficient
 * @returns steps of any size, not rounded
 */
export function rampTables(step: number, { slope, chroma }: RampShape = bestRamps[1]): QuantizationTables {
  const ramp = (factor: number) =>
    Array.from({ length: 64 }, (_, i) => factor * step * (1 + slope * ((i >> 3) + (i & 7))));
  return { luma: ramp(1), chroma: ramp(chroma) };
}
