import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkEvaluationImages, evaluationImages } from '@sandwich/data';
import { startEngine } from '@sandwich/engine';
import { measureNames, openMeasures } from '@sandwich/evaluation';
import {
  evaluateFolder,
  experimentRuns,
  type FolderResults,
  folderFiles,
  folderTable,
  type JpegType,
  jpegTypes,
  loadImages,
  writeFolderReport,
} from '@sandwich/inspector';
import { lpipsWeightsFile } from '@sandwich/models';
import { guardOutputs } from '@sandwich/trainer';
import { required } from '../command-line/argument.js';
import { defineCommand } from '../command-line/command.js';
import { count } from '../command-line/numbers.js';
import { inputFolder, outputFolder, runDirectory } from '../command-line/paths.js';
import { choice, choices, flag } from '../command-line/texts.js';
import { type EngineArguments, engineOf, engineOptions } from './options/engine-options.js';
import { evaluationImagesOption, forceOption } from './options/run-options.js';

export interface EvalFolderArguments extends EngineArguments {
  experiments: string;
  images?: string;
  every?: number;
  google?: string;
  jpegType?: JpegType;
  publishedCrop?: boolean;
  metrics?: string[];
  out?: string;
  force?: boolean;
}

const note = (text: string) => process.stderr.write(`${text}\n`);

/** Measurements of an evaluation, by their contents. */
const cacheIn = (folder: string) => join(folder, 'measured');

/**
 * Measures the runs of a folder of experiments and draws them beside plain JPEG.
 *
 * @throws Error naming the runs that could not be measured, once all others are
 */
export async function evalFolderCommand(args: EvalFolderArguments): Promise<FolderResults> {
  const { experiments, every = 1, google, jpegType, publishedCrop, metrics, force } = args;
  const folder = args.out ?? join(experiments, '_output');
  await experimentRuns(experiments, google);
  const { page, results: file, plots } = folderFiles(folder);
  const outputs = [page, file, ...plots.flatMap(({ svg, png }) => [svg, png])];
  // A folder that an evaluation has made holds measurements, from the first one on.
  const own = args.out === undefined || existsSync(cacheIn(folder));
  await guardOutputs(outputs, { own, force, makesFolders: true });
  const source = await evaluationImages(args.images);
  const everyNth = (paths: string[]) => paths.filter((_, i) => i % every === 0);
  await checkEvaluationImages(source, { choose: everyNth, bitDepth: 8, note });
  const measures = await openMeasures(metrics, { lpipsWeights: lpipsWeightsFile, note });
  try {
    await startEngine(engineOf(args));
    const items = await loadImages(everyNth(await source.images()), { bitDepth: 8 }, note);
    const description = items.length < source.count ? `${items.length} of ${source.description}` : source.description;
    note(`evaluation images: ${description}`);
    const options = { items, measures, cache: cacheIn(folder), jpegType, google, publishedCrop, note };
    const results = await evaluateFolder(experiments, options);
    const written = await writeFolderReport(folder, results, description);
    const { read, measured } = results.counts;
    process.stdout.write(`\n${folderTable(results)}\n\n`);
    process.stdout.write(`${measured} measurements made, ${read} read\n${written.join('\n')}\n`);
    const { failed } = results;
    if (failed.length > 0) {
      const named = failed.map(({ run, reason }) => `${run} (${reason})`).join('; ');
      throw new Error(`${failed.length} of the runs could not be measured, all others are: ${named}`);
    }
    return results;
  } finally {
    for (const measure of measures) await measure.dispose?.();
  }
}

export const evalFolderDefinition = defineCommand({
  name: 'eval-folder',
  describe: 'Measure all runs of a folder of experiments in real files, beside plain JPEG, and draw them',
  operands: {
    experiments: required(
      inputFolder(
        'Folder of experiments: <experiment>/lambda_<value>, sweeps, or runs; names that begin with _ are left out',
      ),
    ),
  },
  options: {
    images: evaluationImagesOption,
    every: count('Take only every n-th image'),
    google: runDirectory('A run of google-baseline, measured at qualities 5 to 25'),
    jpegType: choice(
      'What runs of LearnedJPEG are judged as',
      jpegTypes,
      'default what each is; ljpeg takes the tables alone',
    ),
    publishedCrop: flag(
      'Judge the part of pictures that the published evaluation judges: a block less to the right and below',
    ),
    metrics: choices('What to measure besides PSNR', measureNames, 'default all'),
    out: outputFolder('Folder for plots, page and measurements; default <experiments>/_output'),
    force: forceOption,
    ...engineOptions,
  },
  note:
    'What was measured before is read, by the contents of runs and pictures: after a kill the same command goes on where it was.\n\n' +
    'Example: sandwich eval-folder runs/ljpeg --images "photos/*.png" --google runs/google',
  async run(args) {
    await evalFolderCommand(args);
  },
});
