import { type EncoderName, encoders } from '@sandwich/codecs';
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

/** The arguments of `eval` with their defaults. @throws Error for those that contradict each other */
export function resolveEvalArguments(args: EvalArguments) {
  const { codec = ['jpeg'], qsteps, qualities, rates, metrics, compare = [], every = 1 } = args;
  if (qsteps !== undefined && !codec.some((name) => encoders[name].codec === 'jpeg')) {
    throw new Error(`--qsteps is for JPEG, and --codec is ${codec.join(', ')}; other codecs have --qualities`);
  }
  return { runs: resolveRuns(args), codecs: codec, range: rates, qsteps, qualities, metrics, compare, every };
}
