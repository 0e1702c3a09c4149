import { basename } from 'node:path';
import { releaseMemory, startEngine } from '@sandwich/engine';
import {
  comparedWithStated,
  type NamedItem,
  openMeasures,
  type Results,
  readPublishedCurves,
  readStatedResults,
  statedOn,
} from '@sandwich/evaluation';
import { makeFolder } from '@sandwich/files';
import {
  bdNotes,
  bdQualityTable,
  checkEvaluatedRuns,
  contestOutputs,
  contestsOfRuns,
  type Destination,
  type EvaluatedRuns,
  evaluateRuns,
  gainTables,
  guardedDestination,
  loadEvaluatedRuns,
  networksLine,
  openImages,
  openRecognition,
  pointTable,
  type RunContest,
  type RunEvaluation,
  rateChangeTable,
  reportPareto,
  summaryTable,
  uncompressedLines,
  writeEvaluation,
  writeOverview,
} from '@sandwich/inspector';
import { classifierNames, lpipsWeightsFile } from '@sandwich/models';
import type { Picture } from '@sandwich/pictures';
import { guardOutputs, zooFolder } from '@sandwich/trainer';
import { repeated } from '../command-line/argument.js';
import { defineCommand } from '../command-line/command.js';
import { count, integers, positives, range } from '../command-line/numbers.js';
import { outputFolder, paths, runDirectory } from '../command-line/paths.js';
import { choices, text } from '../command-line/texts.js';
import { engineOf, engineOptions } from './options/engine-options.js';
import {
  codecNames,
  DEFAULT_DEEP_RATES,
  DEFAULT_RATES,
  type EvalArguments,
  metricNames,
  resolveEvalArguments,
} from './options/eval-arguments.js';
import { cropOption } from './options/picture-options.js';
import { checkpointOption, evaluationImagesOption, forceOption } from './options/run-options.js';

const note = (text: string) => process.stderr.write(`${text}\n`);

/** Tables of one run around one codec. */
function textOf(results: Results): string {
  const { codec, items } = results;
  const settings = Object.entries(codec?.settings ?? {}).map(([name, value]) => `  ${name}: ${value}`);
  return [
    [[codec?.description, items].filter(Boolean).join('; '), ...settings].join('\n'),
    pointTable(results),
    uncompressedLines(results),
    networksLine(results),
    gainTables(results),
    rateChangeTable(results),
    bdQualityTable(results),
    bdNotes(results.bdRates),
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
  items: NamedItem<Picture>[],
  namesFiles: boolean,
) {
  for (const { make } of folders.values()) await make();
  const runs = [...new Set(evaluations.map(({ run }) => run))];
  const labels = labelsOf(runs.map(({ run }) => run));
  const written: string[] = [];
  const folderOf = ({ run }: RunEvaluation) => folders.get(run.run)!.directory;
  for (const evaluation of evaluations) {
    written.push(...(await writeEvaluation(evaluation, folderOf(evaluation), items)));
  }
  for (const run of runs) {
    const own = evaluations.filter((evaluation) => evaluation.run === run);
    if (own.length > 1) written.push(...(await writeOverview(own, folderOf(own[0]))));
  }
  const texts = runs.length > 1 ? [] : evaluations.map(({ results }) => textOf(results));
  if (evaluations.length > 1) {
    const rows = evaluations.map(({ run, results }) => {
      const names = [runs.length > 1 ? labels[runs.indexOf(run)] : undefined, results.codec?.format];
      return { label: names.filter(Boolean).join(', '), results };
    });
    texts.push(summaryTable(rows));
  }
  if (namesFiles) texts.push(written.join('\n'));
  process.stdout.write(`\n${texts.join('\n\n')}\n`);
}

/** Joins runs to one curve a codec, in a folder. */
async function reportParetoOfRuns(evaluations: readonly RunEvaluation[], folder: string) {
  const runs = [...new Set(evaluations.map(({ run }) => run))];
  const labels = labelsOf(runs.map(({ run }) => run));
  await makeFolder(folder);
  for (const name of new Set(evaluations.map(({ results }) => results.codec?.name))) {
    const around = evaluations.filter(({ results }) => results.codec?.name === name);
    const compared = around.map(({ run, results }) => ({ label: labels[runs.indexOf(run)], results }));
    const [{ codec, items }] = compared.map(({ results }) => results);
    const curve = {
      name: ['Pareto front', codec?.format].filter(Boolean).join(', '),
      description: [`${runs.length} runs (${labels.join(', ')})`, codec?.description, items].filter(Boolean).join('; '),
    };
    process.stdout.write(`\n${await reportPareto(folder, curve, compared)}\n`);
  }
}

/** Prints what was stated of networks beside what was measured. */
function reportStated(stated: (codec: string) => Results | undefined, evaluations: readonly RunEvaluation[]): void {
  const lines = evaluations.flatMap(({ results }) => {
    const { name = 'jpeg', format } = results.codec ?? {};
    const before = stated(name);
    const found = before ? comparedWithStated(before, results) : ['nothing is stated'];
    return found.map((line) => (format ? `${format}, ${line}` : line));
  });
  process.stdout.write(`\n${lines.join('\n')}\n`);
}

/** Checks, now that the coders are known, that their files can be written, too. */
async function guardContests(contests: readonly RunContest[], { folders, inputs }: Destination, force?: boolean) {
  for (const { run, contest } of contests) {
    const { directory, own } = folders.get(run.run)!;
    await guardOutputs(contestOutputs(directory, contest), { inputs, own, force, makesFolders: true });
  }
}

/** @throws Error for runs whose pictures are not those that can have labels */
function checkLabelled(runs: readonly string[], { bitDepth, light }: Pick<EvaluatedRuns, 'bitDepth' | 'light'>): void {
  if (bitDepth === 8 && light !== 'linear') return;
  const taken = light === 'linear' ? 'linear light' : `${bitDepth} bits`;
  throw new Error(`--recognisers: labelled pictures are sRGB of 8 bits, and ${runs[0]} takes pictures of ${taken}`);
}

/**
 * Evaluates runs around codecs as the arguments say; writes results, plots and contact sheets into their directories (see `resultsFolder`),
 * and joins several runs.
 *
 * @returns one result a run and codec, run by run
 */
export async function evalCommand(args: EvalArguments): Promise<Results[]> {
  const { runs: named, codecs, every, compare, range: asked, judges, ...settings } = resolveEvalArguments(args);
  const compared = await readPublishedCurves(compare, (reason) => note(`--compare: ${reason}`));
  const zoo = args.zoo === undefined ? undefined : zooFolder(args.zoo);
  const allStated = zoo === undefined ? [] : await readStatedResults(zoo);
  const directories = zoo === undefined ? named : [zoo];
  const recognition = judges && (await openRecognition({ ...judges, every, note }));
  const added = recognition && { files: recognition.files, measures: recognition.keys };
  const destination = await guardedDestination(directories, codecs, { ...args, ...added });
  const { bitDepth, light } = await checkEvaluatedRuns(directories, {
    codecs,
    checkpoint: args.checkpoint,
    qsteps: settings.qsteps,
  });
  if (recognition) checkLabelled(directories, { bitDepth, light });
  const loadItems =
    recognition?.load ?? (await openImages({ images: args.images, every, crop: args.crop, bitDepth, light, note }));
  const measures = await openMeasures(settings.metrics, { lpipsWeights: lpipsWeightsFile, note, light });
  let loaded: EvaluatedRuns | undefined;
  let contests: RunContest[] = [];
  try {
    await startEngine(engineOf(args));
    loaded = await loadEvaluatedRuns(directories, codecs, args.checkpoint);
    const { items, description: judged, measures: accuracies } = await loadItems();
    const description = args.temporary ?? judged;
    measures.push(...accuracies);
    const names = items.map(({ name }) => name);
    const stated = (codec = 'jpeg') => statedOn(allStated, codec, names);
    const range = asked ?? stated(codecs[0])?.range ?? (bitDepth > 8 ? DEFAULT_DEEP_RATES : DEFAULT_RATES);
    note(`evaluation images: ${description}`);
    const { qsteps, qualities } = settings;
    contests = await contestsOfRuns(loaded.runs, {
      codecs: args.codec,
      settings: { ...(qsteps && { qsteps }), ...(qualities && { qualities }) },
      again: (codec) => stated(codec)?.candidate.settings,
      range,
      items: items.map(({ item }) => item),
      note,
    });
    await guardContests(contests, destination, args.force);
    let done = 0;
    const onItem = (name: string) => note(`${++done}/${items.length} ${name}`);
    const evaluations = await evaluateRuns(contests, { items, measures, range, compared, description, onItem });
    releaseMemory();
    await reportRuns(evaluations, destination, items, args.temporary === undefined);
    if (loaded.runs.length > 1) await reportParetoOfRuns(evaluations, destination.joined);
    if (zoo !== undefined) reportStated(stated, evaluations);
    return evaluations.map(({ results }) => results);
  } finally {
    for (const { contest } of contests) contest.dispose?.();
    loaded?.dispose();
    for (const measure of measures) await measure.dispose?.();
  }
}

export const evalDefinition = defineCommand({
  name: 'eval',
  describe: 'Measure runs with real files, beside codecs without networks',
  operands: { run: repeated(runDirectory('Run directory; several make one Pareto curve')) },
  options: {
    zoo: text('Trained networks in zoo/ to measure instead of a run, and to compare with their stated results', 'name'),
    codec: choices('Codecs', codecNames, 'default jpeg'),
    images: evaluationImagesOption,
    every: count('Take only every n-th image'),
    qsteps: positives(
      'Quantiser steps of JPEG, such as 6,8,12, behind a companding curve slopes; default multiples of the trained step',
      { max: 255 },
    ),
    qualities: integers('Qualities of the codecs, such as 20,50,80; default those whose rates bracket --rates', {
      max: 100,
    }),
    rates: range(
      `Range of rates for the mean gain, bpp; default ${DEFAULT_RATES}, beyond 8 bits per sample ${DEFAULT_DEEP_RATES}`,
      { max: 1000 },
    ),
    metrics: choices('What to measure besides PSNR', metricNames, 'default all that can be measured'),
    recognisers: choices('Classifiers whose accuracy is measured, on labelled --images', classifierNames),
    weights: text('Their weights, with commas between; default those in SANDWICH_DATA', 'files'),
    crop: cropOption,
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
