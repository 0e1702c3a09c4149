import { basename, join } from 'node:path';
import { evaluationImages, loadImage } from '@sandwich/data';
import { startEngine, withoutEngine } from '@sandwich/engine';
import { type RateDistortionRow, rateDistortionCsv } from '@sandwich/evaluation';
import { checkOutputs, makeFolder, writeFileAtomically } from '@sandwich/files';
import { textTable } from '@sandwich/inspector';
import { centreCrop, type Picture, reducePicture, withBitDepth } from '@sandwich/pictures';
import { loadCodec } from '@sandwich/runtime';
import { repeated, required, withDefault } from '../command-line/argument.js';
import { defineCommand } from '../command-line/command.js';
import { count, positives } from '../command-line/numbers.js';
import { images, outputFolder } from '../command-line/paths.js';
import { choices, flag, text } from '../command-line/texts.js';
import {
  type AnchorName,
  anchorNames,
  failureOf,
  type MeasuredAnchor,
  measureAnchor,
  openAnchors,
} from '../rate-distortion-anchors.js';
import { codeByRun, curvesOf, type NamedPicture, pointsOf } from '../rate-distortion-runs.js';
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
import { cropOption, limitOption } from './options/picture-options.js';
import { forceOption } from './options/run-options.js';

export interface RateDistortionArguments extends EngineArguments {
  runs: string[];
  images?: string;
  reduce?: number;
  crop?: number;
  limit?: number;
  codecs?: AnchorName[];
  rates: number[];
  trellis?: boolean;
  out: string;
  force?: boolean;
}

/** A picture reduced by a whole factor, to 8 bits. */
async function reduced(picture: Picture<Uint8Array, 3>, factor = 1): Promise<Picture<Uint8Array, 3>> {
  if (factor === 1) return picture;
  return { ...picture, ...(withBitDepth(await reducePicture(picture, factor), 8) as Picture<Uint8Array>), channels: 3 };
}

/** Compares learned codecs with JPEG, JPEG 2000 and BPG as the neural imaging toolbox does. */
export async function rateDistortionCommand(args: RateDistortionArguments): Promise<void> {
  const { runs, reduce, crop, limit, rates, out, force } = args;
  const chosen = args.trellis ? { trellis: true } : {};
  const anchors = await openAnchors(args.codecs, (text) => process.stderr.write(`${text}\n`));
  const curves = await withoutEngine(() => curvesOf(runs, chosen));
  const fileOf = (key: string) => join(out, `${key}.csv`);
  const keys = [...anchors.map(({ key }) => key), ...curves.map(({ kind }) => kind)];
  await checkOutputs(keys.map(fileOf), { force, makesFolders: true });
  const paths = await (await evaluationImages(args.images)).images();
  const items: NamedPicture[] = [];
  for (const path of paths.slice(0, limit)) {
    const picture = await reduced(await loadImage(path), reduce);
    items.push({ name: basename(path), picture: centreCrop(picture, crop) });
  }
  await startEngine(engineOf(args));
  await makeFolder(out);
  const files: string[] = [];
  const write = async (key: string, rows: readonly RateDistortionRow[]) => {
    if (rows.length === 0) return;
    await writeFileAtomically(fileOf(key), rateDistortionCsv(rows));
    files.push(fileOf(key));
  };
  const failures: string[] = [];
  const measured: MeasuredAnchor[] = [];
  for (const anchor of anchors) {
    const { failure, ...one } = await measureAnchor(anchor, items);
    await write(anchor.key, one.rows);
    if (failure === undefined) measured.push(one);
    else failures.push(failure);
  }
  const means: string[][] = [];
  const matched: string[][] = [];
  const learned: { name: string; rows: RateDistortionRow[] }[] = [];
  for (const { kind, runs } of curves) {
    const rows: RateDistortionRow[] = [];
    for (const run of runs) {
      const codec = await loadCodec(run);
      try {
        for (const [name, options] of pointsOf(run, codec)) {
          const own = await codeByRun({ kind, name, options: { ...options, ...chosen } }, codec, items);
          rows.push(...own);
          means.push(runRow(basename(name), own));
          for (const { anchor, coded } of measured) {
            const found = await matchedRows(basename(name), own, anchor, coded).catch(failureOf(anchor));
            if (typeof found === 'string') failures.push(found);
            else matched.push(...found);
          }
        }
      } finally {
        codec.dispose?.();
      }
    }
    await write(kind, rows);
    learned.push({ name: kind, rows });
  }
  const print = (text: string) => process.stdout.write(`${text}\n\n`);
  print(textTable(RUN_HEADS, means));
  for (const measure of ['ssim', 'msssim', 'psnr'] as const) {
    const table = learned.flatMap(({ name, rows }) => curveRows(measure, name, rows, rates));
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
  if (failures.length > 0) throw new Error(`all else was measured, but ${failures.join('; ')}`);
}

export const rateDistortionDefinition = defineCommand({
  name: 'rate-distortion',
  describe:
    'Compare learned codecs with JPEG, JPEG 2000 and BPG: SSIM at rates, files matched by bisection, CSV files in the columns of the neural imaging toolbox',
  operands: {
    runs: required(repeated(text('Run directories, packed or not; those of one kind are one curve', 'run'))),
  },
  options: {
    images: images(
      'Folder, glob, list (.txt) or file of photographs; default the Kodak photographs, if they are there',
    ),
    reduce: count('Whole factor by which pictures are reduced first, such as 2; default 1'),
    crop: cropOption,
    limit: limitOption,
    codecs: choices('Codecs to compare with', anchorNames, 'default those that are installed'),
    rates: withDefault(positives('Bits per pixel of whole files at which curves are compared'), [0.5, 1, 2]),
    trellis: flag(
      'Choose levels by rate and distortion instead of rounding, of systems that have `compress --trellis`',
    ),
    out: required(outputFolder('Folder for the CSV files')),
    force: forceOption,
    ...engineOptions,
  },
  run: rateDistortionCommand,
});
