import { cpus } from 'node:os';
import { basename } from 'node:path';
import { evaluationImages, loadImage } from '@sandwich/data';
import { startEngine, withoutEngine } from '@sandwich/engine';
import { measureFile } from '@sandwich/evaluation';
import { textTable } from '@sandwich/inspector';
import { ConvolutionsAlone, type DcnCodec } from '@sandwich/models';
import { multipleOf, type Picture } from '@sandwich/pictures';
import { required, withDefault } from '../command-line/argument.js';
import { defineCommand } from '../command-line/command.js';
import { runDirectory } from '../command-line/paths.js';
import { pixelSizes } from '../command-line/texts.js';
import { loadDcnCodec } from '../load-dcn-codec.js';
import { median } from '../median.js';
import { type EngineArguments, engineOf, engineOptions } from './options/engine-options.js';
import { limitOption } from './options/picture-options.js';
import { checkpointOption, evaluationImagesOption } from './options/run-options.js';

type Size = { width: number; height: number };
type Rgb = Picture<Uint8Array, 3>;

export interface BenchmarkArguments extends EngineArguments {
  run: string;
  images?: string;
  limit?: number;
  sizes: string[];
  checkpoint?: string;
}

/** What is timed, in the order of the table. */
const PARTS = [
  'full compression',
  'full decompression',
  'encoder',
  'decoder',
  'convolutions of the encoder',
  'of the decoder',
] as const;
/** Height and width of a symbol. */
const STRIDE = 8;
const LEAST_SSIM = 0.5;

/** Seconds of the published table, full compression and decompression of the medium model. */
const PUBLISHED: Record<string, Record<string, [compression: number, decompression: number]>> = {
  '512x512': { 'i7-7700 (4 cores)': [0.2272, 0.3317], 'i7-9770': [0.0762, 0.1397], 'GF 2080S': [0.0421, 0.0399] },
  '1920x1080': { 'i7-7700 (4 cores)': [1.8753, 2.7901], 'i7-9770': [0.608, 1.1728], 'GF 2080S': [0.1343, 0.132] },
};

function sizeOf(name: string): Size {
  const [width, height] = name.split('x').map(Number);
  return { width, height };
}

/** The middle of a picture of a size; where it is smaller it goes on mirrored. */
function ofSize({ data, ...from }: Rgb, { width, height }: Size): Rgb {
  const mirrored = (at: number, length: number) => {
    const within = ((at % (2 * length)) + 2 * length) % (2 * length);
    return within < length ? within : 2 * length - 1 - within;
  };
  const [left, top] = [Math.floor((from.width - width) / 2), Math.floor((from.height - height) / 2)];
  const made = new Uint8Array(width * height * 3);
  for (let y = 0, i = 0; y < height; y++) {
    const row = mirrored(top + y, from.height) * from.width;
    for (let x = 0; x < width; x++) {
      const at = 3 * (row + mirrored(left + x, from.width));
      for (let c = 0; c < 3; c++) made[i++] = data[at + c];
    }
  }
  return { data: made, width, height, channels: 3 };
}

/** Times of all parts of one picture, in turns, so that what else a machine does falls on all of them; seconds. */
async function timesOf(codec: DcnCodec, picture: Rgb, alone: readonly ConvolutionsAlone[]): Promise<number[]> {
  const file = await codec.encode(picture);
  const planes = await codec.symbolsOfFile(file);
  const work: (() => unknown)[] = [
    () => codec.encode(picture),
    () => codec.decode(file),
    () => codec.symbols(picture),
    () => codec.pictureOf(planes),
    ...alone.map((convolutions) => () => convolutions.run()),
  ];
  const times: number[] = [];
  for (const part of work) {
    const begin = performance.now();
    await part();
    times.push((performance.now() - begin) / 1000);
  }
  return times;
}

/** Codes pictures of one size. @returns median seconds of the parts */
async function benchmarkSize(codec: DcnCodec, pictures: readonly (Rgb & { name: string })[], sizeName: string) {
  const size = sizeOf(sizeName);
  const padded = { width: multipleOf(STRIDE, size.width), height: multipleOf(STRIDE, size.height) };
  const latent = { width: padded.width / STRIDE, height: padded.height / STRIDE };
  const alone = [new ConvolutionsAlone(codec.dcn.encoder, padded), new ConvolutionsAlone(codec.dcn.decoder, latent)];
  try {
    // The first pass takes memory and loads kernels.
    await timesOf(codec, ofSize(pictures[0], size), alone);
    const all: number[][] = [];
    for (const { name, ...whole } of pictures) {
      const picture = ofSize(whole, size);
      all.push(await timesOf(codec, picture, alone));
      const file = await codec.encode(picture);
      const { ssim, bpp } = measureFile(picture, await codec.decode(file), file.length);
      const quality = ssim === undefined ? 'too small for SSIM,' : `SSIM ${ssim.toFixed(4)} at`;
      const isLow = ssim !== undefined && ssim <= LEAST_SSIM;
      const low = isLow ? `: an SSIM below ${LEAST_SSIM} is none of a trained network` : '';
      process.stdout.write(`${name} ${sizeName}: ${quality} ${bpp.toFixed(3)} bpp${low}\n`);
    }
    return PARTS.map((_, part) => median(all.map((times) => times[part])));
  } finally {
    for (const convolutions of alone) convolutions.dispose();
  }
}

/** Times a learned codec on pictures of some sizes, beside its convolutions alone. */
export async function benchmarkCommand(args: BenchmarkArguments): Promise<void> {
  const { run, limit, sizes, checkpoint } = args;
  await withoutEngine(async () => (await loadDcnCodec(run, { checkpoint, note: () => {} })).dispose());
  const source = await evaluationImages(args.images);
  const pictures: (Rgb & { name: string })[] = [];
  for (const path of (await source.images()).slice(0, limit)) {
    pictures.push({ ...(await loadImage(path)), name: basename(path) });
  }
  const { threads } = await startEngine(engineOf(args));
  const codec = await loadDcnCodec(run, { checkpoint });
  const seconds: number[][] = [];
  try {
    for (const size of sizes) seconds.push(await benchmarkSize(codec, pictures, size));
  } finally {
    codec.dispose();
  }
  const parts = seconds.map((times, i) => [
    sizes[i],
    ...times.map((time) => time.toFixed(4)),
    (times[0] / times[4]).toFixed(2),
    (times[1] / times[5]).toFixed(2),
  ]);
  process.stdout.write(
    `\nmedian seconds of ${pictures.length} pictures; ratios of full coding to convolutions alone\n`,
  );
  process.stdout.write(`${textTable(['size', ...PARTS, 'ratio', 'ratio'], parts)}\n\n`);
  const known = sizes.map((size) => PUBLISHED[size]);
  const machines = [...new Set(known.flatMap((rows) => Object.keys(rows ?? {})))];
  const head = sizes.flatMap((size) => [`compression ${size}`, `decompression ${size}`]);
  const published = machines.map((machine) => [
    machine,
    ...known.flatMap((rows) => rows?.[machine]?.map((time) => time.toFixed(4)) ?? ['', '']),
  ]);
  const here = `${cpus()[0]?.model.trim() ?? 'this machine'}, ${threads} threads, ${codec.dcn.architecture.features} channels`;
  const own = [here, ...seconds.flatMap((times) => [times[0].toFixed(4), times[1].toFixed(4)])];
  process.stdout.write(`${textTable(['seconds', ...head], [own, ...published])}\n`);
}

export const benchmarkDefinition = defineCommand({
  name: 'benchmark',
  describe: 'Time a learned codec: full compression and decompression, its networks, and its convolutions alone',
  operands: { run: required(runDirectory('Run directory, packed or not')) },
  options: {
    images: evaluationImagesOption,
    limit: limitOption,
    sizes: withDefault(
      pixelSizes('Sizes to which the middle of pictures is cut, or goes on mirrored', { max: 16_384 }),
      ['512x512', '1920x1080'],
    ),
    checkpoint: checkpointOption,
    ...engineOptions,
  },
  run: benchmarkCommand,
});
