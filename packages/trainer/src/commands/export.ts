import { basename, dirname, join } from 'node:path';
import { subsamplingOf } from '@sandwich/codec-proxy';
import { startEngine } from '@sandwich/engine';
import { makeFolder, writeFilesAtomically } from '@sandwich/files';
import { receiverOnnx, type Sandwich, senderOnnx } from '@sandwich/models';
import { required } from '../command-line/argument.js';
import { defineCommand } from '../command-line/command.js';
import { outputFolder, runDirectory } from '../command-line/paths.js';
import { networkIdentity } from '../library/network-identity.js';
import { checkRun, loadRun, type TrainedRun } from '../load-run.js';
import { filesOfRun, guardOutputs } from '../outputs.js';
import { isOwn, resultsFolder } from '../results-folder.js';
import { readRunDescription } from '../run-directory.js';
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

/** How the bottleneck is coded, of which the networks have learned what to expect. */
function codecOf({ proxy: { files }, bottleneckChannels }: Sandwich): Record<string, string> {
  if (!files) return {};
  const { layout } = files;
  const lies = layout.convertToYuv
    ? `YUV ${subsamplingOf(layout)}`
    : `grayscale${bottleneckChannels > 1 ? `, ${bottleneckChannels} files` : ''}`;
  const step = files.flatStep?.();
  if (step !== undefined) return { codec: `baseline JPEG, ${lies}, flat tables`, quantizer_step: `${step}` };
  if (!files.tables) return {};
  const { luma, chroma } = files.tables();
  const text = (table: ArrayLike<number>) => Array.from(table).join(' ');
  return { codec: `baseline JPEG, ${lies}`, luma_table: text(luma), chroma_table: text(chroma) };
}

const originOf = (run: string, { configuration, checkpoint, model }: TrainedRun): Record<string, string> => ({
  network: networkIdentity(model),
  run,
  experiment: configuration.experiment,
  checkpoint: basename(checkpoint.file),
  steps: `${checkpoint.step}`,
  code_version: configuration.codeVersion,
});

/**
 * Writes the networks of a run as two ONNX models, see `senderOnnx` and `receiverOnnx`.
 *
 * @returns their files
 */
export async function exportCommand(args: ExportArguments): Promise<{ pre: string; post: string }> {
  const { run, force } = args;
  await readRunDescription(run);
  const home = await resultsFolder(run);
  const out = args.out ?? join(home.directory, MODELS);
  const own = isOwn(dirname(out), home) && basename(out) === MODELS;
  const files = { pre: join(out, 'pre.onnx'), post: join(out, 'post.onnx') };
  await guardOutputs(Object.values(files), { inputs: await filesOfRun(run), own, force, makesFolders: true });
  await checkRun(run, args.checkpoint);
  await startEngine(engineOf(args));
  const trained = await loadRun(run, args.checkpoint);
  try {
    const metadata = { ...originOf(run, trained), ...codecOf(trained.model) };
    const models = { pre: senderOnnx(trained.model, metadata), post: receiverOnnx(trained.model, metadata) };
    if (own) await home.make();
    await makeFolder(out);
    await writeFilesAtomically({ [files.pre]: models.pre, [files.post]: models.post });
    process.stdout.write(
      `${trained.checkpoint.file}, after ${trained.checkpoint.step} steps:\n` +
        `${files.pre}: images -> bottleneck, ${models.pre.length.toLocaleString('en')} bytes\n` +
        `${files.post}: decoded, size -> prediction, ${models.post.length.toLocaleString('en')} bytes\n`,
    );
  } finally {
    trained.model.dispose();
  }
  return files;
}

export const exportDefinition = defineCommand({
  name: 'export',
  describe: 'Write the networks of a run as two ONNX models, sender and receiver',
  operands: { run: required(runDirectory('Run directory')) },
  options: {
    out: outputFolder(
      'Folder for pre.onnx and post.onnx; default <run>/onnx, of packed networks runs/<folder>/<name>/onnx',
    ),
    force: forceOption,
    checkpoint: checkpointOption,
    ...engineOptions,
  },
  async run(args) {
    await exportCommand(args);
  },
});
