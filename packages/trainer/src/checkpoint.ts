import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { writeFileAtomically } from '@sandwich/data';
import { decodeSafetensors, encodeSafetensors, type StoredTensor, tf } from '@sandwich/engine';
import type { OptimizerState, Parameters } from './optimizer.js';

/** Raised when the layout of checkpoints changes. */
const FORMAT = 'sandwich-checkpoint-1';

/** Where a run stands: the step is also the state of the data's random generator, which counts batches. */
export interface TrainingState {
  /** Steps done. */
  step: number;
  /** Seconds of training done. */
  seconds: number;
  optimizer: OptimizerState;
}

/** What a checkpoint holds besides weights and optimizer. */
export interface CheckpointInfo {
  step: number;
  seconds: number;
  /** The run's resolved configuration. */
  configuration: unknown;
}

export interface Checkpoint extends CheckpointInfo {
  parameters: Record<string, StoredTensor>;
  optimizer: Record<string, { steps: number; tensors: Record<string, StoredTensor> }>;
}

const store = (tensor: tf.Tensor): StoredTensor => ({
  shape: tensor.shape,
  values: tensor.dataSync() as Float32Array | Int32Array,
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
 * Writes weights, optimizer, step and configuration as one safetensors file: under a temporary name, flushed to disk,
 * then renamed, so that the file is whole or not there.
 *
 * @throws Error when it cannot be written, or when a value is not finite, which would make the checkpoint useless.
 */
export async function saveCheckpoint(
  file: string,
  parameters: Parameters,
  { step, seconds, optimizer }: TrainingState,
  configuration: unknown,
): Promise<void> {
  const tensors: Record<string, StoredTensor> = {};
  for (const [path, variable] of Object.entries(parameters)) tensors[`parameters/${path}`] = store(variable);
  const optimizerSteps: Record<string, number> = {};
  for (const [path, slot] of Object.entries(optimizer)) {
    optimizerSteps[path] = slot.steps;
    for (const [name, tensor] of Object.entries(slot.tensors)) tensors[`optimizer/${name}/${path}`] = store(tensor);
  }
  const broken = Object.keys(tensors).filter((name) => !tensors[name].values.every(Number.isFinite));
  if (broken.length > 0) {
    throw new Error(`checkpoint ${file} is not written: after step ${step}, ${broken.join(', ')} are not finite`);
  }
  const state = JSON.stringify({ step, seconds, optimizerSteps });
  const configurationText = JSON.stringify(configuration);
  const metadata = {
    format: FORMAT,
    sha256: hashOf(tensors, state, configurationText),
    state,
    configuration: configurationText,
  };
  await writeFileAtomically(file, encodeSafetensors({ tensors, metadata }));
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
    if (metadata.format !== FORMAT) {
      throw new Error(`its format is '${metadata.format ?? 'unknown'}', expected '${FORMAT}'`);
    }
    if (metadata.sha256 !== hashOf(tensors, metadata.state, metadata.configuration)) {
      throw new Error('its checksum is wrong: the file is damaged');
    }
    const { step, seconds, optimizerSteps } = JSON.parse(metadata.state);
    const checkpoint: Checkpoint = {
      step,
      seconds,
      configuration: JSON.parse(metadata.configuration),
      parameters: {},
      optimizer: {},
    };
    for (const [path, steps] of Object.entries(optimizerSteps as Record<string, number>)) {
      checkpoint.optimizer[path] = { steps, tensors: {} };
    }
    for (const [name, tensor] of Object.entries(tensors)) {
      const [kind, ...rest] = name.split('/');
      if (kind === 'parameters') checkpoint.parameters[rest.join('/')] = tensor;
      else checkpoint.optimizer[rest.slice(1).join('/')].tensors[rest[0]] = tensor;
    }
    return checkpoint;
  } catch (error) {
    throw new Error(`checkpoint ${file} cannot be used: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * Puts a checkpoint's weights into a model's parameters.
 *
 * @throws Error naming every path that only one of them has, or whose shapes differ; nothing is changed then.
 */
export function restoreParameters(parameters: Parameters, checkpoint: Checkpoint): void {
  const stored = checkpoint.parameters;
  const differences = [
    ...Object.keys(parameters)
      .filter((path) => !(path in stored))
      .map((path) => `${path} is missing`),
    ...Object.keys(stored)
      .filter((path) => !(path in parameters))
      .map((path) => `${path} is not in the model`),
    ...Object.entries(parameters)
      .filter(([path, { shape }]) => path in stored && !tf.util.arraysEqual(shape, stored[path].shape))
      .map(([path, { shape }]) => `${path} has shape [${stored[path].shape}], the model has [${shape}]`),
  ];
  if (differences.length > 0) throw new Error(`the checkpoint does not fit the model: ${differences.join('; ')}`);
  tf.tidy(() => {
    for (const [path, { shape, values }] of Object.entries(stored)) parameters[path].assign(tf.tensor(values, shape));
  });
}

/** The training state that a checkpoint holds, its tensors on the engine. */
export function restoreTrainingState({ step, seconds, optimizer }: Checkpoint): TrainingState {
  const slots = Object.entries(optimizer).map(([path, { steps, tensors }]) => [
    path,
    {
      steps,
      tensors: Object.fromEntries(
        Object.entries(tensors).map(([name, { shape, values }]) => [name, tf.tensor(values, shape)]),
      ),
    },
  ]);
  return { step, seconds, optimizer: Object.fromEntries(slots) };
}
