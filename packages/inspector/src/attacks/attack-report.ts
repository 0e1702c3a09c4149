import { writeFileAtomically } from '@sandwich/files';
import {
  type AttackedPlace,
  type AttackShare,
  attackSuccess,
  meanAttackInterval,
  meanAttackSuccess,
} from '@sandwich/models';
import { ratePlot } from '../reports/rate-plot.js';
import { svgToPng } from '../reports/svg-to-png.js';
import { textTable } from '../reports/text-table.js';
import { type AttackResults, attackFiles } from './attack-results.js';

const percent = (share: number) => (Number.isNaN(share) ? '-' : (100 * share).toFixed(1));
const interval = ({ value, low, high }: AttackShare) =>
  Number.isNaN(value) ? '-' : `${percent(low)} to ${percent(high)}`;

const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)];

/** The places of each gradient, strongest in the mean first. */
function ranked(places: readonly AttackedPlace[]) {
  const gradients = distinct(places.map(({ gradient }) => gradient)).map((gradient) => {
    const own = places.filter((place) => place.gradient === gradient);
    return { gradient, own, mean: meanAttackSuccess(own) };
  });
  return gradients.sort((a, b) => b.mean - a.mean);
}

/**
 * A table of attacks: the success of each gradient at each budget, in per cent of the pictures that were right before, the mean over qualities;
 * the mean over all places with its 95 % interval, and how far it lies behind the first one.
 */
export function attackTable({ places }: AttackResults): string {
  const budgets = distinct(places.map(({ budget }) => budget));
  const all = ranked(places);
  const [first] = all;
  const rows = all.map(({ gradient, own, mean }) => [
    gradient,
    ...budgets.map((budget) => percent(meanAttackSuccess(own.filter((place) => place.budget === budget)))),
    percent(mean),
    interval(meanAttackInterval(own)),
    own === first.own ? '' : interval(meanAttackInterval(own, first.own)),
  ]);
  return textTable(
    ['gradient', ...budgets.map((budget) => `budget ${budget}`), 'mean', '95 % interval', `less ${first.gradient}`],
    rows,
  );
}

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
  const files = attackFiles(folder, distinct(places.map(({ budget }) => budget)));
  await writeFileAtomically(files.table, attackCsv(places));
  const gradients = ranked(places);
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
