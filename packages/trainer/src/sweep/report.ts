import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { writeFileAtomically } from '@sandwich/data';
import { curveOf } from '../evaluation/evaluate.js';
import type { RatePoint } from '../evaluation/rate-curve.js';
import type { EvaluationResults } from '../evaluation/results.js';
import { ratePlot } from '../reports/rate-plot.js';
import { svgToPng } from '../reports/svg-to-png.js';
import { textTable } from '../reports/text-table.js';
import { runFiles } from '../run-directory.js';
import { paretoFront } from './pareto-front.js';
import { type RunStatus, type Sweep, type SweepRun, statusOf, sweepRunDirectory } from './sweep.js';

/** A point of a run's curve. */
interface SweepPoint extends RatePoint {
  run: string;
  setting: string;
}

const FRONT = 'Pareto front';

/** Results of a run's last checkpoint, if it was evaluated. */
export async function currentResults(
  directory: string,
  { checkpoint }: RunStatus,
): Promise<EvaluationResults | undefined> {
  const { results } = runFiles(directory);
  if (checkpoint === undefined || !existsSync(results)) return undefined;
  const evaluation: EvaluationResults = JSON.parse(await readFile(results, 'utf8'));
  return evaluation.checkpoint === basename(checkpoint) ? evaluation : undefined;
}

const pointsOf = ({ label }: SweepRun, { systems: [sandwich] }: EvaluationResults): SweepPoint[] =>
  curveOf(sandwich).map((point, i) => ({ ...point, run: label, setting: sandwich.settings[i] }));

/**
 * Prints the runs of a sweep and joins the curves of those that were evaluated: every quantiser step of every run is a
 * point, and the points that no other one beats are the curve of the sweep (Guleryuz et al., "Sandwiched compression",
 * evaluation of the image models). Writes `pareto.json`, in CompressAI's schema, and plots.
 */
export async function reportSweep(directory: string, sweep: Sweep): Promise<void> {
  const overview: string[][] = [];
  const evaluated: [SweepRun, EvaluationResults][] = [];
  for (const run of sweep.runs) {
    const folder = sweepRunDirectory(directory, run);
    const status = await statusOf(folder);
    const results = await currentResults(folder, status);
    if (results) evaluated.push([run, results]);
    overview.push([run.label, run.id, status.state, `${status.step}`, results?.gain.mean?.toFixed(2) ?? '']);
  }
  process.stdout.write(`\n${textTable(['run', 'id', 'state', 'steps', 'gain dB'], overview)}\n`);
  if (evaluated.length === 0) return;

  const front = paretoFront(evaluated.flatMap(([run, results]) => pointsOf(run, results)));
  const [[, { images, codec, systems }]] = evaluated;
  const description = `${sweep.experiment}, ${evaluated.length} of ${sweep.runs.length} runs; ${codec}; ${images}`;
  const pareto = {
    name: sweep.experiment,
    description,
    results: { bpp: front.map(({ bpp }) => bpp), 'psnr-rgb': front.map(({ quality }) => quality) },
    points: front.map(({ run, setting }) => ({ run, setting })),
  };
  await writeFileAtomically(join(directory, 'pareto.json'), `${JSON.stringify(pareto, null, 2)}\n`);
  const toPlot = (points: readonly RatePoint[]) => points.map(({ bpp, quality }) => ({ x: bpp, y: quality }));
  const svg = await ratePlot({
    title: sweep.experiment,
    xLabel: 'bits per pixel (real files)',
    yLabel: 'PSNR, RGB (dB)',
    logX: true,
    series: [
      { name: FRONT, points: toPlot(front) },
      ...evaluated.map(([run, results]) => ({ name: run.label, points: toPlot(pointsOf(run, results)) })),
      ...systems.slice(1).map((system) => ({ name: system.name, dashed: true, points: toPlot(curveOf(system)) })),
    ],
  });
  await writeFileAtomically(join(directory, 'pareto.svg'), svg);
  await writeFileAtomically(join(directory, 'pareto.png'), await svgToPng(svg));
  const rows = front.map(({ run, setting, bpp, quality }) => [run, setting, bpp.toFixed(3), quality.toFixed(2)]);
  process.stdout.write(
    `\n${FRONT}\n${textTable(['run', 'setting', 'bpp', 'PSNR dB'], rows)}\n\n${description}\n\n` +
      `${join(directory, 'pareto.json')}\n${join(directory, 'pareto.png')}\n`,
  );
}
