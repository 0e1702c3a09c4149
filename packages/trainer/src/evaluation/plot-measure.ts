import { writeFileAtomically } from '@sandwich/data';
import { ratePlot } from '../reports/rate-plot.js';
import { svgToPng } from '../reports/svg-to-png.js';
import { runFiles } from '../run-directory.js';
import type { SystemResult } from './evaluate.js';
import type { Measure } from './metric.js';

/** Draws one measure over the rate. @returns the picture's file, or none where a measure has no values */
export async function plotMeasure(
  title: string,
  run: string,
  results: readonly SystemResult[],
  { key, label, lessIsBetter }: Measure,
): Promise<string[]> {
  const series = results.map(({ name, results: curve }, i) => ({
    name,
    dashed: i > 0,
    points: curve.bpp.flatMap((x, k) => (curve[key][k] === null ? [] : [{ x, y: curve[key][k] }])),
  }));
  if (series.some(({ points }) => points.length === 0)) return [];
  const svg = await ratePlot({
    title,
    xLabel: 'bits per pixel (real files)',
    yLabel: `${label}, RGB${lessIsBetter ? ' (less is better)' : ''}`,
    logX: true,
    series,
  });
  const { plot } = runFiles(run);
  await writeFileAtomically(plot('svg', key), svg);
  await writeFileAtomically(plot('png', key), await svgToPng(svg));
  return [plot('png', key)];
}
