import { startEngine } from '@sandwich/engine';
import { byExtension } from '@sandwich/files';
import {
  type ComparisonRow,
  checkInspection,
  comparisonRow,
  contactSheet,
  filesOfRun,
  hasWeights,
  type InspectedItem,
  indexOfNearest,
  inspectRun,
  type SheetRow,
  sheetFormats,
} from '@sandwich/inspector';
import type { Region } from '@sandwich/pictures';
import { guardOutputs } from '@sandwich/trainer';
import { repeated, required, withDefault } from '../command-line/argument.js';
import { defineCommand } from '../command-line/command.js';
import { count, positive } from '../command-line/numbers.js';
import { outputFile, runDirectory } from '../command-line/paths.js';
import { names, region } from '../command-line/texts.js';
import { type EngineArguments, engineOf, engineOptions } from './options/engine-options.js';
import { evaluationImagesOption, forceOption } from './options/run-options.js';

export interface GalleryArguments extends EngineArguments {
  run: string[];
  out: string;
  images?: string;
  count?: number;
  rate?: number;
  region?: Region[];
  columns?: string[];
  height?: number;
  force?: boolean;
}

const DEFAULT_RATE = 0.5;

/** Which of an item's codings has the rate nearest to the one asked for, by ratio. */
const nearestTo = (rate: number, { comparisons, picture: { width, height } }: InspectedItem): number =>
  indexOfNearest(
    comparisons.map(({ candidate }) => Math.log(candidate.bits / (width * height))),
    Math.log(rate),
  );

/** The columns of rows that were asked for, in that order; by default all but the framed picture. */
function chosenColumns(rows: readonly ComparisonRow[], columns: readonly string[] | undefined): SheetRow[] {
  const known = [...new Set(rows.flatMap(({ images }) => images.map(({ column }) => column)))];
  const unknown = columns?.find((column) => !known.includes(column));
  if (unknown !== undefined) throw new Error(`--columns: there is no '${unknown}', but ${known.join(', ')}`);
  const chosen = columns ?? known.filter((column) => column !== 'framed');
  return rows.map(({ label, images }) => ({
    label,
    images: chosen.flatMap((name) => images.filter(({ column }) => column === name)),
  }));
}

/** Writes one figure of several runs. @returns its file */
export async function galleryCommand(args: GalleryArguments): Promise<string> {
  const { run: directories, out, images, count = 1, rate = DEFAULT_RATE, region, columns, height, force } = args;
  byExtension(out, sheetFormats);
  const note = (text: string) => process.stderr.write(`${text}\n`);
  const inputs: string[] = [];
  for (const directory of directories) {
    if (!(await hasWeights(directory))) throw new Error(`${directory} has no checkpoint`);
    inputs.push(
      ...(await checkInspection(directory, { images, count, region, note })),
      ...(await filesOfRun(directory)),
    );
  }
  await guardOutputs([out], { inputs, force });
  await startEngine(engineOf(args));
  const rows: ComparisonRow[] = [];
  for (const directory of directories) {
    const inspected = await inspectRun(directory, { images, count, note });
    for (const item of inspected.items) {
      for (const [i, shown] of (region ?? [undefined]).entries()) {
        const row = comparisonRow(item, nearestTo(rate, item), shown);
        rows.push({ ...row, label: i === 0 ? `${inspected.shown.title}: ${row.label}` : '' });
      }
    }
  }
  await contactSheet(chosenColumns(rows, columns), out, { height });
  process.stdout.write(`${out}\n`);
  return out;
}

export const galleryDefinition = defineCommand({
  name: 'gallery',
  describe:
    'Draw runs into one figure: original, bottleneck, its compressed form, reconstruction, plain codec at equal bits',
  operands: { run: required(repeated(runDirectory('Run directories, a row each'))) },
  options: {
    out: withDefault(outputFile('Figure to make, a PNG or lossless WebP file'), 'gallery.png'),
    force: forceOption,
    images: evaluationImagesOption,
    count: count('How many of the images, evenly spread; default 1'),
    rate: positive(
      `Bits per pixel; of 1, 2 and 4 times the trained step the nearest is shown; default ${DEFAULT_RATE}`,
      { max: 1000 },
    ),
    region: repeated(
      region('Region of each image to show, in pixels, several a row each; default 96x96 in the middle'),
    ),
    columns: names(
      'What to show, by the names of the columns: framed, original, views, sandwich, groups of anchors; default all but framed',
    ),
    height: count('Pixels to which the height of a region is enlarged, as nearly as a whole factor does it', {
      max: 4096,
    }),
    ...engineOptions,
  },
  async run(args) {
    await galleryCommand(args);
  },
});
