import type { CodecName } from '@sandwich/codecs';
import { writeFileAtomically } from '@sandwich/files';
import type { Argv, CommandModule } from 'yargs';
import { loadSandwich } from '../library/load-sandwich.js';
import { readPicture } from '../library/read-picture.js';
import { type EngineArguments, engineOf, engineOptions } from './engine-options.js';
import { byExtension, checkOutput } from './output-file.js';
import { checkpointOption } from './run-options.js';

export interface CompressArguments extends EngineArguments {
  run: string;
  picture: string;
  file: string;
  qstep?: number;
  quality?: number;
  checkpoint?: string;
  force?: boolean;
}

const CODECS: Record<string, CodecName> = {
  '.jpg': 'jpeg',
  '.jpeg': 'jpeg',
  '.webp': 'webp',
  '.avif': 'avif',
  '.heic': 'heic',
  '.jxl': 'jxl',
};

/** Writes a picture through a run's networks as an image file of the codec that its extension names. */
export async function compressCommand(args: CompressArguments): Promise<void> {
  const { run, picture, file, qstep, quality, checkpoint, force = false } = args;
  const codec = byExtension(file, CODECS);
  await checkOutput(file, picture, force);
  const sandwich = await loadSandwich(run, { ...engineOf(args), checkpoint });
  try {
    const image = await readPicture(picture, sandwich.bitDepth);
    const bytes = await sandwich.encode(image, { codec, qstep, quality });
    await writeFileAtomically(file, bytes);
    const { width, height } = image;
    const rate = (8 * bytes.length) / (width * height);
    process.stdout.write(
      `${file}: ${width} x ${height}, ${bytes.length} bytes, ${rate.toFixed(3)} bpp, network ${sandwich.network}\n`,
    );
  } finally {
    sandwich.dispose();
  }
}

export const compressModule: CommandModule<object, CompressArguments> = {
  command: 'compress <run> <picture> <file>',
  describe: 'Write a picture through trained networks as a standard JPEG, WebP, AVIF, HEIC or JPEG XL file',
  builder: (yargs) =>
    yargs
      .positional('run', { type: 'string', demandOption: true, describe: 'Run directory, packed or not' })
      .positional('picture', { type: 'string', demandOption: true, describe: 'PNG, JPEG, WebP or TIFF' })
      .positional('file', {
        type: 'string',
        demandOption: true,
        describe: `Its extension names the codec: ${Object.keys(CODECS).join(', ')}`,
      })
      .option('qstep', {
        type: 'number',
        describe: 'JPEG: step of flat quantisation tables, 1 to 255; default the trained step',
      })
      .option('quality', { type: 'number', describe: "1 to 100; for JPEG of Annex K's tables; default of others 75" })
      .option('checkpoint', checkpointOption)
      .option('force', { type: 'boolean', describe: 'Overwrite the file if it is there' })
      .options(engineOptions) as Argv<CompressArguments>,
  handler: compressCommand,
};
