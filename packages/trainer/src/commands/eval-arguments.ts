import { type CodecName, codecs } from '@sandwich/codecs';
import { checkCount, checkQualities } from './check-arguments.js';
import type { EngineArguments } from './engine-options.js';

export interface EvalArguments extends EngineArguments {
  /** Directories; several make one Pareto curve. */
  run?: string | string[];
  /** Name of trained networks in `zoo/`, instead of a run. */
  zoo?: string;
  codec?: string;
  images?: string;
  every?: number;
  qsteps?: string;
  qualities?: string;
  rates?: string;
  metrics?: string;
  compare?: string;
  checkpoint?: string;
  out?: string;
}

export const DEFAULT_RATES = '0.3,1.2';
/** Deeper images are worth their name only where errors are small. */
export const DEFAULT_DEEP_RATES = '2,8';

export const codecNames = Object.keys(codecs) as CodecName[];

export function parseNumbers(option: string, text: string): number[] {
  const numbers = text.split(',').map(Number);
  if (numbers.some((number) => !(number > 0))) {
    throw new Error(`--${option} takes positive numbers with commas between, got '${text}'`);
  }
  return numbers;
}

export function parseRange(text: string): [number, number] {
  const [low, high, ...rest] = parseNumbers('rates', text);
  if (!(low < high) || rest.length > 0)
    throw new Error(`--rates takes two rising rates, such as 0.3,1.2; got '${text}'`);
  return [low, high];
}

function parseQualities(text: string): number[] {
  const qualities = [...new Set(parseNumbers('qualities', text))].sort((a, b) => a - b);
  checkQualities(qualities);
  return qualities;
}

function parseCodecs(text: string): CodecName[] {
  const names = text.split(',');
  const bad = names.find((name) => !Object.hasOwn(codecs, name));
  if (bad !== undefined) {
    throw new Error(`--codec takes ${codecNames.join(', ')} with commas between; got '${bad}'`);
  }
  return [...new Set(names as CodecName[])];
}

/** @throws Error for a run named twice, and what only one, or only several runs can have */
function parseRuns({ run = [], zoo, checkpoint, out }: EvalArguments): string[] {
  const runs = [run].flat().map((directory) => directory.replace(/(?<=.)\/+$/, ''));
  if (zoo === undefined && runs.length === 0) throw new Error('name a run directory, or networks of zoo/ with --zoo');
  if (zoo !== undefined && runs.length > 0) throw new Error(`give a run directory or --zoo ${zoo}, not both`);
  const twice = runs.find((directory, i) => runs.indexOf(directory) !== i);
  if (twice !== undefined) throw new Error(`the run ${twice} is named twice`);
  if (runs.length > 1 && checkpoint !== undefined && checkpoint !== 'best') {
    throw new Error(`--checkpoint of several runs can only be 'best', got '${checkpoint}'`);
  }
  if (runs.length < 2 && out !== undefined) {
    throw new Error(`--out is where several runs are joined; one run's results go to its own directory`);
  }
  return runs;
}

/** What the arguments of `eval` say. @throws Error naming the option and its value */
export function parseEvalArguments(args: EvalArguments) {
  const { codec = 'jpeg', qsteps, qualities, rates, metrics, compare, every = 1 } = args;
  checkCount('every', every);
  return {
    runs: parseRuns(args),
    codecs: parseCodecs(codec),
    range: rates === undefined ? undefined : parseRange(rates),
    qsteps: qsteps === undefined ? undefined : parseNumbers('qsteps', qsteps),
    qualities: qualities === undefined ? undefined : parseQualities(qualities),
    metrics: metrics?.split(','),
    compare: compare?.split(',') ?? [],
    every,
  };
}
