import { basename } from 'node:path';
import { writeFileAtomically } from '@sandwich/data';
import { startEngine, tf } from '@sandwich/engine';
import type { Argv, CommandModule } from 'yargs';
import { createSandwich } from '../create-sandwich.js';
import { loadImage, UnusableImage } from '../dataset/load-image.js';
import { evaluateSystem, type LoadedImage, type SystemResult } from '../evaluation/evaluate.js';
import { galleryRows } from '../evaluation/gallery.js';
import { metricNames, openMetrics } from '../evaluation/open-metrics.js';
import { plotMeasure } from '../evaluation/plot-measure.js';
import { psnrMeasure } from '../evaluation/psnr-metric.js';
import {
  bdRatesOf,
  type EvaluationResults,
  gainHeader,
  gainOf,
  gainRows,
  pointHeader,
  pointRows,
  rateChangeHeader,
  rateChangeRows,
  rateChangesOf,
} from '../evaluation/results.js';
import { annexKSettings, flatSettings, type System } from '../evaluation/system.js';
import { evaluationImages } from '../image-source.js';
import { loadRun } from '../load-run.js';
import { contactSheet } from '../reports/contact-sheet.js';
import { textTable } from '../reports/text-table.js';
import { runFiles } from '../run-directory.js';
import { type EngineArguments, engineOf, engineOptions } from './engine-options.js';

export interface EvalArguments extends EngineArguments {
  run: string;
  images?: string;
  every?: number;
  qsteps?: string;
  rates?: string;
  metrics?: string;
  checkpoint?: string;
}

/** Settings of the sandwich's codec, as multiples of the step that it was trained with. */
const STEP_MULTIPLES = [0.5, 0.7, 1, 1.4, 2, 2.8, 4, 5.6];
/** Settings of the plain codec: wide and dense enough to bracket every rate. */
const PLAIN_STEPS = [4, 6, 8, 11, 16, 23, 32, 45, 64, 91, 128];
const PLAIN_QUALITIES = [5, 10, 15, 20, 30, 40, 50, 60, 70, 80, 90, 95];
/** Steps at which 8 bits limit the plain codec, for deeper images. */
const FINE_STEPS = [1, 2, 3];
const DEFAULT_RATES = '0.3,1.2';
/** Deeper images are worth their name only where errors are small. */
const DEFAULT_DEEP_RATES = '2,8';
const GALLERY_IMAGES = 4;
const GALLERY_RATE = 0.75;

function parseNumbers(option: string, text: string): number[] {
  const numbers = text.split(',').map(Number);
  if (numbers.some((number) => !(number > 0))) {
    throw new Error(`--${option} takes positive numbers with commas between, got '${text}'`);
  }
  return numbers;
}

function parseRange(text: string): [number, number] {
  const [low, high, ...rest] = parseNumbers('rates', text);
  if (!(low < high) || rest.length > 0)
    throw new Error(`--rates takes two rising rates, such as 0.3,1.2; got '${text}'`);
  return [low, high];
}

async function loadImages(paths: readonly string[], bitDepth: number): Promise<LoadedImage[]> {
  const images: LoadedImage[] = [];
  for (const path of paths) {
    try {
      images.push({ path, image: await loadImage(path, bitDepth) });
    } catch (error) {
      if (!(error instanceof UnusableImage)) throw error;
      process.stderr.write(`skipped: ${error.message}\n`);
    }
  }
  if (images.length === 0) throw new Error(`none of the ${paths.length} images is usable`);
  return images;
}

/** The trained networks around the codec, then the codec alone with flat and with Annex K tables. */
async function systemsOf(args: EvalArguments) {
  const { run, checkpoint, qsteps } = args;
  await startEngine(engineOf(args));
  const trained = await loadRun(run, checkpoint);
  const { configuration, experiment, settings, model } = trained;
  const plain = createSandwich(experiment, settings, { pre: null, post: null, loopFilter: null });
  const { bitDepth } = settings;

  const trainedStep = tf.tidy(() => model.proxy.qstep().dataSync()[0]);
  const steps =
    qsteps === undefined ? STEP_MULTIPLES.map((multiple) => trainedStep * multiple) : parseNumbers('qsteps', qsteps);
  const wholeSteps = [...new Set(steps.map((step) => Math.min(Math.max(Math.round(step), 1), 255)))];
  const plainSteps = bitDepth > 8 ? [...FINE_STEPS, ...PLAIN_STEPS] : PLAIN_STEPS;
  const systems: System[] = [
    {
      name: 'sandwich',
      description: `${configuration.experiment} after ${trained.checkpoint.step} steps, JPEG with flat tables`,
      model,
      settings: flatSettings(wholeSteps),
      bitDepth,
    },
    {
      name: 'JPEG, flat tables',
      description: 'the same codec without networks',
      model: plain,
      // The estimate would be of the same bits.
      settings: flatSettings(plainSteps).map(({ label, tables }) => ({ label, tables })),
      bitDepth,
    },
    {
      name: 'JPEG, Annex K tables',
      description: 'the same codec without networks',
      model: plain,
      settings: annexKSettings(PLAIN_QUALITIES),
      bitDepth,
    },
  ];
  return {
    configuration,
    ...trained.checkpoint,
    systems,
    bitDepth,
    dispose: () => [model, plain].map((m) => m.dispose()),
  };
}

/** Evaluates a run as the arguments say and writes results, plot and contact sheet into its directory. */
export async function evalCommand(args: EvalArguments): Promise<EvaluationResults> {
  const { run, every = 1 } = args;
  const asked = args.rates === undefined ? undefined : parseRange(args.rates);
  if (!(Number.isInteger(every) && every >= 1)) throw new Error(`--every must be a positive integer, got ${every}`);
  const { configuration, file, step, systems, bitDepth, dispose } = await systemsOf(args);
  const range = asked ?? parseRange(bitDepth > 8 ? DEFAULT_DEEP_RATES : DEFAULT_RATES);
  const source = await evaluationImages(args.images, bitDepth);
  const chosen = (await source.images()).filter((_, i) => i % every === 0);
  const description = every === 1 ? source.description : `${source.description}, one of ${every}`;
  process.stderr.write(`evaluation images: ${description}\n`);
  const images = await loadImages(chosen, bitDepth);
  const metrics = await openMetrics(args.metrics?.split(','), (text) => process.stderr.write(`${text}\n`));
  const measures = [psnrMeasure, ...metrics.flatMap((metric) => metric.measures)];

  const results: SystemResult[] = [];
  try {
    for (const system of systems) {
      let done = 0;
      const onImage = (name: string) => process.stderr.write(`${system.name}: ${++done}/${images.length} ${name}\n`);
      results.push(await evaluateSystem(system, images, { metrics, onImage }));
    }
  } finally {
    for (const metric of metrics) await metric.release?.();
  }
  const { proxy } = systems[0].model;
  const files = runFiles(run);
  const evaluation: EvaluationResults = {
    run,
    checkpoint: basename(file),
    step,
    images: description,
    bitDepth,
    codec: `baseline JPEG, ${!proxy.convertToYuv ? 'grayscale' : proxy.downsampleChroma ? 'YUV 4:2:0' : 'YUV 4:4:4'}, optimised Huffman tables, decoded by libjpeg-turbo`,
    gain: gainOf(results, range),
    bdRate: bdRatesOf(results, measures),
    rateChange: rateChangesOf(results, measures, range),
    systems: results,
  };
  await writeFileAtomically(files.results, `${JSON.stringify(evaluation, null, 2)}\n`);
  const plots: string[] = [];
  for (const measure of measures) plots.push(...(await plotMeasure(configuration.experiment, run, results, measure)));
  await contactSheet(
    await galleryRows(systems, results, images.slice(0, GALLERY_IMAGES), GALLERY_RATE),
    files.contactSheet,
  );
  dispose();

  process.stdout.write(
    `\n${textTable(pointHeader(measures), pointRows(results, measures))}\n\n${evaluation.codec}; ${description}\n\n` +
      `${textTable(gainHeader, gainRows(evaluation.gain))}\n\n` +
      `${textTable(rateChangeHeader(measures), rateChangeRows(evaluation, measures))}\n\n` +
      `${[files.results, ...plots, files.contactSheet].join('\n')}\n`,
  );
  return evaluation;
}

export const evalModule: CommandModule<object, EvalArguments> = {
  command: 'eval <run>',
  describe: 'Measure a run with real JPEG files, beside the same codec without networks',
  builder: (yargs) =>
    yargs
      .positional('run', { type: 'string', demandOption: true, describe: 'Run directory' })
      .option('images', {
        type: 'string',
        describe: 'Folder, glob, list (.txt) or file; default Kodak of SANDWICH_DATA or fetched, else synthetic',
      })
      .option('every', { type: 'number', describe: 'Take only every n-th image' })
      .option('qsteps', {
        type: 'string',
        describe: 'Quantiser steps of the codec, such as 6,8,12; default multiples of the trained step',
      })
      .option('rates', {
        type: 'string',
        describe: `Range of rates of the mean gain, bpp; default ${DEFAULT_RATES}, beyond 8 bits a sample ${DEFAULT_DEEP_RATES}`,
      })
      .option('metrics', {
        type: 'string',
        describe: `What to measure besides PSNR: ${metricNames.join(', ')}, with commas between; default all`,
      })
      .option('checkpoint', { type: 'string', describe: 'Checkpoint file, or `best`; default the last' })
      .options(engineOptions) as Argv<EvalArguments>,
  handler: async (args) => {
    await evalCommand(args);
  },
};
