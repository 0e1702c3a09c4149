import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { CodecName } from '@sandwich/codecs';
import { evaluationImages } from '@sandwich/data';
import type { Inspection, ShownImage } from '@sandwich/inspector';
import { centreRegion, cropPicture, type Picture, type Region, withBitDepth } from '@sandwich/pictures';
import { checkEvaluationImages } from '../check-evaluation-images.js';
import { commandHint } from '../command-hint.js';
import { checkEvaluatedRuns, type EvaluatedRun, loadEvaluatedRuns } from '../evaluation/evaluated-run.js';
import { evaluationFiles } from '../evaluation/evaluation-files.js';
import { loadImages } from '../evaluation/load-images.js';
import type { Metric } from '../evaluation/metric.js';
import { psnrMeasure } from '../evaluation/psnr-metric.js';
import { resultsFolder } from '../results-folder.js';
import { isPacked, listCheckpoints, readRunDescription, runFiles } from '../run-directory.js';
import { checkRegion } from './check-region.js';
import { type Comparison, codeComparison } from './code-comparison.js';
import { configurationRows } from './configuration-rows.js';
import { readRateResults } from './rate-results.js';
import { networkFacts, runFacts } from './run-facts.js';
import { runSystems } from './run-systems.js';
import { shownImage } from './shown-image.js';
import { spread } from './spread.js';
import { readTrainingCurves } from './training-curves.js';

export interface InspectRunOptions {
  checkpoint?: string;
  /** Around which the pictures are made and whose results are shown. Default jpeg. */
  codec?: CodecName;
  /** Folder, glob, list or file; default as for `sandwich eval`. */
  images?: string;
  /** How many of them, spread evenly over all. Default 3. */
  count?: number;
  /** Side of the middle of each image, pixels; default the whole image. */
  crop?: number;
  /** Quantiser steps of JPEG, default 1, 2 and 4 times the trained one; or qualities of another codec, default three. */
  codecSettings?: readonly number[];
  /** What is measured besides PSNR. Default nothing. */
  metrics?: readonly Metric[];
  /** Hears of what is done and of what is left out. */
  note?(text: string): void;
}

/** An image and what the sandwich and the plain codec made of it. */
export interface InspectedImage {
  name: string;
  /** In 8 bits. */
  image: Picture<Uint8Array>;
  comparisons: Comparison[];
}

export interface InspectedRun {
  inspection: Inspection;
  /** The pictures of the page, as they were coded. */
  images: InspectedImage[];
  /** Of the sandwich: a sample of a bottleneck covers so many pixels a side. */
  downsampleFactor: number;
}

export const DEFAULT_COUNT = 3;

async function chosenImages(bitDepth: number, options: InspectRunOptions): Promise<{ name: string; image: Picture }[]> {
  const { images, count = DEFAULT_COUNT, crop, note = () => {} } = options;
  const source = await evaluationImages(images, bitDepth);
  const loaded = await loadImages(spread(await source.images(), count), bitDepth, note);
  return loaded.map(({ path, image }) => ({
    name: basename(path),
    image: crop ? cropPicture(image, centreRegion(image, crop)) : image,
  }));
}

async function inspectImages(run: EvaluatedRun, options: InspectRunOptions) {
  const { codecSettings, metrics = [], note = () => {} } = options;
  const { bitDepth } = run.models;
  const loaded = await chosenImages(bitDepth, options);
  const systems = await runSystems(
    run,
    codecSettings,
    loaded.map(({ image }) => image),
  );
  const images: InspectedImage[] = [];
  for (const { name, image } of loaded) {
    const comparisons = await codeComparison(systems, image, metrics);
    images.push({ name, image: withBitDepth(image, 8), comparisons });
    note(`pictures: ${images.length}/${loaded.length} ${name}`);
  }
  return { images, measures: [psnrMeasure, ...metrics.flatMap((metric) => metric.measures)] };
}

/** Whether a run has weights with which pictures can be made. */
export async function hasWeights(directory: string, checkpoint?: string): Promise<boolean> {
  if (checkpoint !== undefined || isPacked(await readRunDescription(directory))) return true;
  return (await listCheckpoints(directory)).length > 0;
}

/**
 * Finds out whether the pictures of a run can be made, without an engine and before any image is made or decoded.
 *
 * @param region of the pictures that will be shown
 * @returns the images that are there already, which must not be written over
 * @throws Error when its weights, its images or the region cannot be used
 */
export async function checkInspection(
  directory: string,
  options: Omit<InspectRunOptions, 'metrics'> & { region?: Region },
): Promise<string[]> {
  const { checkpoint, codec = 'jpeg', images, count = DEFAULT_COUNT, crop, region, note = () => {} } = options;
  const { settings } = await readRunDescription(directory);
  const bitDepth = (await hasWeights(directory, checkpoint))
    ? await checkEvaluatedRuns([directory], [codec], checkpoint)
    : Number(settings.bitDepth ?? 8);
  const source = await evaluationImages(images, bitDepth);
  await checkEvaluationImages(source, { choose: (paths) => spread(paths, count), bitDepth, note });
  if (region !== undefined) await checkRegion(region, source, { count, bitDepth, crop });
  return source.present();
}

/** What `eval` has written; of packed networks that were not measured here, what is stated. */
async function resultsOf(directory: string, codec: CodecName): Promise<string> {
  const home = await resultsFolder(directory);
  const measured = evaluationFiles(home.directory, codec).results;
  return home.own && existsSync(measured) ? measured : evaluationFiles(directory, codec).results;
}

/**
 * Gathers what there is to see of a run. The engine must have been started.
 *
 * @param directory of the run
 * @throws Error when the directory holds no run, its checkpoint cannot be used, or no image can
 */
export async function inspectRun(directory: string, options: InspectRunOptions = {}): Promise<InspectedRun> {
  const { codec = 'jpeg', checkpoint } = options;
  const configuration = await readRunDescription(directory);
  const notes: Inspection['notes'] = [];
  const codecOption = codec === 'jpeg' ? [] : ['--codec', codec];
  const evaluate = commandHint('eval', directory, ...codecOption);
  const resume = commandHint('train', '--resume', directory);

  const { curves, unreadable } = await readTrainingCurves(runFiles(directory).metrics);
  if (curves.length === 0) {
    notes.push(
      isPacked(configuration)
        ? { text: 'There are no training curves: the run is packed.' }
        : { text: 'There are no training curves: metrics.jsonl holds no records.', command: resume },
    );
  }
  if (unreadable > 0) notes.push({ text: `${unreadable} lines of metrics.jsonl cannot be read and are left out.` });
  const read = await readRateResults(await resultsOf(directory, codec));
  let results = typeof read === 'string' ? null : read;
  if (results === null) {
    const why = typeof read === 'string' ? `the results cannot be read (${read})` : 'the run has not been evaluated';
    notes.push({ text: `There are no rate-distortion curves: ${why}.`, command: evaluate });
  }

  const facts = runFacts(configuration, curves);
  const shown: ShownImage[] = [];
  let inspected: Awaited<ReturnType<typeof inspectImages>> = { images: [], measures: [psnrMeasure] };
  let downsampleFactor = 1;
  if (!(await hasWeights(directory, checkpoint))) {
    notes.push({ text: 'There are no pictures: the run has no checkpoint yet.', command: resume });
  } else {
    const { runs, dispose } = await loadEvaluatedRuns([directory], [codec], checkpoint);
    try {
      const [run] = runs;
      const { step } = run.checkpoint;
      if (results && results.step !== step) {
        const text = `The rate-distortion curves are of step ${results.step}, the pictures of step ${step}.`;
        notes.push({ text, command: evaluate });
      }
      facts.unshift(...networkFacts(run));
      downsampleFactor = run.models.model.downsampleFactor;
      inspected = await inspectImages(run, options);
      const others = inspected.images.filter(({ name }) => results && !results.imageNames.includes(name));
      if (results && others.length > 0) {
        const text =
          `The rate-distortion curves are of ${results.images}, of which ${others.map(({ name }) => name).join(', ')} ` +
          `${others.length > 1 ? 'are' : 'is'} none: what was gained there says nothing of these pictures and is not shown.`;
        notes.push({
          text,
          command: commandHint(
            'eval',
            directory,
            ...codecOption,
            ...(options.images ? ['--images', options.images] : []),
          ),
        });
        results = { ...results, gains: [], bdRates: [] };
      }
    } finally {
      dispose();
    }
    for (const { name, image, comparisons } of inspected.images)
      shown.push(await shownImage(name, image, comparisons, downsampleFactor));
  }
  const { images, measures } = inspected;
  return {
    inspection: {
      title: configuration.experiment,
      subtitle: directory,
      facts,
      configuration: configurationRows(configuration),
      measures,
      images: shown,
      results,
      training: curves,
      notes,
    },
    images,
    downsampleFactor,
  };
}
