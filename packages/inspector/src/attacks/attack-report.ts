import { writeFileAtomically } from '@sandwich/files';
import { type AttackedPlace, attackSuccess } from '@sandwich/models';
import { ratePlot } from '../reports/rate-plot.js';
import { svgToPng } from '../reports/svg-to-png.js';
import { type AttackResults, attackFiles } from './attack-results.js';
import { rankedGradients } from './attack-table.js';

/** All places as CSV, success with its interval. */
const attackCsv = (places: readonly AttackedPlace[]): string =>
  [
    'gradient,budget,quality,fooled,of,success,low,high',
    ...places.map((place) => {
      const { fooled, of, value, low, high } = attackSuccess(place);
      const numbers = [place.budget, place.quality, fooled, of, ...[value, low, high].map((x) => x.toFixed(4))];
      return [place.gradient, ...numbers].join(',');
    }),
    '',
  ].join('\n');

/**
 * Writes the table, and a plot for each budget at which a picture was known before: success over the quality, a curve for each gradient.
 *
 * @returns the files to look at
 */
export async function writeAttackReport(folder: string, { circumstances, places }: AttackResults): Promise<string[]> {
  const files = attackFiles(folder, [...new Set(places.map(({ budget }) => budget))]);
  await writeFileAtomically(files.table, attackCsv(places));
  const gradients = rankedGradients(places);
  const plots: string[] = [];
  for (const { budget, svg, png } of files.plots) {
    const series = gradients.map(({ gradient, own }) => ({
      name: gradient,
      dashed: !gradient.startsWith('diff-jpeg'),
      points: own
        .filter((place) => place.budget === budget)
        .map((place) => ({ x: place.quality, y: 100 * attackSuccess(place).value }))
        .filter(({ y }) => !Number.isNaN(y)),
    }));
    if (series.every(({ points }) => points.length === 0)) continue;
    const plot = await ratePlot({
      title: `${circumstances.classifier}, ${circumstances.method}, budget ${budget} of 255`,
      xLabel: 'JPEG quality',
      yLabel: 'fooled after the real file (%)',
      series,
    });
    await writeFileAtomically(svg, plot);
    await writeFileAtomically(png, await svgToPng(plot));
    plots.push(png);
  }
  return [files.results, files.table, ...plots];
}
