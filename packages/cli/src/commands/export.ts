import { basename, dirname, join } from 'node:path';
import { startEngine, withoutEngine } from '@sandwich/engine';
import { makeFolder, writeFilesAtomically } from '@sandwich/files';
import { filesOfRun } from '@sandwich/inspector';
import { guardOutputs, isOwn, loadRun, readRunDescription, resultsFolder, type TrainedRun } from '@sandwich/trainer';
import { required } from '../command-line/argument.js';
import { defineCommand } from '../command-line/command.js';
import { outputFolder, runDirectory } from '../command-line/paths.js';
import { type EngineArguments, engineOf, engineOptions } from './options/engine-options.js';
import { checkpointOption, forceOption } from './options/run-options.js';

export interface ExportArguments extends EngineArguments {
  run: string;
  out?: string;
  checkpoint?: string;
  force?: boolean;
}

const originOf = (run: string, { configuration, checkpoint }: TrainedRun): Record<string, string> => ({
  run,
  experiment: configuration.experiment,
  checkpoint: basename(checkpoint.file),
  steps: `${checkpoint.step}`,
  code_version: configuration.codeVersion,
});

/** @throws Error when the kind of a run's system makes none */
function exportsOf(run: string, trained: TrainedRun): { folder: string; files: Record<string, Uint8Array> } {
  const { kind, system } = trained;
  if (!kind.exports) {
    throw new Error(`${run} cannot be exported: systems of the kind '${kind.name}' have no files for other programs`);
  }
  return { folder: kind.exports.folder, files: kind.exports.files(system, originOf(run, trained)) };
}

/**
 * Writes what a run has trained in the formats of other programs: a sandwich as two ONNX models, see `preProcessorOnnx` and `postProcessorOnnx`.
 *
 * @returns their files
 */
export async function exportCommand(args: ExportArguments): Promise<string[]> {
  const { run, force } = args;
  await readRunDescription(run);
  const home = await resultsFolder(run);
  const inputs = await filesOfRun(run);
  const { folder, names } = await withoutEngine(async () => {
    const trained = await loadRun(run, args.checkpoint, () => {});
    try {
      const { folder, files } = exportsOf(run, trained);
      return { folder, names: Object.keys(files) };
    } finally {
      trained.system.dispose();
    }
  });
  const out = args.out ?? join(home.directory, folder);
  const own = isOwn(dirname(out), home) && basename(out) === folder;
  await guardOutputs(
    names.map((name) => join(out, name)),
    { inputs, own, force, makesFolders: true },
  );
  await startEngine(engineOf(args));
  const trained = await loadRun(run, args.checkpoint);
  try {
    const files = Object.entries(exportsOf(run, trained).files).map(
      ([name, bytes]) => [join(out, name), bytes] as const,
    );
    if (own) await home.make();
    await makeFolder(out);
    await writeFilesAtomically(Object.fromEntries(files));
    const lines = files.map(([file, { length }]) => `${file}: ${length.toLocaleString('en')} bytes\n`);
    process.stdout.write(`${trained.checkpoint.file}, after ${trained.checkpoint.step} steps:\n${lines.join('')}`);
    return files.map(([file]) => file);
  } finally {
    trained.system.dispose();
  }
}

export const exportDefinition = defineCommand({
  name: 'export',
  describe:
    'Write what a run has trained for other programs: of a sandwich two ONNX models, pre-processor and post-processor',
  operands: { run: required(runDirectory('Run directory')) },
  options: {
    out: outputFolder(
      'Folder for the files; default a folder in the run, of sandwiches <run>/onnx, of packed networks runs/<folder>/<name>/onnx',
    ),
    force: forceOption,
    checkpoint: checkpointOption,
    ...engineOptions,
  },
  async run(args) {
    await exportCommand(args);
  },
});
