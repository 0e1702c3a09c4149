import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { codecs, effectiveJpegSize, isL3ix, readL3ix, symbolEntropy } from '@sandwich/codecs';
import { evaluationImages, loadImage } from '@sandwich/data';
import { startEngine, withoutEngine } from '@sandwich/engine';
import { measureFile, type RateDistortionRow, rateDistortionCsv } from '@sandwich/evaluation';
import { checkOutputs, writeFileAtomically } from '@sandwich/files';
import { textTable } from '@sandwich/inspector';
import { centreRegion, cropPicture, type Picture, type PictureCodec } from '@sandwich/pictures';
import { loadCodec } from '@sandwich/runtime';
import { repeated, required, withDefault } from '../command-line/argument.js';
import { defineCommand } from '../command-line/command.js';
import { count, positives } from '../command-line/numbers.js';
import { images, outputFolder } from '../command-line/paths.js';
import { text } from '../command-line/texts.js';
import {
  atEffectiveRate,
  type JpegFile,
  type JpegRow,
  MATCHED_HEADS,
  matchedRows,
  similarityHeads,
  similarityRows,
} from '../rate-distortion-tables.js';
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

async function codeByRun(run: string, codec: PictureCodec, items: readonly Named[]): Promise<RateDistortionRow[]> {
  const rows: RateDistortionRow[] = [];
  for (const [image_id, { name: filename, picture }] of items.entries()) {
    const file = await codec.encode(picture);
    const output = await codec.decode(file);
    const entropy = isL3ix(file) ? { entropy: symbolEntropy(readL3ix(file).channels) } : {};
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

/** JPEG files of the pictures, each coded and measured once. */
async function jpegFiles(items: readonly Named[]): Promise<JpegFile> {
  const jpeg = await codecs.jpeg({ subsampling: '4:4:4' });
  const known = new Map<string, JpegRow>();
  return async (image_id, quality) => {
    const key = `${image_id} ${quality}`;
    const earlier = known.get(key);
    if (earlier) return earlier;
    const { name: filename, picture } = items[image_id];
    const file = await jpeg.encode(picture, quality);
    const measured = measureFile(picture, await jpeg.decode(file), file.length);
    const effective_bytes = effectiveJpegSize(file);
    const row = { image_id, filename, codec: 'jpeg', quality, ...measured, effective_bytes };
    known.set(key, row);
    return row;
  };
}

/** Compares learned codecs with JPEG as the neural imaging toolbox does. */
export async function rateDistortionCommand(args: RateDistortionArguments): Promise<void> {
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
  const jpeg = await jpegFiles(items);
  const jpegRows: RateDistortionRow[] = [];
  for (const image_id of items.keys()) {
    for (const quality of JPEG_QUALITIES) jpegRows.push(await jpeg(image_id, quality));
  }
  await writeFileAtomically(files[0], rateDistortionCsv(jpegRows));
  const rows: RateDistortionRow[] = [];
  const matched: string[][] = [];
  for (const run of runs) {
    const codec = await loadCodec(run);
    try {
      const own = await codeByRun(run, codec, items);
      rows.push(...own);
      matched.push(...(await matchedRows(basename(run), own, jpeg)));
    } finally {
      codec.dispose?.();
    }
  }
  await writeFileAtomically(files[1], rateDistortionCsv(rows));
  const table = [
    ...similarityRows('DCN', rows, rates),
    ...similarityRows('JPEG 4:4:4', jpegRows, rates),
    ...similarityRows('JPEG 4:4:4, effective bits', jpegRows.map(atEffectiveRate), rates),
  ];
  process.stdout.write(`${textTable(similarityHeads(rates), table)}\n\n`);
  process.stdout.write(`${textTable(MATCHED_HEADS, matched)}\n${files.join('\n')}\n`);
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
  run: rateDistortionCommand,
});
