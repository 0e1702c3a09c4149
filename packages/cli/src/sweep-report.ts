import { basename } from 'node:path';
import {
  groupsOf,
  type MeasureDescription,
  meanGain,
  psnrMeasures,
  type Results,
  readResults,
} from '@sandwich/evaluation';
import { evaluationFiles, reportPareto, textTable } from '@sandwich/inspector';
import { type RunStatus, type Sweep, type SweepRun, statusOf, sweepRunDirectory } from '@sandwich/trainer';

/** Results of a run's last checkpoint, if it was evaluated. */
export async function currentResults(directory: string, { checkpoint }: RunStatus): Promise<Results | undefined> {
  if (checkpoint === undefined) return undefined;
  const results = await readResults(evaluationFiles(directory, undefined).results);
  return results?.checkpoint === basename(checkpoint) ? results : undefined;
}

/** Measures of the overview, which has room for few: PSNRs, or whatever was measured where they were not. */
function overviewMeasures(results: readonly Results[]): MeasureDescription[] {
  const measures = results.flatMap((each) => each.measures);
  const distinct = measures.filter(({ key }, i) => measures.findIndex((other) => other.key === key) === i);
  const psnrs = distinct.filter(({ key }) => psnrMeasures.some((psnr) => psnr.key === key));
  return psnrs.length > 0 ? psnrs : distinct;
}

/** Prints the runs of a sweep, and what `reportPareto` makes of those that were evaluated. */
export async function reportSweep(directory: string, sweep: Sweep): Promise<void> {
  const statuses: [SweepRun, RunStatus][] = [];
  const evaluated: [SweepRun, Results][] = [];
  for (const run of sweep.runs) {
    const folder = sweepRunDirectory(directory, run);
    const status = await statusOf(folder);
    statuses.push([run, status]);
    const results = await currentResults(folder, status);
    if (results) evaluated.push([run, results]);
  }
  const groups = [...new Set(evaluated.flatMap(([, results]) => groupsOf(results)))];
  const measures = overviewMeasures(evaluated.map(([, results]) => results));
  const gains = groups.flatMap((group) => measures.map((measure) => ({ group, measure })));
  const overview = statuses.map(([run, { state, step }]) => {
    const results = evaluated.find(([other]) => other === run)?.[1];
    const cells = gains.map(({ group, measure: { key, digits } }) => {
      const mean = results && meanGain(results.gains, group, key);
      return mean == null ? '' : mean.toFixed(digits);
    });
    return [run.label, run.id, state, `${step}`, ...cells];
  });
  const heads = gains.map(({ group, measure: { label } }) => `${label} over ${group}`);
  process.stdout.write(`\n${textTable(['run', 'id', 'state', 'steps', ...heads], overview)}\n`);
  if (evaluated.length === 0) return;

  const [[, { items, codec }]] = evaluated;
  const measured = `${sweep.experiment}, ${evaluated.length} of ${sweep.runs.length} runs`;
  const description = [measured, codec?.description, items].filter(Boolean).join('; ');
  const runs = evaluated.map(([{ label }, results]) => ({ label, results }));
  process.stdout.write(`\n${await reportPareto(directory, { name: sweep.experiment, description }, runs)}\n`);
}
