import { basename } from 'node:path';
import type { CodecName } from '@sandwich/codecs';
import { checkEvaluationImages, evaluationImages } from '@sandwich/data';
import { releaseMemory, startEngine } from '@sandwich/engine';
import { makeFolder } from '@sandwich/files';
import { repeated } from '../command-line/argument.js';
import { defineCommand } from '../command-line/command.js';
import { count, integers, range } from '../command-line/numbers.js';
import { outputFolder, paths, runDirectory } from '../command-line/paths.js';
import { choices, text } from '../command-line/texts.js';
import { formats } from '../evaluation/codec-systems.js';
import { type Destination, guardedDestination } from '../evaluation/destination.js';
import type { LoadedImage } from '../evaluation/evaluate.js';
import { evaluateRuns, type RunEvaluation } from '../evaluation/evaluate-runs.js';
import { checkEvaluatedRuns, type EvaluatedRuns, loadEvaluatedRuns } from '../evaluation/evaluated-run.js';
import { loadImages } from '../evaluation/load-images.js';
import type { Measure } from '../evaluation/metric.js';
import { metricNames, openMetrics } from '../evaluation/open-metrics.js';
import { reportPareto } from '../evaluation/pareto.js';
import { psnrMeasures } from '../evaluation/psnr-metric.js';
import { readPublishedCurves } from '../evaluation/published-curve.js';
import {
  bdNotes,
  bdQualityTable,
  gainTables,
  pointTable,
  rateChangeTable,
  summaryTable,
} from '../evaluation/result-tables.js';
import type { EvaluationResults } from '../evaluation/results.js';
import { comparedWithStated, readStatedResults, statedSteps } from '../evaluation/stated-results.js';
import { writeEvaluation, writeOverview } from '../evaluation/write-evaluation.js';
import { zooFolder } from '../zoo.js';
import { engineOf, engineOptions } from './engine-options.js';
import {
  codecNames,
  DEFAULT_DEEP_RATES,
  DEFAULT_RATES,
  type EvalArguments,
  resolveEvalArguments,
} from './eval-arguments.js';
import { checkpointOption, evaluationImagesOption, forceOption } from './run-options.js';

const note = (text: string) => process.stderr.write(`${text}\n`);

/** Tables of one run around one codec. */
function textOf({ codec, codecSettings, ...results }: EvaluationResults, measures: readonly Measure[]): string {
  const settings = Object.entries(codecSettings).map(([name, value]) => `  ${name}: ${value}`);
  return [
    [`${codec}; ${results.images}`, ...settings].join('\n'),
    pointTable([...results.systems, ...results.compared], measures),
    gainTables([results.gain, ...(results.furtherGains ?? [])]),
    rateChangeTable(results, measures),
    bdQualityTable(results.bdRate, measures),
    bdNotes(results.bdRate),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** Names that tell runs apart: those of their directories, or the whole paths. */
function labelsOf(runs: readonly string[]): string[] {
  const names = runs.map((run) => basename(run));
  return new Set(names).size === runs.length ? names : [...runs];
}

/** Writes what each run did, prints tables of one run and a summary of several. */
async function reportRuns(
  evaluations: readonly RunEvaluation[],
  { folders }: Destination,
  images: LoadedImage[],
  measures: Measure[],
  namesFiles: boolean,
) {
  for (const { make } of folders.values()) await make();
  const runs = [...new Set(evaluations.map(({ run }) => run))];
  const labels = labelsOf(runs.map(({ run }) => run));
  const written: string[] = [];
  const folderOf = ({ run }: RunEvaluation) => folders.get(run.run)!.directory;
  for (const evaluation of evaluations) {
    written.push(...(await writeEvaluation(evaluation, folderOf(evaluation), images, measures)));
  }
  for (const run of runs) {
    const own = evaluations.filter((evaluation) => evaluation.run === run);
    if (own.length > 1) written.push(...(await writeOverview(own, folderOf(own[0]), measures)));
  }
  const texts = runs.length > 1 ? [] : evaluations.map(({ results }) => textOf(results, measures));
  if (evaluations.length > 1) {
    const rows = evaluations.map(({ run, results }) => {
      const format = formats[results.codecName];
      return { label: runs.length > 1 ? `${labels[runs.indexOf(run)]}, ${format}` : format, results };
    });
    texts.push(summaryTable(rows, measures));
  }
  if (namesFiles) texts.push(written.join('\n'));
  process.stdout.write(`\n${texts.join('\n\n')}\n`);
}

/** Joins runs to one curve a codec, in a folder. */
async function reportParetoOfRuns(evaluations: readonly RunEvaluation[], folder: string, measures: Measure[]) {
  const runs = [...new Set(evaluations.map(({ run }) => run))];
  const labels = labelsOf(runs.map(({ run }) => run));
  await makeFolder(folder);
  for (const name of new Set(evaluations.map(({ results }) => results.codecName))) {
    const around = evaluations.filter(({ results }) => results.codecName === name);
    const compared = around.map(({ run, results }) => ({ label: labels[runs.indexOf(run)], results }));
    const [{ codec, images }] = compared.map(({ results }) => results);
    const curve = {
      name: `Pareto front, ${formats[name]}`,
      description: `${runs.length} runs (${labels.join(', ')}); ${codec}; ${images}`,
    };
    process.stdout.write(`\n${await reportPareto(folder, curve, compared, measures)}\n`);
  }
}

/** Prints what was stated of networks beside what was measured. */
function reportStated(stated: ReadonlyMap<CodecName, EvaluationResults>, evaluations: readonly RunEvaluation[]): void {
  const lines = evaluations.flatMap(({ results }) => {
    const before = stated.get(results.codecName);
    return before ? comparedWithStated(before, results) : [`${formats[results.codecName]}: nothing is stated`];
  });
  process.stdout.write(`\n${lines.join('\n')}\n`);
}

/**
 * Evaluates runs around codecs as the arguments say; writes results, plots and contact sheets into their directories (see `resultsFolder`),
 * and joins several runs.
 *
 * @returns one result a run and codec, run by run
 */
export async function evalCommand(args: EvalArguments): Promise<EvaluationResults[]> {
  const { runs: named, codecs, every, compare, range: asked, ...settings } = resolveEvalArguments(args);
  const compared = await readPublishedCurves(compare, (reason) => note(`--compare: ${reason}`));
  const zoo = args.zoo === undefined ? undefined : zooFolder(args.zoo);
  const stated = zoo === undefined ? undefined : await readStatedResults(zoo, codecs);
  const directories = zoo === undefined ? named : [zoo];
  const destination = await guardedDestination(directories, codecs, args);
  const bitDepth = await checkEvaluatedRuns(directories, codecs, args.checkpoint);
  const source = await evaluationImages(args.images, bitDepth);
  const everyNth = (paths: string[]) => paths.filter((_, i) => i % every === 0);
  await checkEvaluationImages(source, { choose: everyNth, bitDepth, note });
  const metrics = await openMetrics(settings.metrics, note);
  let loaded: EvaluatedRuns | undefined;
  try {
    await startEngine(engineOf(args));
    loaded = await loadEvaluatedRuns(directories, codecs, args.checkpoint);
    const { runs } = loaded;
    const range = asked ?? stated?.get(codecs[0])?.gain.range ?? (bitDepth > 8 ? DEFAULT_DEEP_RATES : DEFAULT_RATES);
    const images = await loadImages(everyNth(await source.images()), bitDepth, note);
    const description =
      args.temporary ??
      (images.length < source.count ? `${images.length} of ${source.description}` : source.description);
    note(`evaluation images: ${description}`);
    const measures = [...psnrMeasures, ...metrics.flatMap((metric) => metric.measures)];
    let done = 0;
    const onImage = (name: string) => note(`${++done}/${images.length} ${name}`);
    const { qualities } = settings;
    const statedJpeg = stated?.get('jpeg');
    const qsteps = settings.qsteps ?? (statedJpeg && statedSteps(statedJpeg));
    const options = { range, qsteps, qualities, compared, description, metrics, onImage, onNote: note };
    const evaluations = await evaluateRuns(runs, images, options);
    releaseMemory();
    await reportRuns(evaluations, destination, images, measures, args.temporary === undefined);
    if (runs.length > 1) await reportParetoOfRuns(evaluations, destination.joined, measures);
    if (stated) reportStated(stated, evaluations);
    return evaluations.map(({ results }) => results);
  } finally {
    loaded?.dispose();
    for (const metric of metrics) await metric.release?.();
  }
}

export const evalDefinition = defineCommand({
  name: 'eval',
  describe: 'Measure runs with real files, beside the same codec without networks',
  operands: { run: repeated(runDirectory('Run directory; several make one Pareto curve')) },
  options: {
    zoo: text('Trained networks in zoo/ to measure instead of a run, and to compare with their stated results', 'name'),
    codec: choices('Codecs', codecNames, 'default jpeg'),
    images: evaluationImagesOption,
    every: count('Take only every n-th image'),
    qsteps: integers('Quantiser steps of JPEG, such as 6,8,12; default multiples of the trained step', { max: 255 }),
    qualities: integers('Qualities of the codecs, such as 20,50,80; default those whose rates bracket --rates', {
      max: 100,
    }),
    rates: range(
      `Range of rates for the mean gain, bpp; default ${DEFAULT_RATES}, beyond 8 bits per sample ${DEFAULT_DEEP_RATES}`,
      { max: 1000 },
    ),
    metrics: choices('What to measure besides PSNR', metricNames, 'default all'),
    compare: paths("Published curves in CompressAI's JSON, or runs measured before, with commas between the paths"),
    checkpoint: checkpointOption,
    out: outputFolder(
      "Folder for the results of a run, or for the Pareto curve of several; default the (first) run's directory, of packed networks runs/<folder>/<name>",
    ),
    force: forceOption,
    ...engineOptions,
  },
  check: resolveEvalArguments,
  async run(args) {
    await evalCommand(args);
  },
});
