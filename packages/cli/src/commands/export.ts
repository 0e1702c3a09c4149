import { basename, dirname, join } from 'node:path';
import { startEngine, withoutEngine } from '@sandwich/engine';
import { makeFolder, writeFilesAtomically } from '@sandwich/files';
import { filesOfRun } from '@sandwich/inspector';
import { guardOutputs, isOwn, loadRun, readRunDescription, resultsFolder, type TrainedRun } from '@sandwich/trainer';
import { required } from '../command-line/argument.js';
import { defineCommand } from '../command-line/command.js';
import { outputFolder, runDirectory } from '../command-line/paths.js';
import { type EngineArguments, engineOf, engineOptions } from './engine-options.js';
import { checkpointOption, forceOption } from './run-options.js';

export interface ExportArguments extends EngineArguments {
  run: string;
  out?: string;
  checkpoint?: string;
  force?: boolean;
}

/** A run's folder for them. */
const MODELS = 'onnx';

const originOf = (run: string, { configuration, checkpoint }: TrainedRun): Record<string, string> => ({
  run,
  experiment: configuration.experiment,
  checkpoint: basename(checkpoint.file),
  steps: `${checkpoint.step}`,
  code_version: configuration.codeVersion,
});

/** @throws Error when the kind of a run's system makes none */
function modelsOf(run: string, trained: TrainedRun): Record<string, Uint8Array> {
  const { kind, system } = trained;
  if (!kind.models)
    throw new Error(`${run} cannot be exported: systems of the kind '${kind.name}' have no ONNX models`);
  return kind.models(system, originOf(run, trained));
}

/**
 * Writes what a run has trained as ONNX models; of a sandwich two, see `senderOnnx` and `receiverOnnx`.
 *
 * @returns their files
 */
export async function exportCommand(args: ExportArguments): Promise<string[]> {
  const { run, force } = args;
  await readRunDescription(run);
  const home = await resultsFolder(run);
  const out = args.out ?? join(home.directory, MODELS);
  const own = isOwn(dirname(out), home) && basename(out) === MODELS;
  const inputs = await filesOfRun(run);
  const names = await withoutEngine(async () => {
    const trained = await loadRun(run, args.checkpoint, () => {});
    try {
      return Object.keys(modelsOf(run, trained));
    } finally {
      trained.system.dispose();
    }
  });
  await guardOutputs(
    names.map((name) => join(out, name)),
    { inputs, own, force, makesFolders: true },
  );
  await startEngine(engineOf(args));
  const trained = await loadRun(run, args.checkpoint);
  try {
    const models = Object.entries(modelsOf(run, trained)).map(([name, bytes]) => [join(out, name), bytes] as const);
    if (own) await home.make();
    await makeFolder(out);
    await writeFilesAtomically(Object.fromEntries(models));
    const lines = models.map(([file, { length }]) => `${file}: ${length.toLocaleString('en')} bytes\n`);
    process.stdout.write(`${trained.checkpoint.file}, after ${trained.checkpoint.step} steps:\n${lines.join('')}`);
    return models.map(([file]) => file);
  } finally {
    trained.system.dispose();
  }
}

export const exportDefinition = defineCommand({
  name: 'export',
  describe: 'Write the networks of a run as ONNX models: of a sandwich two, sender and receiver',
  operands: { run: required(runDirectory('Run directory')) },
  options: {
    out: outputFolder('Folder for the models; default <run>/onnx, of packed networks runs/<folder>/<name>/onnx'),
    force: forceOption,
    checkpoint: checkpointOption,
    ...engineOptions,
  },
  async run(args) {
    await exportCommand(args);
  },
});
