import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { evaluationFiles } from '../evaluation/evaluation-files.js';
import { knownMeasures } from '../evaluation/known-measures.js';
import { reportPareto } from '../evaluation/pareto.js';
import { psnrMeasures } from '../evaluation/psnr-metric.js';
import { type EvaluationResults, meanGainsOf } from '../evaluation/results.js';
import { textTable } from '../reports/text-table.js';
import { type RunStatus, type Sweep, type SweepRun, statusOf, sweepRunDirectory } from './sweep.js';

/** Results of a run's last checkpoint, if it was evaluated by this version. */
export async function currentResults(
  directory: string,
  { checkpoint }: RunStatus,
): Promise<EvaluationResults | undefined> {
  const { results } = evaluationFiles(directory, 'jpeg');
  if (checkpoint === undefined || !existsSync(results)) return undefined;
  const evaluation: EvaluationResults = JSON.parse(await readFile(results, 'utf8'));
  const isCurrent = evaluation.codecName === 'jpeg' && evaluation.checkpoint === basename(checkpoint);
  return isCurrent ? evaluation : undefined;
}

/** Prints the runs of a sweep, and what `reportPareto` makes of those that were evaluated. */
export async function reportSweep(directory: string, sweep: Sweep): Promise<void> {
  const overview: string[][] = [];
  const evaluated: [SweepRun, EvaluationResults][] = [];
  for (const run of sweep.runs) {
    const folder = sweepRunDirectory(directory, run);
    const status = await statusOf(folder);
    const results = await currentResults(folder, status);
    if (results) evaluated.push([run, results]);
    const gains = results ? meanGainsOf(results).map(({ mean }) => mean?.toFixed(2) ?? '') : psnrMeasures.map(() => '');
    overview.push([run.label, run.id, status.state, `${status.step}`, ...gains]);
  }
  process.stdout.write(
    `\n${textTable(['run', 'id', 'state', 'steps', ...psnrMeasures.map(({ label }) => `gain, ${label}`)], overview)}\n`,
  );
  if (evaluated.length === 0) return;

  const [[, { images, codec }]] = evaluated;
  const description = `${sweep.experiment}, ${evaluated.length} of ${sweep.runs.length} runs; ${codec}; ${images}`;
  const runs = evaluated.map(([{ label }, results]) => ({ label, results }));
  const measures = knownMeasures.filter(({ key }) => runs.every(({ results }) => key in results.systems[0].results));
  process.stdout.write(`\n${await reportPareto(directory, { name: sweep.experiment, description }, runs, measures)}\n`);
}
