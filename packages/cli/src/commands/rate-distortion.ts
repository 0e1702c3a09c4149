import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { codecs, effectiveJpegSize, isL3ix, readL3ix } from '@sandwich/codecs';
import { evaluationImages, loadImage } from '@sandwich/data';
import { startEngine, withoutEngine } from '@sandwich/engine';
import {
  fitSimilarityCurve,
  matchQuality,
  measureFile,
  qualityAt,
  type RateDistortionRow,
  rateDistortionCsv,
} from '@sandwich/evaluation';
import { checkOutputs, writeFileAtomically } from '@sandwich/files';
import { textTable } from '@sandwich/inspector';
import { centreRegion, cropPicture, type Picture, type PictureCodec } from '@sandwich/pictures';
import { loadCodec } from '@sandwich/runtime';
import { repeated, required, withDefault } from '../command-line/argument.js';
import { defineCommand } from '../command-line/command.js';
import { count, positives } from '../command-line/numbers.js';
import { images, outputFolder } from '../command-line/paths.js';
import { text } from '../command-line/texts.js';
import { type EngineArguments, engineOf, engineOptions } from './options/engine-options.js';
import { forceOption } from './options/run-options.js';

export interface RateDistortionArguments extends EngineArguments {
  runs: string[];
  images?: string;
  crop?: number;
  limit?: number;
  rates: number[];
  out: string;
  force?: boolean;
}

type Named = { name: string; picture: Picture<Uint8Array, 3> };

/** As the original measures JPEG. */
const JPEG_QUALITIES = Array.from({ length: 18 }, (_, i) => 95 - 5 * i);

/** Bits per symbol of what a file holds, all channels together. */
function entropyOf(file: Uint8Array): number {
  const counts = new Float64Array(256);
  for (const symbols of readL3ix(file).channels) for (const symbol of symbols) counts[symbol]++;
  const all = counts.reduce((sum, times) => sum + times);
  return counts.reduce((sum, times) => (times > 0 ? sum - (times / all) * Math.log2(times / all) : sum), 0);
}

async function codeByRun(run: string, codec: PictureCodec, items: readonly Named[]): Promise<RateDistortionRow[]> {
  const rows: RateDistortionRow[] = [];
  for (const [image_id, { name: filename, picture }] of items.entries()) {
    const file = await codec.encode(picture);
    const output = await codec.decode(file);
    const entropy = isL3ix(file) ? { entropy: entropyOf(file) } : {};
    rows.push({
      image_id,
      filename,
      codec: isL3ix(file) ? 'dcn' : 'sandwich',
      model_dir: run,
      ...measureFile(picture, output, file.length),
      ...entropy,
    });
  }
  return rows;
}

type Coder = (
  picture: Picture<Uint8Array>,
  quality: number,
) => Promise<Omit<RateDistortionRow, 'image_id' | 'filename'>>;

async function jpegCoder(): Promise<Coder> {
  const jpeg = await codecs.jpeg({ subsampling: '4:4:4' });
  return async (picture, quality) => {
    const file = await jpeg.encode(picture, quality);
    const output = await jpeg.decode(file);
    return {
      codec: 'jpeg',
      quality,
      ...measureFile(picture, output, file.length),
      effective_bytes: effectiveJpegSize(file),
    };
  };
}

/** The JPEG file of each picture whose SSIM, or whose rate, is nearest to that of a network's file. */
async function matches(
  run: string,
  rows: readonly RateDistortionRow[],
  items: readonly Named[],
  jpeg: Coder,
): Promise<string[][]> {
  const lines: string[][] = [];
  for (const by of ['ssim', 'bpp'] as const) {
    const found: Awaited<ReturnType<Coder>>[] = [];
    for (const row of rows) {
      const { picture } = items[row.image_id];
      const { quality } = await matchQuality(async (q) => (await jpeg(picture, q))[by], row[by]);
      found.push(await jpeg(picture, quality));
    }
    const mean = (of: (i: number) => number) => rows.reduce((sum, _, i) => sum + of(i), 0) / rows.length;
    lines.push([
      basename(run),
      by === 'ssim' ? 'SSIM' : 'bpp',
      mean((i) => rows[i].bpp).toFixed(3),
      mean((i) => rows[i].ssim).toFixed(4),
      mean((i) => found[i].quality!).toFixed(1),
      mean((i) => found[i].bpp).toFixed(3),
      mean((i) => found[i].ssim).toFixed(4),
    ]);
  }
  return lines;
}

/** Means over pictures of the SSIM on each picture's curve at some rates; empty where the curve of a picture does not reach. */
function atRates(
  name: string,
  rows: readonly RateDistortionRow[],
  rates: readonly number[],
  rateOf: (row: RateDistortionRow) => number,
) {
  const ids = [...new Set(rows.map(({ image_id }) => image_id))];
  const curves = ids.map((id) =>
    rows.filter(({ image_id }) => image_id === id).map((row) => ({ bpp: rateOf(row), quality: row.ssim })),
  );
  const mean = (values: (number | null)[]) => {
    const known = values.filter((value) => value !== null);
    if (known.length === 0) return '';
    const shown = (known.reduce((sum, value) => sum + value, 0) / known.length).toFixed(4);
    return known.length === ids.length ? shown : `${shown} (${known.length} of ${ids.length})`;
  };
  const fitted = curves[0].length >= 4 ? curves.map(fitSimilarityCurve) : undefined;
  return [
    [name, 'interpolated', ...rates.map((rate) => mean(curves.map((curve) => qualityAt(curve, rate))))],
    ...(fitted ? [[name, 'fitted', ...rates.map((rate) => mean(fitted.map((fit) => fit(rate))))]] : []),
  ];
}

/** Compares learned codecs with JPEG as the neural imaging toolbox does. */
export async function rateDistortionCommand(args: RateDistortionArguments): Promise<RateDistortionRow[]> {
  const { runs, crop, limit, rates, out, force } = args;
  const files = [join(out, 'jpeg.csv'), join(out, 'dcn.csv')];
  await checkOutputs(files, { force, makesFolders: true });
  await withoutEngine(async () => {
    for (const run of runs) (await loadCodec(run, { note: () => {} })).dispose?.();
  });
  const paths = await (await evaluationImages(args.images)).images();
  const items: Named[] = [];
  for (const path of paths.slice(0, limit)) {
    const picture = await loadImage(path);
    items.push({
      name: basename(path),
      picture: crop === undefined ? picture : cropPicture(picture, centreRegion(picture, crop)),
    });
  }
  await startEngine(engineOf(args));
  await mkdir(out, { recursive: true });
  const jpeg = await jpegCoder();
  const jpegRows: RateDistortionRow[] = [];
  for (const [image_id, { name: filename, picture }] of items.entries()) {
    for (const quality of JPEG_QUALITIES) jpegRows.push({ image_id, filename, ...(await jpeg(picture, quality)) });
  }
  await writeFileAtomically(files[0], rateDistortionCsv(jpegRows));
  const rows: RateDistortionRow[] = [];
  const matched: string[][] = [];
  for (const run of runs) {
    const codec = await loadCodec(run);
    try {
      const own = await codeByRun(run, codec, items);
      rows.push(...own);
      matched.push(...(await matches(run, own, items, jpeg)));
    } finally {
      codec.dispose?.();
    }
  }
  await writeFileAtomically(files[1], rateDistortionCsv(rows));
  const whole = ({ bpp }: RateDistortionRow) => bpp;
  const effective = ({ bpp, bytes, effective_bytes = bytes }: RateDistortionRow) => (bpp * effective_bytes) / bytes;
  const table = [
    ...atRates('DCN', rows, rates, whole),
    ...atRates('JPEG 4:4:4', jpegRows, rates, whole),
    ...atRates('JPEG 4:4:4, effective bits', jpegRows, rates, effective),
  ];
  const heads = ['codec', 'curve', ...rates.map((rate) => `SSIM at ${rate} bpp`)];
  process.stdout.write(`${textTable(heads, table)}\n\n`);
  const match = ['run', 'matched by', 'bpp', 'SSIM', 'JPEG quality', 'JPEG bpp', 'JPEG SSIM'];
  process.stdout.write(`${textTable(match, matched)}\n${files.join('\n')}\n`);
  return [...jpegRows, ...rows];
}

export const rateDistortionDefinition = defineCommand({
  name: 'rate-distortion',
  describe:
    'Compare learned codecs with JPEG: SSIM at rates, JPEG matched by bisection, CSV files in the columns of the neural imaging toolbox',
  operands: {
    runs: required(repeated(text('Run directories of one curve, packed or not', 'run'))),
  },
  options: {
    images: images(
      'Folder, glob, list (.txt) or file of photographs; default the Kodak photographs, if they are there',
    ),
    crop: count('Side of the middle that is taken of each picture, pixels; default all of it'),
    limit: count('Use only this many pictures, the first ones'),
    rates: withDefault(positives('Bits per pixel of whole files at which curves are compared'), [0.5, 1, 2]),
    out: required(outputFolder('Folder for the CSV files')),
    force: forceOption,
    ...engineOptions,
  },
  async run(args) {
    await rateDistortionCommand(args);
  },
});
