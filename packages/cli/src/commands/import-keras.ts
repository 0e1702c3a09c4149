import { join } from 'node:path';
import { startEngine, withoutEngine } from '@sandwich/engine';
import { asSandwich, assignPublishedWeights, readKerasWeights } from '@sandwich/models';
import {
  guardNewRun,
  importRun,
  listExperiments,
  loadExperiment,
  parseAssignments,
  resolveSettings,
  systemOf,
} from '@sandwich/trainer';
import { required } from '../command-line/argument.js';
import { defineCommand } from '../command-line/command.js';
import { outputFolder, weights } from '../command-line/paths.js';
import { assignments, text } from '../command-line/texts.js';
import { type EngineArguments, engineOf, engineOptions } from './options/engine-options.js';

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
  const experiment = await loadExperiment(args.experiment);
  const { name, definition } = experiment;
  const settings = resolveSettings(definition, parseAssignments(definition, args.set ?? []));
  const directory = args.run ?? join('runs', `${name}-imported`);
  await guardNewRun(directory);
  const build = async () => asSandwich(await systemOf(definition, settings));
  await withoutEngine(async () => (await build()).dispose());
  const weights = await readKerasWeights(args.weights);
  const buildWithWeights = async () => {
    const model = await build();
    try {
      assignPublishedWeights(model, weights);
    } catch (error) {
      model.dispose();
      throw error;
    }
    return model;
  };
  await withoutEngine(async () => (await buildWithWeights()).dispose());
  const engine = await startEngine(engineOf(args));
  const model = await buildWithWeights();
  try {
    await importRun(directory, { system: model, experiment, settings, source: args.weights, engine });
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
