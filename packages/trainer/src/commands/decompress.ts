import { readFile } from 'node:fs/promises';
import { writeFileAtomically } from '@sandwich/files';
import type { Argv, CommandModule } from 'yargs';
import { encodePng } from '../library/encode-png.js';
import { loadSandwich } from '../library/load-sandwich.js';
import { type EngineArguments, engineOf, engineOptions } from './engine-options.js';
import { byExtension, checkOutput } from './output-file.js';
import { checkpointOption } from './run-options.js';

export interface DecompressArguments extends EngineArguments {
  run: string;
  file: string;
  picture: string;
  checkpoint?: string;
  ignoreChecksum?: boolean;
  force?: boolean;
}

/** Restores the picture of a file that `compressCommand` has written with the same networks. */
export async function decompressCommand(args: DecompressArguments): Promise<void> {
  const { run, file, picture, checkpoint, ignoreChecksum, force = false } = args;
  const encode = byExtension(picture, { '.png': encodePng });
  await checkOutput(picture, file, force);
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${file} cannot be read (${error.code})`, { cause: error });
  });
  const sandwich = await loadSandwich(run, { ...engineOf(args), checkpoint });
  try {
    const restored = await sandwich.decode(bytes, { ignoreChecksum }).catch((error: Error) => {
      // Programs explain themselves in several lines.
      throw new Error(`${file} cannot be restored: ${error.message.split('\n', 1)[0]}`, { cause: error });
    });
    await writeFileAtomically(picture, await encode(restored, sandwich.bitDepth));
    process.stdout.write(`${picture}: ${restored.width} x ${restored.height}, ${sandwich.bitDepth} bits a sample\n`);
  } finally {
    sandwich.dispose();
  }
}

export const decompressModule: CommandModule<object, DecompressArguments> = {
  command: 'decompress <run> <file> <picture>',
  describe: 'Restore the picture of a file that `compress` has written with the same networks, as PNG',
  builder: (yargs) =>
    yargs
      .positional('run', { type: 'string', demandOption: true, describe: 'Run directory, packed or not' })
      .positional('file', { type: 'string', demandOption: true, describe: 'JPEG, WebP, AVIF, HEIC or JPEG XL' })
      .positional('picture', { type: 'string', demandOption: true, describe: 'A .png file' })
      .option('checkpoint', checkpointOption)
      .option('ignore-checksum', {
        type: 'boolean',
        describe: 'Restore from pixels that are not those that were written, too',
      })
      .option('force', { type: 'boolean', describe: 'Overwrite the picture if it is there' })
      .options(engineOptions) as Argv<DecompressArguments>,
  handler: decompressCommand,
};
