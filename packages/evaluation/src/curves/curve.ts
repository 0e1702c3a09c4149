import type { RatePoint } from '@sandwich/losses';
import type { MeasureDescription } from '../measure.js';

/** One value a setting; null where there is none. */
export type Column = (number | null)[];

/** Bits per pixel of real files, and any other columns by name: `bpp-estimated`, and measures by their keys. */
export type Columns = Record<'bpp', number[]> & Record<string, Column>;

/** A curve in CompressAI's schema. */
export interface Curve {
  name: string;
  description: string;
  results: Columns;
}

/** The points of a curve in one measure, of which more quality is better; without points where the measure has no value. */
export const curveOf = ({ results }: Pick<Curve, 'results'>, { key, better }: MeasureDescription): RatePoint[] =>
  results.bpp.flatMap((bpp, i) => {
    const value = results[key]?.[i] ?? null;
    return value === null ? [] : [{ bpp, quality: better === 'less' ? -value : value }];
  });
