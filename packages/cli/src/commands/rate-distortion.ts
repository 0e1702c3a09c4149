import { basename, join } from 'node:path';
import { isL3ix, readL3ix, symbolEntropy } from '@sandwich/codecs';
import { evaluationImages, loadImage } from '@sandwich/data';
import { startEngine, withoutEngine } from '@sandwich/engine';
import { measureFile, type RateDistortionRow, rateDistortionCsv } from '@sandwich/evaluation';
import { checkOutputs, makeFolder, writeFileAtomically } from '@sandwich/files';
import { textTable } from '@sandwich/inspector';
import { DcnCodec, type DcnEncodeOptions, hasRange, RANGE_QUALITIES } from '@sandwich/models';
import {
  centreRegion,
  cropPicture,
  type Picture,
  type PictureCodec,
  reducePicture,
  withBitDepth,
} from '@sandwich/pictures';
import { loadCodec } from '@sandwich/runtime';
import { repeated, required, withDefault } from '../command-line/argument.js';
import { defineCommand } from '../command-line/command.js';
import { count, positives } from '../command-line/numbers.js';
import { images, outputFolder } from '../command-line/paths.js';
import { choices, text } from '../command-line/texts.js';
import { type Anchor, type AnchorName, anchorFiles, anchorNames, openAnchors } from '../rate-distortion-anchors.js';
import {
  atEffectiveRate,
  curveHeads,
  curveRows,
  MATCHED_HEADS,
  matchedRows,
  RUN_HEADS,
  runRow,
} from '../rate-distortion-tables.js';
import { type EngineArguments, engineOf, engineOptions } from './options/engine-options.js';
import { forceOption } from './options/run-options.js';

export interface RateDistortionArguments extends EngineArguments {
  runs: string[];
  images?: string;
  reduce?: number;
  crop?: number;
  limit?: number;
  codecs?: AnchorName[];
  rates: number[];
  out: string;
  force?: boolean;
}

type Named = { name: string; picture: Picture<Uint8Array, 3> };

/** What a run's pictures are coded with, by the name of what it makes: a network of a range of rates draws a curve. */
const pointsOf = (run: string, codec: PictureCodec): [name: string, options: DcnEncodeOptions][] =>
  codec instanceof DcnCodec && hasRange(codec)
    ? RANGE_QUALITIES.map((quality) => [`${run}, quality ${quality}`, { quality }])
    : [[run, {}]];

async function codeByRun(
  name: string,
  codec: PictureCodec,
  options: DcnEncodeOptions,
  items: readonly Named[],
): Promise<RateDistortionRow[]> {
  const rows: RateDistortionRow[] = [];
  for (const [image_id, { name: filename, picture }] of items.entries()) {
    const file = await codec.encode(picture, options);
    const output = await codec.decode(file);
    const entropy = isL3ix(file) ? { entropy: symbolEntropy(readL3ix(file).channels) } : {};
    rows.push({
      image_id,
      filename,
      codec: isL3ix(file) ? 'dcn' : 'sandwich',
      model_dir: name,
      ...measureFile(picture, output, file.length),
      ...entropy,
    });
  }
  return rows;
}

/** A picture reduced by a whole factor, to 8 bits. */
async function reduced(picture: Picture<Uint8Array, 3>, factor = 1): Promise<Picture<Uint8Array, 3>> {
  if (factor === 1) return picture;
  return { ...picture, ...(withBitDepth(await reducePicture(picture, factor), 8) as Picture<Uint8Array>), channels: 3 };
}

/** Compares learned codecs with JPEG, JPEG 2000 and BPG as the neural imaging toolbox does. */
export async function rateDistortionCommand(args: RateDistortionArguments): Promise<void> {
  const { runs, reduce, crop, limit, rates, out, force } = args;
  const anchors = await openAnchors(args.codecs, (text) => process.stderr.write(`${text}\n`));
  const fileOf = (key: string) => join(out, `${key}.csv`);
  const files = [...anchors.map(({ key }) => fileOf(key)), fileOf('dcn')];
  await checkOutputs(files, { force, makesFolders: true });
  await withoutEngine(async () => {
    for (const run of runs) {
      const codec = await loadCodec(run, { note: () => {} });
      codec.dispose?.();
      if (codec.bitDepth !== 8)
        throw new Error(
          `${run} codes pictures of ${codec.bitDepth} bits a sample, rate-distortion compares those of 8`,
        );
    }
  });
  const paths = await (await evaluationImages(args.images)).images();
  const items: Named[] = [];
  for (const path of paths.slice(0, limit)) {
    const picture = await reduced(await loadImage(path), reduce);
    items.push({
      name: basename(path),
      picture: crop === undefined ? picture : cropPicture(picture, centreRegion(picture, crop)),
    });
  }
  await startEngine(engineOf(args));
  await makeFolder(out);
  const measured: { anchor: Anchor; coded: ReturnType<typeof anchorFiles>; rows: RateDistortionRow[] }[] = [];
  for (const anchor of anchors) {
    const coded = anchorFiles(anchor, items);
    const rows: RateDistortionRow[] = [];
    for (const image_id of items.keys()) {
      for (const quality of anchor.qualities) rows.push(await coded(image_id, quality));
    }
    await writeFileAtomically(fileOf(anchor.key), rateDistortionCsv(rows));
    measured.push({ anchor, coded, rows });
  }
  const rows: RateDistortionRow[] = [];
  const means: string[][] = [];
  const matched: string[][] = [];
  for (const run of runs) {
    const codec = await loadCodec(run);
    try {
      for (const [name, options] of pointsOf(run, codec)) {
        const own = await codeByRun(name, codec, options, items);
        rows.push(...own);
        means.push(runRow(basename(name), own));
        for (const { anchor, coded } of measured)
          matched.push(...(await matchedRows(basename(name), own, anchor, coded)));
      }
    } finally {
      codec.dispose?.();
    }
  }
  await writeFileAtomically(fileOf('dcn'), rateDistortionCsv(rows));
  const print = (text: string) => process.stdout.write(`${text}\n\n`);
  print(textTable(RUN_HEADS, means));
  for (const measure of ['ssim', 'msssim', 'psnr'] as const) {
    const table = curveRows(measure, 'DCN', rows, rates);
    for (const { anchor, rows } of measured) {
      table.push(
        ...curveRows(measure, anchor.name, rows, rates),
        ...curveRows(measure, `${anchor.name}, effective bits`, rows.map(atEffectiveRate), rates),
      );
    }
    if (table.length > 0) print(textTable(curveHeads(measure, rates), table));
  }
  if (matched.length > 0) print(textTable(MATCHED_HEADS, matched));
  process.stdout.write(`${files.join('\n')}\n`);
}

export const rateDistortionDefinition = defineCommand({
  name: 'rate-distortion',
  describe:
    'Compare learned codecs with JPEG, JPEG 2000 and BPG: SSIM at rates, files matched by bisection, CSV files in the columns of the neural imaging toolbox',
  operands: {
    runs: required(repeated(text('Run directories of one curve, packed or not', 'run'))),
  },
  options: {
    images: images(
      'Folder, glob, list (.txt) or file of photographs; default the Kodak photographs, if they are there',
    ),
    reduce: count('Whole factor by which pictures are reduced first, such as 2; default 1'),
    crop: count('Side of the middle that is taken of each picture, pixels; default all of it'),
    limit: count('Use only this many pictures, the first ones'),
    codecs: choices('Codecs to compare with', anchorNames, 'default those that are installed'),
    rates: withDefault(positives('Bits per pixel of whole files at which curves are compared'), [0.5, 1, 2]),
    out: required(outputFolder('Folder for the CSV files')),
    force: forceOption,
    ...engineOptions,
  },
  run: rateDistortionCommand,
});
