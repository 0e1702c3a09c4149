import { type LowPassShape, lowPassTables } from './low-pass-tables.js';
import type { TableFamily } from './table-family.js';

/** Luma's radii from which a search may start. */
export const lowPassRadii = { min: 1, max: 10 };

/**
 * Low-pass tables, to be searched.
 *
 * @param radius luma's at the start, 1 to 10
 * @throws RangeError for a radius out of range
 */
export function lowPassFamily({ radius = 4.5 }: { radius?: number } = {}): TableFamily<LowPassShape> {
  const { min, max } = lowPassRadii;
  if (!(radius >= min && radius <= max)) {
    throw new RangeError(`lowPassFamily: radius must be ${min} to ${max}, got ${radius}`);
  }
  return {
    parameters: {
      radius: { start: radius, stride: 1.2, range: [min, max] },
      chromaRadius: { start: 2.5, stride: 1.2, range: [0, 10] },
      slope: { start: 0.1, stride: 0.7, range: [0.01, 2], log: true },
      chroma: { start: 1.5, stride: 0.35, range: [0.1, 10], log: true },
      chromaSlope: { start: 0.3, stride: 0.7, range: [0.01, 4], log: true },
      dc: { start: 1, stride: 0.35, range: [0.1, 10], log: true },
      chromaDc: { start: 1, stride: 0.35, range: [0.1, 10], log: true },
    },
    steps: [1, 255],
    tables: lowPassTables,
  };
}
