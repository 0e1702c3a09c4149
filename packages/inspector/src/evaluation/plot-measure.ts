import type { Curve, MeasureDescription } from '@sandwich/evaluation';
import { writeFileAtomically } from '@sandwich/files';
import { ratePlot } from '../reports/rate-plot.js';
import { svgToPng } from '../reports/svg-to-png.js';

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
 * @param ours curves without which there is nothing to draw
 * @param others left out where they lack the measure
 * @returns the picture's file, or none where ours have no values
 */
export async function plotMeasure(
  title: string,
  { ours, others }: { ours: readonly PlottedCurve[]; others: readonly PlottedCurve[] },
  { key, label, unit, better }: MeasureDescription,
  file: (extension: 'svg' | 'png') => string,
): Promise<string[]> {
  const seriesOf = ({ name, results, dashed, colour }: PlottedCurve) => ({
    name,
    dashed,
    colour,
    points: results.bpp.flatMap((x, i) => {
      const y = results[key]?.[i] ?? null;
      return y === null ? [] : [{ x, y }];
    }),
  });
  if (ours.map(seriesOf).every(({ points }) => points.length === 0)) return [];
  const svg = await ratePlot({
    title,
    xLabel: 'bits per pixel (real files)',
    yLabel: `${label}${unit ? `, ${unit}` : ''}${better === 'less' ? ' (less is better)' : ''}`,
    logX: true,
    series: [...ours, ...others].map(seriesOf).filter(({ points }) => points.length > 0),
  });
  await writeFileAtomically(file('svg'), svg);
  await writeFileAtomically(file('png'), await svgToPng(svg));
  return [file('png')];
}
