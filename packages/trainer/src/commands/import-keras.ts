import { join, resolve } from 'node:path';
import { startEngine, withoutEngine } from '@sandwich/engine';
import { initialState, saveCheckpoint } from '../checkpoint.js';
import { codeVersion } from '../code-version.js';
import { required } from '../command-line/argument.js';
import { defineCommand } from '../command-line/command.js';
import { outputFolder, weights } from '../command-line/paths.js';
import { assignments, text } from '../command-line/texts.js';
import { createSandwich } from '../create-sandwich.js';
import { resolveSettings } from '../experiment.js';
import { assignPublishedWeights } from '../keras/published-weights.js';
import { readKerasWeights } from '../keras/read-keras-weights.js';
import { listExperiments, loadExperiment } from '../load-experiment.js';
import { guardNewRun } from '../outputs.js';
import { checkpointFile, createRunDirectory, type RunConfiguration } from '../run-directory.js';
import { type EngineArguments, engineOf, engineOptions } from './engine-options.js';
import { DEFAULT_KEEP } from './train.js';

export interface ImportKerasArguments extends EngineArguments {
  weights: string;
  experiment: string;
  set?: string[];
  run?: string;
}

/**
 * Makes a run of weights that the published Keras code of sandwiched compression has trained, for networks that an
 * experiment describes. It can be measured, exported, and trained further.
 *
 * @returns the run directory
 */
export async function importKerasCommand(args: ImportKerasArguments): Promise<string> {
  const { name, file, experiment } = await loadExperiment(args.experiment);
  const settings = resolveSettings(experiment, args.set);
  const directory = args.run ?? join('runs', `${name}-imported`);
  await guardNewRun(directory);
  await withoutEngine(async () => createSandwich(experiment, settings).dispose());
  const weights = await readKerasWeights(args.weights);
  const build = () => {
    const model = createSandwich(experiment, settings);
    try {
      assignPublishedWeights(model, weights);
    } catch (error) {
      model.dispose();
      throw error;
    }
    return model;
  };
  await withoutEngine(async () => build().dispose());
  const engine = await startEngine(engineOf(args));
  const model = build();
  try {
    const configuration: RunConfiguration = {
      experiment: name,
      experimentFile: file,
      settings,
      architecture: model.architecture,
      images: `none: weights imported from ${resolve(args.weights)}`,
      budget: {},
      checkpoints: { keep: DEFAULT_KEEP },
      codeVersion: codeVersion(),
      engine,
    };
    await createRunDirectory(directory, configuration);
    await saveCheckpoint(checkpointFile(directory, 0), model.parameters, initialState(), configuration);
    process.stdout.write(`${Object.keys(model.parameters).length} weights of ${args.weights}: ${directory}\n`);
    return directory;
  } finally {
    model.dispose();
  }
}

export const importKerasDefinition = defineCommand({
  name: 'import-keras',
  describe: 'Make a run from weights that the published Keras code has trained',
  operands: {
    weights: required(weights('TensorFlow checkpoint, folder of checkpoints or SavedModel, or an .h5 file of Keras 2')),
  },
  options: {
    experiment: required(
      text(`Experiment whose networks these weights fit: ${listExperiments().join(', ')}, or a file`, 'name'),
    ),
    set: assignments('Change a setting of the experiment; may be repeated'),
    run: outputFolder('Run directory to make; default runs/<experiment>-imported'),
    ...engineOptions,
  },
  async run(args) {
    await importKerasCommand(args);
  },
});
