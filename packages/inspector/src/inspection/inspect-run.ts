import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { EncoderName } from '@sandwich/codecs';
import { checkEvaluationImages, evaluationImages, type Light } from '@sandwich/data';
import { describeMeasure, type Measure, meanErrorPsnr, meanPsnr, type NamedItem, pqPsnr } from '@sandwich/evaluation';
import { centreCrop, type Picture, type Region, withBitDepth } from '@sandwich/pictures';
import {
  commandHint,
  configurationRows,
  type HeatMaps,
  isPacked,
  listCheckpoints,
  readRunDescription,
  resultsFolder,
  runFiles,
  type System,
} from '@sandwich/trainer';
import { checkEvaluatedRuns, type EvaluatedRun, loadEvaluatedRuns } from '../evaluation/evaluated-run.js';
import { evaluationFiles } from '../evaluation/evaluation-files.js';
import { loadImages } from '../evaluation/load-images.js';
import type { Inspection, ShownItem, ShownMeasure, ShownRun } from '../inspection.js';
import { type Comparison, compareCodings, equalQualityMeasure } from './compare-codings.js';
import { checkRegion } from './region/check-region.js';
import { spread } from './region/spread.js';
import { runContenders, settingsFor } from './run-contenders.js';
import { networkFacts, runFacts } from './run-facts.js';
import { type RunResults, readRunResults } from './run-results.js';
import { shownItem } from './shown-item.js';
import { strongestAnchor } from './strongest-anchor.js';
import { readTrainingCurves } from './training/training-curves.js';
import { readTrainingPictures } from './training/training-pictures.js';

/** Options of `inspectRun`. */
export interface InspectRunOptions {
  checkpoint?: string;
  /** Around which the pictures are made and whose results are shown. Default jpeg. */
  codec?: EncoderName;
  /** Folder, glob, list or file; default as for `sandwich eval`. */
  images?: string;
  /** How many of them, spread evenly over all. Default 3. */
  count?: number;
  /** Side of the middle of each image, pixels; default the whole image. */
  crop?: number;
  /** Quantiser steps of JPEG, default 1, 2 and 4 times the trained one; or qualities of another codec, default three. */
  codecSettings?: readonly number[];
  /** What is measured besides PSNR. Default nothing. */
  measures?: readonly Measure<Picture>[];
  /** The numbers of the system that are shown; default those that its kind has. */
  heatMaps?(system: System, items: readonly Picture[]): HeatMaps[];
  /** Hears of what is done and of what is left out. */
  note?(text: string): void;
}

/** A picture and what the coders made of it. */
export interface InspectedItem {
  name: string;
  /** In 8 bits. */
  picture: Picture<Uint8Array>;
  comparisons: Comparison[];
}

/** A run as the page shows it, with the pictures of its items. */
export interface InspectedRun {
  /** What the page shows of the run. */
  shown: ShownRun;
  /** The measures of its items. */
  measures: ShownMeasure[];
  /** The items of the page, as they were coded. */
  items: InspectedItem[];
}

export const DEFAULT_COUNT = 3;

async function chosenImages(
  { bitDepth, light }: EvaluatedRun,
  options: InspectRunOptions,
): Promise<NamedItem<Picture>[]> {
  const { images, count = DEFAULT_COUNT, crop, note = () => {} } = options;
  const source = await evaluationImages(images, bitDepth, light);
  const loaded = await loadImages(spread(await source.images(), count), { bitDepth, light }, note);
  return loaded.map(({ name, item }) => ({ name, item: centreCrop(item, crop) }));
}

/** Measures of one picture besides PSNR, to which that of a mean error is the same. */
const furtherMeasures = ({ measures = [] }: InspectRunOptions, { light }: EvaluatedRun): Measure<Picture>[] =>
  light === 'linear' ? [pqPsnr] : measures.filter(({ key }) => key !== meanPsnr.key && key !== meanErrorPsnr.key);

async function inspectItems(
  run: EvaluatedRun,
  options: InspectRunOptions,
): Promise<{ items: InspectedItem[]; measures: Measure<Picture>[]; reference: string | undefined }> {
  const { codec = 'jpeg', codecSettings, note = () => {} } = options;
  const loaded = await chosenImages(run, options);
  const pictures = loaded.map(({ item }) => item);
  const contest = await runContenders(run, codec, codecSettings, pictures);
  const measures = [...furtherMeasures(options, run), ...(contest.measures ?? [])];
  try {
    const items: InspectedItem[] = [];
    for (const { name, item } of loaded) {
      const comparisons = await compareCodings(contest, item, measures);
      items.push({ name, picture: withBitDepth(item, 8), comparisons });
      note(`pictures: ${items.length}/${loaded.length} ${name}`);
    }
    return { items, measures, reference: contest.reference };
  } finally {
    contest.dispose?.();
  }
}

/** The candidate beside the strongest anchor that a user would choose instead, and beside the original. */
function firstPairsOf(
  items: readonly InspectedItem[],
  measure: ShownMeasure,
  reference: string | undefined,
): ShownRun['firstPairs'] {
  const comparisons = items.flatMap((item) => item.comparisons);
  const candidate = { coder: comparisons[0]?.candidate.coder };
  const anchor = strongestAnchor(comparisons, measure, reference);
  return {
    look: { left: anchor === undefined ? {} : { coder: anchor }, right: candidate },
    difference: { left: {}, right: candidate },
  };
}

/** Whether a run has weights with which pictures can be made. */
export async function hasWeights(directory: string, checkpoint?: string): Promise<boolean> {
  if (checkpoint !== undefined || isPacked(await readRunDescription(directory))) return true;
  return (await listCheckpoints(directory)).length > 0;
}

/**
 * Finds out whether the pictures of a run can be made, without an engine and before any image is made or decoded.
 *
 * @param options its `region`, or several, is what will be shown of the pictures
 * @returns the images that are there already, which must not be written over
 * @throws Error when its weights, its images, its settings or a region cannot be used
 */
export async function checkInspection(
  directory: string,
  options: Omit<InspectRunOptions, 'measures'> & { region?: Region | readonly Region[] },
): Promise<string[]> {
  const { checkpoint, codec = 'jpeg', images, count = DEFAULT_COUNT, crop, region, note = () => {} } = options;
  const { qsteps } = settingsFor(codec, options.codecSettings);
  const { settings } = await readRunDescription(directory);
  const { bitDepth, light } = (await hasWeights(directory, checkpoint))
    ? await checkEvaluatedRuns([directory], { codecs: [codec], checkpoint, qsteps })
    : { bitDepth: Number(settings.bitDepth ?? 8), light: settings.light as Light | undefined };
  const source = await evaluationImages(images, bitDepth, light);
  await checkEvaluationImages(source, { choose: (paths) => spread(paths, count), bitDepth, light, note });
  for (const shown of [region ?? []].flat()) await checkRegion(shown, source, { count, bitDepth, light, crop });
  return source.present();
}

/** What `eval` has written; of packed networks that were not measured here, what is stated. */
async function resultsOf(directory: string, codec: EncoderName): Promise<string> {
  const home = await resultsFolder(directory);
  const measured = evaluationFiles(home.directory, codec).results;
  return home.own && existsSync(measured) ? measured : evaluationFiles(directory, codec).results;
}

/** What was measured on other items than those that are shown says nothing about these. */
function withoutGains({ results, itemNames }: RunResults, items: readonly InspectedItem[]) {
  const others = items.filter(({ name }) => !itemNames.includes(name)).map(({ name }) => name);
  if (others.length === 0) return { results, text: undefined };
  const text =
    `The rate-distortion curves are of ${results.items}, of which ${others.join(', ')} ` +
    `${others.length > 1 ? 'are' : 'is'} none: what was gained there says nothing of these pictures and is not shown.`;
  return { results: { ...results, gains: [], rateChanges: [], bdRates: [] }, text };
}

/**
 * Gathers what there is to see of a run. The engine must have been started.
 *
 * @param directory of the run
 * @param id tells it from the other runs of a page
 * @throws Error when the directory holds no run, its checkpoint cannot be used, or no image can
 */
export async function inspectRun(
  directory: string,
  options: InspectRunOptions = {},
  id = basename(directory),
): Promise<InspectedRun> {
  const { codec = 'jpeg', checkpoint } = options;
  const configuration = await readRunDescription(directory);
  const notes: ShownRun['notes'] = [];
  const codecOption = codec === 'jpeg' ? [] : ['--codec', codec];
  const evaluate = commandHint('eval', directory, ...codecOption);
  const resume = commandHint('train', '--resume', directory);

  const files = runFiles(directory);
  const { curves, unreadable } = await readTrainingCurves(files.metrics);
  if (curves.length === 0) {
    notes.push(
      isPacked(configuration)
        ? { text: 'There are no training curves: the run is packed.' }
        : { text: 'There are no training curves: metrics.jsonl holds no records.', command: resume },
    );
  }
  if (unreadable > 0) notes.push({ text: `${unreadable} lines of metrics.jsonl cannot be read and are left out.` });
  const training = await readTrainingPictures(files.images);
  if (training.unreadable.length > 0) {
    notes.push({
      text: `${training.unreadable.join(', ')} cannot be read and are left out of the training's pictures.`,
    });
  }
  const read = await readRunResults(await resultsOf(directory, codec));
  const found = typeof read === 'string' ? null : read;
  let results = found?.results ?? null;
  if (found === null) {
    const why = typeof read === 'string' ? `the results cannot be read (${read})` : 'the run has not been evaluated';
    notes.push({ text: `There are no rate-distortion curves: ${why}.`, command: evaluate });
  }

  const facts = runFacts(configuration, curves);
  let items: InspectedItem[] = [];
  let further: Measure<Picture>[] = [];
  let reference: string | undefined;
  let heatMaps: ShownRun['heatMaps'] = [];
  if (!(await hasWeights(directory, checkpoint))) {
    notes.push({ text: 'There are no pictures: the run has no checkpoint yet.', command: resume });
  } else {
    const { runs, dispose } = await loadEvaluatedRuns([directory], [codec], checkpoint);
    try {
      const [run] = runs;
      const { step } = run.checkpoint;
      if (found && found.step !== step) {
        const text = `The rate-distortion curves are of step ${found.step}, the pictures of step ${step}.`;
        notes.push({ text, command: evaluate });
      }
      facts.unshift(...networkFacts(run));
      if (run.kind.contenders) {
        ({ items, measures: further, reference } = await inspectItems(run, options));
      } else {
        notes.push({ text: `There are no pictures: systems of the kind '${run.kind.name}' have no contenders.` });
      }
      const pictures = items.map(({ picture }) => picture);
      heatMaps = options.heatMaps?.(run.system, pictures) ?? run.kind.heatMaps?.(run.system, pictures) ?? [];
    } finally {
      dispose();
    }
    if (found) {
      const shown = withoutGains(found, items);
      results = shown.results;
      const imagesOption = options.images ? ['--images', options.images] : [];
      if (shown.text) {
        notes.push({ text: shown.text, command: commandHint('eval', directory, ...codecOption, ...imagesOption) });
      }
    }
  }
  const measures = [equalQualityMeasure, ...further].map(describeMeasure);
  const shownItems: ShownItem[] = [];
  for (const { name, picture, comparisons } of items) shownItems.push(await shownItem(name, picture, comparisons));
  return {
    shown: {
      id,
      title: configuration.experiment,
      subtitle: directory,
      facts,
      configuration: configurationRows(configuration),
      items: shownItems,
      firstPairs: firstPairsOf(items, describeMeasure(equalQualityMeasure), reference),
      results,
      training: curves,
      trainingPictures: training.pictures,
      heatMaps,
      notes,
    },
    measures,
    items,
  };
}

/** The page's data of several runs, of which each measure is named once. */
export function inspectionOf(runs: readonly InspectedRun[]): Inspection {
  const measures = new Map(runs.flatMap((run) => run.measures).map((measure) => [measure.key, measure]));
  const titles = runs.map(({ shown }) => (runs.length === 1 ? shown.title : shown.id));
  return { title: titles.join(', '), measures: [...measures.values()], runs: runs.map(({ shown }) => shown) };
}
