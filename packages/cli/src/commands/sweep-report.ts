import { paretoOutputs } from '@sandwich/inspector';
import { guardOutputs, readSweep, statusOf, sweepRunDirectory } from '@sandwich/trainer';
import { required, without } from '../command-line/argument.js';
import { defineCommand } from '../command-line/command.js';
import { count } from '../command-line/numbers.js';
import { images, inputFolder } from '../command-line/paths.js';
import { negatedFlag } from '../command-line/texts.js';
import { currentResults, reportSweep } from '../sweep-report.js';
import { evalCommand } from './eval.js';
import { type EngineArguments, engineOf, engineOptions } from './options/engine-options.js';

export interface SweepReportArguments extends EngineArguments {
  sweep: string;
  evaluate?: boolean;
  evalImages?: string;
  every?: number;
}

/** Evaluates the finished runs of a sweep that were not yet, and reports. */
export async function sweepReportCommand(args: SweepReportArguments): Promise<void> {
  const { evaluate = true, evalImages, every } = args;
  const sweep = await readSweep(args.sweep);
  await guardOutputs(paretoOutputs(args.sweep, ['jpeg']), { own: true });
  for (const run of evaluate ? sweep.runs : []) {
    const directory = sweepRunDirectory(args.sweep, run);
    const status = await statusOf(directory);
    if (status.state !== 'finished' || (await currentResults(directory, status))) continue;
    await evalCommand({ run: directory, images: evalImages, every, ...engineOf(args) });
  }
  await reportSweep(args.sweep, sweep);
}

/** Options of what evaluates the runs of a sweep. */
export const evaluationOptions = {
  evaluate: without(negatedFlag('Do not evaluate the finished runs'), 'evalImages', 'every'),
  evalImages: images('Images to evaluate on, as for `eval --images`'),
  every: count('Evaluate only on every n-th image'),
};

export const sweepReportDefinition = defineCommand({
  name: 'sweep-report',
  describe: 'Show the runs of a sweep, evaluate those that are finished, and join their curves',
  operands: { sweep: required(inputFolder('Directory of the sweep')) },
  options: { ...evaluationOptions, ...engineOptions },
  run: sweepReportCommand,
});
