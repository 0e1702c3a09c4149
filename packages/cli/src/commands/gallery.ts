import { startEngine } from '@sandwich/engine';
import { byExtension } from '@sandwich/files';
import {
  checkInspection,
  comparisonRow,
  contactSheet,
  filesOfRun,
  hasWeights,
  type InspectedItem,
  indexOfNearest,
  inspectRun,
  type SheetRow,
} from '@sandwich/inspector';
import type { Region } from '@sandwich/pictures';
import { guardOutputs } from '@sandwich/trainer';
import { repeated, required, withDefault } from '../command-line/argument.js';
import { defineCommand } from '../command-line/command.js';
import { count, positive } from '../command-line/numbers.js';
import { outputFile, runDirectory } from '../command-line/paths.js';
import { region } from '../command-line/texts.js';
import { type EngineArguments, engineOf, engineOptions } from './options/engine-options.js';
import { evaluationImagesOption, forceOption } from './options/run-options.js';

export interface GalleryArguments extends EngineArguments {
  run: string[];
  out: string;
  images?: string;
  count?: number;
  rate?: number;
  region?: Region;
  force?: boolean;
}

const DEFAULT_RATE = 0.5;

/** Which of an item's codings has the rate nearest to the one asked for, by ratio. */
const nearestTo = (rate: number, { comparisons, picture: { width, height } }: InspectedItem): number =>
  indexOfNearest(
    comparisons.map(({ candidate }) => Math.log(candidate.bits / (width * height))),
    Math.log(rate),
  );

/** Writes one figure of several runs. @returns its file */
export async function galleryCommand(args: GalleryArguments): Promise<string> {
  const { run: directories, out, images, count = 1, rate = DEFAULT_RATE, region, force } = args;
  byExtension(out, { '.png': 'PNG' });
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
  const rows: SheetRow[] = [];
  for (const directory of directories) {
    const inspected = await inspectRun(directory, { images, count, note });
    for (const item of inspected.items) {
      const row = comparisonRow(item, nearestTo(rate, item), region);
      const [, ...enlarged] = row.images;
      rows.push({ label: `${inspected.shown.title}: ${row.label}`, images: enlarged });
    }
  }
  await contactSheet(rows, out);
  process.stdout.write(`${out}\n`);
  return out;
}

export const galleryDefinition = defineCommand({
  name: 'gallery',
  describe:
    'Draw runs into one figure: original, bottleneck, its compressed form, reconstruction, plain codec at equal bits',
  operands: { run: required(repeated(runDirectory('Run directories, a row each'))) },
  options: {
    out: withDefault(outputFile('Figure to make, a PNG file'), 'gallery.png'),
    force: forceOption,
    images: evaluationImagesOption,
    count: count('How many of the images, evenly spread; default 1'),
    rate: positive(
      `Bits per pixel; of 1, 2 and 4 times the trained step the nearest is shown; default ${DEFAULT_RATE}`,
      { max: 1000 },
    ),
    region: region('Region of each image to show, in pixels; default 96x96 in the middle'),
    ...engineOptions,
  },
  async run(args) {
    await galleryCommand(args);
  },
});
