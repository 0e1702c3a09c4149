import { readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { startEngine } from '@sandwich/engine';
import { buildPublishedDcn, type PublishedDcn, readPublishedDcn } from '@sandwich/models';
import { guardNewRun, importRun, loadExperiment, resolveSettings } from '@sandwich/trainer';
import { required } from '../command-line/argument.js';
import { defineCommand } from '../command-line/command.js';
import { inputFile, outputFolder } from '../command-line/paths.js';
import { type EngineArguments, engineOf, engineOptions } from './options/engine-options.js';

export interface ImportL3icArguments extends EngineArguments {
  graph: string;
  run?: string;
}

const EXPERIMENT = 'published-dcn';

async function readGraph(file: string): Promise<PublishedDcn> {
  try {
    return readPublishedDcn(await readFile(file));
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
  }
}

/** Makes a run of the weights of a DCN that l3ic has frozen into a graph of TensorFlow. It can be used, measured, exported, and trained further. */
export async function importL3icCommand(args: ImportL3icArguments): Promise<void> {
  const { graph } = args;
  const directory = args.run ?? join('runs', `${basename(graph, extname(graph))}-imported`);
  await guardNewRun(directory);
  const published = await readGraph(graph);
  const { features, bits, scaleLatent } = published.architecture;
  const experiment = await loadExperiment(EXPERIMENT);
  const settings = resolveSettings(experiment.definition, { features, bits, scaleLatent });
  const engine = await startEngine(engineOf(args));
  const dcn = buildPublishedDcn(published);
  try {
    await importRun(directory, { system: dcn, experiment, settings, source: graph, engine });
    process.stdout.write(
      `${Object.keys(dcn.parameters).length} weights of ${graph}, ${features} channels of ${bits} bits: ${directory}\n`,
    );
  } finally {
    dcn.dispose();
  }
}

export const importL3icDefinition = defineCommand({
  name: 'import-l3ic',
  describe: 'Make a run from the weights of a learned codec of l3ic',
  operands: { graph: required(inputFile('Frozen graph of TensorFlow, a .pb file')) },
  options: {
    run: outputFolder('Run directory to make; default runs/<name of the graph>-imported'),
    ...engineOptions,
  },
  run: importL3icCommand,
});
