import type { QuantizationTables } from '@sandwich/codecs';

/** Shape of low-pass tables; see `lowPassTables`. */
export interface LowPassShape {
  /** How much luma's steps grow with each frequency, vertical or horizontal, in units of the step s. */
  slope: number;
  /** Luma's step at DC in units of s. */
  dc: number;
  /** Distance from DC up to which luma's frequencies are kept; 7 sqrt(2) or more keeps all. */
  radius: number;
  /** Chroma's steps in units of luma's. */
  chroma: number;
  /** The same as for luma. */
  chromaSlope: number;
  chromaDc: number;
  chromaRadius: number;
}

/**
 * Tables that keep low frequencies alone: ramps s (1 + slope (u + v)) at vertical frequency v and horizontal u up to a distance
 * sqrt(u² + v²) from DC, and infinite steps beyond it, which files hold as 255. At low rates that is coding at a lower resolution, in which the bits
 * of high frequencies go to fine steps of low ones.
 *
 * @param step s
 * @returns steps of any size, not rounded
 */
export function lowPassTables(step: number, shape: LowPassShape): QuantizationTables {
  const ramp = (factor: number, slope: number, dc: number, radius: number) =>
    Array.from({ length: 64 }, (_, i) => {
      const [v, u] = [i >> 3, i & 7];
      if (Math.hypot(u, v) > radius) return Number.POSITIVE_INFINITY;
      return step * factor * (i === 0 ? dc : 1 + slope * (u + v));
    });
  return {
    luma: ramp(1, shape.slope, shape.dc, shape.radius),
    chroma: ramp(shape.chroma, shape.chromaSlope, shape.chromaDc, shape.chromaRadius),
  };
}
