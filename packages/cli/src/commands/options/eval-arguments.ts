import { type EncoderName, encoders } from '@sandwich/codecs';
import { measureNames } from '@sandwich/evaluation';
import type { ClassifierName } from '@sandwich/models';
import type { EngineArguments } from './engine-options.js';

export interface EvalArguments extends EngineArguments {
  /** Directories; several make one Pareto curve. */
  run?: string | string[];
  /** Name of trained networks in `zoo/`, instead of a run. */
  zoo?: string;
  codec?: EncoderName[];
  images?: string;
  every?: number;
  qsteps?: number[];
  qualities?: number[];
  rates?: [low: number, high: number];
  metrics?: string[];
  /** Classifiers whose accuracy is measured; `images` are labelled then. */
  recognisers?: ClassifierName[];
  /** Their weights, with commas between. */
  weights?: string;
  /** Side of the middle that is taken of each image, pixels. */
  crop?: number;
  compare?: string[];
  checkpoint?: string;
  out?: string;
  /** For a run and images that are removed afterwards: what to call the images, in place of naming files. */
  temporary?: string;
  force?: boolean;
}

export const DEFAULT_RATES: [number, number] = [0.3, 1.2];
/** Deeper images are worth their name only where errors are small. */
export const DEFAULT_DEEP_RATES: [number, number] = [2, 8];

export const codecNames = Object.keys(encoders) as EncoderName[];

/** @throws Error for a run named twice, and what only one run can have */
function resolveRuns({ run = [], zoo, checkpoint }: EvalArguments): string[] {
  const runs = [run].flat().map((directory) => directory.replace(/(?<=.)\/+$/, ''));
  if (zoo === undefined && runs.length === 0) throw new Error('name a run directory, or networks of zoo/ with --zoo');
  if (zoo !== undefined && runs.length > 0) throw new Error(`give a run directory or --zoo ${zoo}, not both`);
  const twice = runs.find((directory, i) => runs.indexOf(directory) !== i);
  if (twice !== undefined) throw new Error(`the run ${twice} is named twice`);
  if (runs.length > 1 && checkpoint !== undefined && checkpoint !== 'best') {
    throw new Error(`--checkpoint of several runs can only be 'best', got '${checkpoint}'`);
  }
  return runs;
}

/** The name among `--metrics` of the accuracy of recognisers. */
const ACCURACY = 'accuracy';

/** What `--metrics` takes. */
export const metricNames = [...measureNames, ACCURACY];

/**
 * What judges labelled pictures, if anything does.
 *
 * @throws Error for recognisers without labelled pictures or without the metric, and the other way round
 */
function resolveJudges({ metrics, recognisers, weights, images, crop }: EvalArguments) {
  if (recognisers === undefined) {
    if (metrics?.includes(ACCURACY))
      throw new Error(`--metrics ${ACCURACY} needs classifiers: name them by --recognisers`);
    if (weights !== undefined) throw new Error('--weights are those of --recognisers, of which there are none');
    return undefined;
  }
  if (metrics !== undefined && !metrics.includes(ACCURACY)) {
    throw new Error(`--recognisers is for --metrics ${ACCURACY}, and --metrics is ${metrics.join(',')}`);
  }
  if (images === undefined) {
    throw new Error(
      '--recognisers needs labelled pictures: give --images a folder, a CSV list or a binary file of CIFAR',
    );
  }
  return { images, recognisers, weights, crop };
}

/** The arguments of `eval` with their defaults. @throws Error for those that contradict each other */
export function resolveEvalArguments(args: EvalArguments) {
  const { codec = ['jpeg'], qsteps, qualities, rates, metrics, compare = [], every = 1 } = args;
  if (qsteps !== undefined && !codec.some((name) => encoders[name].codec === 'jpeg')) {
    throw new Error(`--qsteps is for JPEG, and --codec is ${codec.join(', ')}; other codecs have --qualities`);
  }
  return {
    runs: resolveRuns(args),
    codecs: codec,
    range: rates,
    qsteps,
    qualities,
    metrics: metrics?.filter((name) => name !== ACCURACY),
    compare,
    every,
    judges: resolveJudges(args),
  };
}
