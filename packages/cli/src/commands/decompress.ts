import { readFile } from 'node:fs/promises';
import { startEngine, withoutEngine } from '@sandwich/engine';
import { writeFileAtomically } from '@sandwich/files';
import { filesOfRun } from '@sandwich/inspector';
import { pictureEncoder, pqSamples } from '@sandwich/pictures';
import { loadCodec } from '@sandwich/runtime';
import { guardOutputs } from '@sandwich/trainer';
import { required } from '../command-line/argument.js';
import { defineCommand } from '../command-line/command.js';
import { inputFile, outputFile, runDirectory } from '../command-line/paths.js';
import { flag } from '../command-line/texts.js';
import { tileProgress } from '../tile-progress.js';
import { type EngineArguments, engineOf, engineOptions } from './options/engine-options.js';
import { checkpointOption, forceOption } from './options/run-options.js';

export interface DecompressArguments extends EngineArguments {
  run: string;
  file: string;
  picture: string;
  checkpoint?: string;
  ignoreChecksum?: boolean;
  force?: boolean;
}

/** Restores the picture of a file that `compressCommand` has written with the same networks; linear light in PQ. */
export async function decompressCommand(args: DecompressArguments): Promise<void> {
  const { run, file, picture, checkpoint, ignoreChecksum, force } = args;
  const encode = pictureEncoder(picture);
  await guardOutputs([picture], { inputs: [file, ...(await filesOfRun(run))], force });
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${file} cannot be read (${error.code})`, { cause: error });
  });
  const refuse = (error: Error) => {
    // Programs explain themselves in several lines.
    throw new Error(`${file} cannot be restored: ${error.message.split('\n', 1)[0]}`, { cause: error });
  };
  await withoutEngine(async () => {
    const codec = await loadCodec(run, { checkpoint, note: () => {} });
    await Promise.resolve(codec.check?.(bytes, { ignoreChecksum }))
      .catch(refuse)
      .finally(() => codec.dispose?.());
  });
  await startEngine(engineOf(args));
  const codec = await loadCodec(run, { checkpoint });
  try {
    const restored = await codec.decode(bytes, { ignoreChecksum, onTile: tileProgress() }).catch(refuse);
    const shown = codec.transfer === 'linear' ? pqSamples(restored) : restored;
    await writeFileAtomically(picture, await encode(shown));
    process.stdout.write(`${picture}: ${restored.width} x ${restored.height}, ${codec.bitDepth} bits a sample\n`);
  } finally {
    codec.dispose?.();
  }
}

export const decompressDefinition = defineCommand({
  name: 'decompress',
  describe:
    'Restore the picture of a file that `compress` has written with the same networks, as PNG, linear light as one of high dynamic range in PQ',
  operands: {
    run: required(runDirectory('Run directory, packed or not')),
    file: required(
      inputFile('File that `compress` has written: JPEG, WebP, AVIF, HEIC, JPEG XL, .l3ix, .l3i or .fpic'),
    ),
    picture: required(outputFile('Picture to make, a .png file')),
  },
  options: {
    checkpoint: checkpointOption,
    ignoreChecksum: flag('Restore even from pixels that differ from those that were written'),
    force: forceOption,
    ...engineOptions,
  },
  run: decompressCommand,
});
