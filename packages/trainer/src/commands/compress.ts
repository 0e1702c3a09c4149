import { type CodecName, codecs } from '@sandwich/codecs';
import { assertSdr } from '@sandwich/data';
import { withoutEngine } from '@sandwich/engine';
import { byExtension, writeFileAtomically } from '@sandwich/files';
import { readPictureHeader } from '@sandwich/pictures';
import { required } from '../command-line/argument.js';
import { defineCommand } from '../command-line/command.js';
import { integer, positive } from '../command-line/numbers.js';
import { inputFile, outputFile, runDirectory } from '../command-line/paths.js';
import { loadSandwich, openSandwich } from '../library/load-sandwich.js';
import { readRgbPicture } from '../library/read-rgb-picture.js';
import { tileProgress } from '../logging/tile-progress.js';
import { filesOfRun, guardOutputs } from '../outputs.js';
import { type EngineArguments, engineOf, engineOptions } from './engine-options.js';
import { checkpointOption, forceOption } from './run-options.js';

export interface CompressArguments extends EngineArguments {
  run: string;
  picture: string;
  file: string;
  qstep?: number;
  stepScale?: number;
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

/** The codec that a file's extension names. @throws Error when it is none, or the options are not those of the codec */
function codecFor({ file, qstep, stepScale, quality }: CompressArguments): CodecName {
  const codec = byExtension(file, CODECS);
  const given = Object.entries({ '--qstep': qstep, '--step-scale': stepScale, '--quality': quality })
    .filter(([, value]) => value !== undefined)
    .map(([option]) => option);
  if (given.length > 1) throw new Error(`give either ${given.join(' or ')}, not ${given.length > 2 ? 'all' : 'both'}`);
  if (given[0] !== undefined && given[0] !== '--quality' && codec !== 'jpeg') {
    throw new Error(`${given[0]} is for JPEG only; ${codec} takes --quality`);
  }
  return codec;
}

/** Writes a picture through a run's networks as an image file of the codec that its extension names. */
export async function compressCommand(args: CompressArguments): Promise<void> {
  const { run, picture, file, qstep, stepScale, quality, checkpoint, force } = args;
  const codec = codecFor(args);
  await guardOutputs([file], { inputs: [picture, ...(await filesOfRun(run))], force });
  assertSdr(picture, await readPictureHeader(picture));
  const bitDepth = await withoutEngine(async () => {
    const sandwich = await openSandwich(run, { checkpoint, note: () => {} });
    sandwich.dispose();
    return sandwich.bitDepth;
  });
  await codecs[codec]();
  const image = await readRgbPicture(picture, bitDepth);
  const sandwich = await loadSandwich(run, { ...engineOf(args), checkpoint });
  try {
    const bytes = await sandwich.encode(image, { codec, qstep, stepScale, quality, onTile: tileProgress() });
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

export const compressDefinition = defineCommand({
  name: 'compress',
  describe: 'Write a picture through trained networks as a standard JPEG, WebP, AVIF, HEIC or JPEG XL file',
  operands: {
    run: required(runDirectory('Run directory, packed or not')),
    picture: required(inputFile('Picture to write: PNG, JPEG, WebP or TIFF')),
    file: required(outputFile(`File to make; its extension names the codec: ${Object.keys(CODECS).join(', ')}`)),
  },
  options: {
    qstep: integer('For JPEG: step of flat quantisation tables, 1 to 255; default the trained tables', {
      min: 1,
      max: 255,
    }),
    stepScale: positive('For JPEG: factor on the steps of the trained quantisation tables', { max: 255 }),
    quality: integer("Quality, 1 to 100; for JPEG that of Annex K's tables; default of the other codecs 75", {
      min: 1,
      max: 100,
    }),
    checkpoint: checkpointOption,
    force: forceOption,
    ...engineOptions,
  },
  check: codecFor,
  run: compressCommand,
});
