import { assertSdr } from '@sandwich/data';
import { startEngine, withoutEngine } from '@sandwich/engine';
import { byExtension, writeFileAtomically } from '@sandwich/files';
import { checkWhole, filesOfRun } from '@sandwich/inspector';
import { type PictureCodec, readPictureHeader } from '@sandwich/pictures';
import { type CodecOptions, loadCodec, readRgbPicture } from '@sandwich/runtime';
import { guardOutputs } from '@sandwich/trainer';
import { checkCodecOptions } from '../check-codec-options.js';
import { required } from '../command-line/argument.js';
import { defineCommand, optionName } from '../command-line/command.js';
import { integer, positive } from '../command-line/numbers.js';
import { inputFile, outputFile, runDirectory } from '../command-line/paths.js';
import { flag } from '../command-line/texts.js';
import { tileProgress } from '../tile-progress.js';
import { type EngineArguments, engineOf, engineOptions } from './options/engine-options.js';
import { checkpointOption, forceOption } from './options/run-options.js';

export interface CompressArguments extends EngineArguments {
  run: string;
  picture: string;
  file: string;
  qstep?: number;
  stepScale?: number;
  quality?: number;
  trellis?: boolean;
  checkpoint?: string;
  force?: boolean;
}

const given = (options: CodecOptions): CodecOptions =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

/** How finely the file is to be coded, as far as that was said. */
const fineness = ({ qstep, stepScale, quality }: CompressArguments): CodecOptions =>
  given({ qstep, stepScale, quality });

/** @throws Error for options that exclude each other */
function checkCompressArguments(args: CompressArguments): void {
  const named = Object.keys(fineness(args)).map(optionName);
  if (named.length > 1) throw new Error(`give either ${named.join(' or ')}, not ${named.length > 2 ? 'all' : 'both'}`);
}

/** What the extension of the file and the options ask of a codec. @throws Error for an option that it does not have */
function optionsFor(args: CompressArguments, codec: Pick<PictureCodec, 'formats' | 'options'>) {
  const asked = given({ ...fineness(args), trellis: args.trellis });
  checkCodecOptions(args.run, codec, asked);
  return { ...byExtension<CodecOptions>(args.file, codec.formats as Record<string, CodecOptions>), ...asked };
}

/** Writes a picture through a run's system as a file of the format that its extension names. */
export async function compressCommand(args: CompressArguments): Promise<void> {
  const { run, picture, file, checkpoint, force } = args;
  checkCompressArguments(args);
  const header = await readPictureHeader(picture);
  const { bitDepth, transfer } = await withoutEngine(async () => {
    const codec = await loadCodec(run, { checkpoint, note: () => {} }).catch((error) => {
      // What cannot be loaded is not known to take linear light.
      assertSdr(picture, header);
      throw error;
    });
    try {
      const options = optionsFor(args, codec);
      if (args.qstep !== undefined && !codec.takesFractionalSteps) checkWhole(run, [args.qstep]);
      await codec.checkOptions?.(options);
      return { bitDepth: codec.bitDepth, transfer: codec.transfer };
    } finally {
      codec.dispose?.();
    }
  });
  if (transfer !== 'linear') assertSdr(picture, header);
  await guardOutputs([file], { inputs: [picture, ...(await filesOfRun(run))], force });
  const image = await readRgbPicture(picture, bitDepth, transfer);
  await startEngine(engineOf(args));
  const codec = await loadCodec(run, { checkpoint });
  try {
    const bytes = await codec.encode(image, { ...optionsFor(args, codec), onTile: tileProgress() });
    await writeFileAtomically(file, bytes);
    const { width, height } = image;
    const rate = (8 * bytes.length) / (width * height);
    const by = codec.name === undefined ? '' : `, ${codec.name}`;
    process.stdout.write(`${file}: ${width} x ${height}, ${bytes.length} bytes, ${rate.toFixed(3)} bpp${by}\n`);
  } finally {
    codec.dispose?.();
  }
}

export const compressDefinition = defineCommand({
  name: 'compress',
  describe:
    'Write a picture through a trained system as a file, of sandwiches a standard JPEG, WebP, AVIF, HEIC or JPEG XL file',
  operands: {
    run: required(runDirectory('Run directory, packed or not')),
    picture: required(inputFile('Picture to write: PNG, JPEG, WebP or TIFF')),
    file: required(
      outputFile(
        'File to make; its extension names the format, of sandwiches .jpg, .webp, .avif, .heic or .jxl, of DCNs .l3ix or .l3i, of factorised priors .fpic',
      ),
    ),
  },
  options: {
    qstep: positive(
      'Quantiser step, 1 to 255; for JPEG that of flat quantisation tables, default the trained tables; behind a companding curve the slope of such a step, down to fractions, default 1',
      { max: 255 },
    ),
    stepScale: positive(
      'For JPEG: factor on the steps of the trained quantisation tables; for other codecs behind learned attention that for which pictures are smoothed',
      { max: 255 },
    ),
    quality: integer(
      "Quality, 1 to 100; for JPEG that of Annex K's tables; default of the other codecs 75, of DCNs of a range of rates 50",
      { min: 1, max: 100 },
    ),
    trellis: flag(
      'For JPEG and DCNs: choose levels by rate and distortion instead of rounding, for a smaller file that any decoder reads',
    ),
    checkpoint: checkpointOption,
    force: forceOption,
    ...engineOptions,
  },
  check: checkCompressArguments,
  run: compressCommand,
});
