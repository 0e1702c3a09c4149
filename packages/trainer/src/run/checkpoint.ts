import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  decodeSafetensors,
  encodeSafetensors,
  type Parameters,
  readSafetensorsHeader,
  type StoredTensor,
  storedTensors,
  tf,
} from '@sandwich/engine';
import { writeFileAtomically } from '@sandwich/files';
import type { WeightAverage } from '../optimizers/average.js';
import type { StepMetrics } from '../step/metrics.js';
import type { System } from '../system.js';

/** Raised when the layout of checkpoints changes. */
const FORMAT = 'sandwich-checkpoint-2';

/** Where a run stands, numbers only. */
export interface Standing {
  /** Steps done; with the seed also the state of the data's random generator, which counts batches. */
  step: number;
  /** Seconds of training done. */
  seconds: number;
  /** The best checkpoint so far, and what it was judged by: a loss, or the measure of its objective. */
  best: { step: number; loss: number } | null;
  /** What the checkpoints so far were judged by. */
  history: number[];
  /** Whether the objective has ended the training before its budget was spent. */
  ended: boolean;
  /** Steps done that no record of the log tells of yet. */
  sinceRecord: StepMetrics[];
}

/** What an optimizer remembers of one parameter. */
export interface Slot {
  /** Updates that it has had. */
  steps: number;
  tensors: Record<string, tf.Tensor>;
}
/** What an optimizer remembers, by path. */
export type OptimizerState = Record<string, Slot>;

/** Where a run stands, with its tensors besides the parameters. */
export interface TrainingState extends Standing {
  optimizer: OptimizerState;
  /** Empty when none is kept. */
  average: WeightAverage;
}

/** What a checkpoint holds: all that the next step depends on. */
export interface Checkpoint extends Standing {
  /** The run's resolved configuration. */
  configuration: unknown;
  parameters: Record<string, StoredTensor>;
  /** What the system keeps besides its parameters. */
  state: Record<string, StoredTensor>;
  optimizer: Record<string, { steps: number; tensors: Record<string, StoredTensor> }>;
  average: Record<string, StoredTensor>;
}

/** The state of a run that has not begun. */
export const initialState = (): TrainingState => ({
  step: 0,
  seconds: 0,
  best: null,
  history: [],
  ended: false,
  sinceRecord: [],
  optimizer: {},
  average: {},
});

/** SHA-256 of all that a checkpoint holds. */
const hashOf = (tensors: Record<string, StoredTensor>, state: string, configuration: string): string => {
  const hash = createHash('sha256').update(`${state}\n${configuration}\n`);
  for (const [name, { shape, values }] of Object.entries(tensors)) {
    hash.update(`${name} [${shape.join(', ')}]\n`);
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest('hex');
};

/**
 * Writes weights, optimizer, standing and configuration as one safetensors file: under a temporary name, flushed to disk,
 * then renamed, so that the file is whole or not there.
 *
 * @throws Error when it cannot be written, or when a value is not finite, which would make the checkpoint useless.
 */
export async function saveCheckpoint(
  file: string,
  { parameters, state: systemState = {} }: Pick<System, 'parameters' | 'state'>,
  { optimizer, average, ...standing }: TrainingState,
  configuration: unknown,
): Promise<void> {
  const named: Record<string, tf.Tensor> = {};
  for (const [path, variable] of Object.entries(parameters)) named[`parameters/${path}`] = variable;
  for (const [path, variable] of Object.entries(systemState)) named[`state/${path}`] = variable;
  for (const [path, tensor] of Object.entries(average)) named[`average/${path}`] = tensor;
  const optimizerSteps: Record<string, number> = {};
  for (const [path, slot] of Object.entries(optimizer)) {
    optimizerSteps[path] = slot.steps;
    for (const [name, tensor] of Object.entries(slot.tensors)) named[`optimizer/${name}/${path}`] = tensor;
  }
  const tensors = storedTensors(named);
  const broken = Object.keys(tensors).filter((name) => !tensors[name].values.every(Number.isFinite));
  if (broken.length > 0) {
    throw new Error(
      `checkpoint ${file} is not written: after step ${standing.step}, ${broken.join(', ')} are not finite`,
    );
  }
  const state = JSON.stringify({ ...standing, optimizerSteps });
  const configurationText = JSON.stringify(configuration);
  const metadata = {
    format: FORMAT,
    sha256: hashOf(tensors, state, configurationText),
    state,
    configuration: configurationText,
  };
  const content = encodeSafetensors({ tensors, metadata });
  await writeFileAtomically(file, content).catch((error: Error) => {
    throw new Error(`checkpoint ${error.message}; earlier ones are whole`, { cause: error });
  });
}

/**
 * Reads where a run stood from the header of a checkpoint, without its values: whether these are what was written is not verified.
 *
 * @throws Error naming the file and what is wrong with it: missing, truncated, or of another format
 */
export async function readStanding(file: string): Promise<Standing> {
  try {
    const { metadata } = await readSafetensorsHeader(file);
    return standingOf(metadata);
  } catch (error) {
    throw new Error(`checkpoint ${file} cannot be used: ${(error as Error).message}`, { cause: error });
  }
}

function standingOf({ format, state }: Record<string, string>): Standing & { optimizerSteps: Record<string, number> } {
  if (format !== FORMAT) throw new Error(`its format is '${format ?? 'unknown'}', expected '${FORMAT}'`);
  return { history: [], ended: false, ...JSON.parse(state) };
}

/**
 * Reads and verifies a checkpoint.
 *
 * @throws Error naming the file and what is wrong with it: missing, truncated, of another format, or with another
 * checksum than it was written with.
 */
export async function readCheckpoint(file: string): Promise<Checkpoint> {
  try {
    const { tensors, metadata } = decodeSafetensors(await readFile(file));
    const { optimizerSteps, ...standing } = standingOf(metadata);
    if (metadata.sha256 !== hashOf(tensors, metadata.state, metadata.configuration)) {
      throw new Error('its checksum is wrong: the file is damaged');
    }
    const checkpoint: Checkpoint = {
      ...standing,
      configuration: JSON.parse(metadata.configuration),
      parameters: {},
      state: {},
      optimizer: {},
      average: {},
    };
    for (const [path, steps] of Object.entries(optimizerSteps)) checkpoint.optimizer[path] = { steps, tensors: {} };
    for (const [name, tensor] of Object.entries(tensors)) {
      const [kind, ...rest] = name.split('/');
      if (kind === 'parameters' || kind === 'state' || kind === 'average') checkpoint[kind][rest.join('/')] = tensor;
      else checkpoint.optimizer[rest.slice(1).join('/')].tensors[rest[0]] = tensor;
    }
    return checkpoint;
  } catch (error) {
    throw new Error(`checkpoint ${file} cannot be used: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * Puts stored values into variables.
 *
 * @throws Error naming every path that only one of them has, or whose shapes differ; nothing is changed then.
 */
export function restoreParameters(parameters: Parameters, stored: Record<string, StoredTensor>): void {
  const differences = [
    ...Object.keys(parameters)
      .filter((path) => !(path in stored))
      .map((path) => `${path} is missing`),
    ...Object.keys(stored)
      .filter((path) => !(path in parameters))
      .map((path) => `${path} is not in the system`),
    ...Object.entries(parameters)
      .filter(([path, { shape }]) => path in stored && !tf.util.arraysEqual(shape, stored[path].shape))
      .map(([path, { shape }]) => `${path} has shape [${stored[path].shape}], the system has [${shape}]`),
  ];
  if (differences.length > 0) throw new Error(`the checkpoint does not fit the system: ${differences.join('; ')}`);
  tf.tidy(() => {
    for (const [path, { shape, values }] of Object.entries(stored)) parameters[path].assign(tf.tensor(values, shape));
  });
}

const toTensors = (stored: Record<string, StoredTensor>): Record<string, tf.Tensor> =>
  Object.fromEntries(Object.entries(stored).map(([name, { shape, values }]) => [name, tf.tensor(values, shape)]));

/** The training state that a checkpoint holds, its tensors on the engine. */
export function restoreTrainingState({ optimizer, average, ...rest }: Checkpoint): TrainingState {
  const { step, seconds, best, history, ended, sinceRecord } = rest;
  const slots = Object.entries(optimizer).map(([path, { steps, tensors }]) => [
    path,
    { steps, tensors: toTensors(tensors) },
  ]);
  return {
    step,
    seconds,
    best,
    history: [...history],
    ended,
    sinceRecord: [...sinceRecord],
    optimizer: Object.fromEntries(slots),
    average: toTensors(average),
  };
}

/** What is evaluated of a checkpoint: the weights, their average where the run kept one, and what the system keeps besides them. */
export const evaluationWeights = ({ parameters, average, state }: Checkpoint): Record<string, StoredTensor> => ({
  ...parameters,
  ...average,
  ...state,
});

/**
 * All variables of a system by their paths.
 *
 * @throws Error when a path names both a parameter and something else that the system keeps
 */
export function variablesOf({
  kind,
  parameters,
  state = {},
}: Pick<System, 'kind' | 'parameters' | 'state'>): Parameters {
  const both = Object.keys(state).find((path) => Object.hasOwn(parameters, path));
  if (both !== undefined) throw new Error(`${kind}: ${both} is both a parameter and a part of the state`);
  return { ...parameters, ...state };
}
