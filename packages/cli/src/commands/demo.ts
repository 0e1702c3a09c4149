import { startEngine, withoutEngine } from '@sandwich/engine';
import { measureFile } from '@sandwich/evaluation';
import { byExtension } from '@sandwich/files';
import { filesOfRun } from '@sandwich/inspector';
import { type Picture, type PictureCodec, pictureEncoder, writePicture } from '@sandwich/pictures';
import { loadCodec, readRgbPicture } from '@sandwich/runtime';
import { guardOutputs } from '@sandwich/trainer';
import { required } from '../command-line/argument.js';
import { defineCommand } from '../command-line/command.js';
import { inputFile, outputFile, runDirectory } from '../command-line/paths.js';
import { shownQuality } from '../shown-quality.js';
import { type EngineArguments, engineOf, engineOptions } from './options/engine-options.js';
import { checkpointOption, forceOption } from './options/run-options.js';

export interface DemoArguments extends EngineArguments {
  run: string;
  picture: string;
  checkpoint?: string;
  out?: string;
  force?: boolean;
}

/** Two pictures of one size, one beside the other. */
function sideBySide(left: Picture<Uint8Array>, right: Picture<Uint8Array>): Picture<Uint8Array> {
  const { width, height, channels } = left;
  const row = width * channels;
  const data = new Uint8Array(2 * row * height);
  for (let y = 0; y < height; y++) {
    data.set(left.data.subarray(y * row, (y + 1) * row), 2 * y * row);
    data.set(right.data.subarray(y * row, (y + 1) * row), (2 * y + 1) * row);
  }
  return { data, width: 2 * width, height, channels };
}

async function timed<T>(run: () => Promise<T>): Promise<[result: T, seconds: number]> {
  const begin = performance.now();
  return [await run(), (performance.now() - begin) / 1000];
}

/** Codes a picture, decodes it, and tells times, bytes and what was lost. */
export async function demoCommand(args: DemoArguments): Promise<void> {
  const { run, picture, checkpoint, out, force } = args;
  if (out !== undefined) {
    byExtension(out, { '.png': 'PNG' });
    pictureEncoder(out);
    await guardOutputs([out], { inputs: [picture, ...(await filesOfRun(run))], force });
  }
  const original = (await readRgbPicture(picture, 8)) as Picture<Uint8Array>;
  await withoutEngine(async () => {
    const codec = await loadCodec(run, { checkpoint, note: () => {} });
    codec.dispose?.();
    if (codec.bitDepth !== 8) throw new Error(`${run} codes pictures of ${codec.bitDepth} bits a sample, demo has 8`);
  });
  await startEngine(engineOf(args));
  const codec: PictureCodec = await loadCodec(run, { checkpoint });
  try {
    // The first pass takes memory and loads kernels.
    await codec.decode(await codec.encode(original));
    const [file, compression] = await timed(() => codec.encode(original));
    const [decoded, decompression] = await timed(async () => (await codec.decode(file)) as Picture<Uint8Array>);
    const measured = measureFile(original, decoded, file.length);
    const { width, height } = original;
    process.stdout.write(
      `${picture}: ${width} x ${height}, ${file.length} bytes (${measured.bpp.toFixed(3)} bpp), ${shownQuality(measured)}\n` +
        `full compression ${compression.toFixed(3)} s, full decompression ${decompression.toFixed(3)} s\n`,
    );
    if (out !== undefined) {
      await writePicture(out, sideBySide(original, decoded));
      process.stdout.write(`${out}: the original and what became of it\n`);
    }
  } finally {
    codec.dispose?.();
  }
}

export const demoDefinition = defineCommand({
  name: 'demo',
  describe: 'Code a picture by a trained codec and decode it: times, bytes, SSIM; both pictures side by side',
  operands: {
    run: required(runDirectory('Run directory, packed or not')),
    picture: required(inputFile('Picture: PNG, JPEG, WebP or TIFF')),
  },
  options: {
    out: outputFile('PNG file with the original and what became of it side by side; default none'),
    checkpoint: checkpointOption,
    force: forceOption,
    ...engineOptions,
  },
  run: demoCommand,
});
