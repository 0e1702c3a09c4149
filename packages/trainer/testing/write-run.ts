import { Sandwich, type SandwichOptions } from '@sandwich/models';
import { initialState, saveCheckpoint } from '../src/run/checkpoint.js';
import { checkpointFile, createRunDirectory, type RunConfiguration } from '../src/run/run-directory.js';
import { tinySandwichFile } from './tiny-sandwich.js';

/** A configuration as training writes it, of a sandwich. */
export const configurationOf = (
  { kind, architecture }: Sandwich,
  experimentFile = tinySandwichFile,
): RunConfiguration => ({
  experiment: 'tiny-sandwich',
  experimentFile,
  settings: { seed: 1, gamma: 20, bitDepth: 8 + architecture.truncateBits },
  kind,
  module: '@sandwich/models',
  architecture,
  images: '2 images',
  budget: { steps: 7 },
  checkpoints: { keep: 3 },
  codeVersion: 'abc1234',
  engine: { engine: 'torch', version: '1', device: 'cpu', threads: 1, precision: 'fp32' },
});

/** Writes a run directory with one checkpoint of a sandwich with random weights. */
export async function writeRun(directory: string, options: SandwichOptions): Promise<void> {
  const model = new Sandwich(options);
  const configuration = configurationOf(model);
  await createRunDirectory(directory, configuration);
  await saveCheckpoint(checkpointFile(directory, 7), model, { ...initialState(), step: 7 }, configuration);
  model.dispose();
}
