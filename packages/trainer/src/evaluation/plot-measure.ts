import { writeFileAtomically } from '@sandwich/files';
import { ratePlot, svgToPng } from '@sandwich/inspector';
import type { Curve } from './evaluate.js';
import type { Measure } from './metric.js';

/** A curve, and how it is drawn. */
export interface PlottedCurve extends Pick<Curve, 'name' | 'results'> {
  /** For what is compared against. */
  dashed?: boolean;
  /** Default: one after the other. */
  colour?: string;
}

/**
 * Draws one measure over the rate.
 *
 * @param curves ours first; others that lack the measure are left out
 * @returns the picture's file, or none where our curve has no values
 */
export async function plotMeasure(
  title: string,
  curves: readonly PlottedCurve[],
  { key, label, lessIsBetter }: Measure,
  file: (extension: 'svg' | 'png') => string,
): Promise<string[]> {
  const series = curves.map(({ name, results, dashed, colour }) => ({
    name,
    dashed,
    colour,
    points: results.bpp.flatMap((x, i) => {
      const y = results[key]?.[i] ?? null;
      return y === null ? [] : [{ x, y }];
    }),
  }));
  if (series[0].points.length === 0) return [];
  const svg = await ratePlot({
    title,
    xLabel: 'bits per pixel (real files)',
    yLabel: `${label}, RGB${lessIsBetter ? ' (less is better)' : ''}`,
    logX: true,
    series: series.filter(({ points }) => points.length > 0),
  });
  await writeFileAtomically(file('svg'), svg);
  await writeFileAtomically(file('png'), await svgToPng(svg));
  return [file('png')];
}
