import { startEngine } from '@sandwich/engine';
import type { Argv, CommandModule } from 'yargs';
import { indexOfNearest } from '../index-of-nearest.js';
import { comparisonRow } from '../inspection/comparison-row.js';
import { type InspectedImage, inspectRun } from '../inspection/inspect-run.js';
import { parseRegion } from '../inspection/parse-region.js';
import { contactSheet, type SheetRow } from '../reports/contact-sheet.js';
import { readRunDescription, runFiles } from '../run-directory.js';
import { checkCount } from './check-arguments.js';
import { type EngineArguments, engineOf, engineOptions } from './engine-options.js';
import { checkOutput } from './output-file.js';
import { evaluationImagesOption } from './run-options.js';

export interface GalleryArguments extends EngineArguments {
  run: string[];
  out: string;
  images?: string;
  count?: number;
  rate?: number;
  region?: string;
}

const DEFAULT_RATE = 0.5;

/** Which of an image's codings has the rate nearest to the one asked for, by ratio. */
const nearestTo = (rate: number, { comparisons }: InspectedImage): number =>
  indexOfNearest(
    comparisons.map(({ sandwich }) => Math.log(sandwich.bpp)),
    Math.log(rate),
  );

/** Writes one figure of several runs. @returns its file */
export async function galleryCommand(args: GalleryArguments): Promise<string> {
  const { run: directories, out, images, count = 1, rate = DEFAULT_RATE } = args;
  checkCount('count', count);
  if (!(rate > 0)) throw new Error(`--rate takes bits per pixel above 0, got ${rate}`);
  const region = args.region === undefined ? undefined : parseRegion(args.region);
  for (const directory of directories) {
    await readRunDescription(directory);
    await checkOutput(out, runFiles(directory).configuration, true);
  }
  await startEngine(engineOf(args));
  const note = (text: string) => process.stderr.write(`${text}\n`);
  const rows: SheetRow[] = [];
  for (const directory of directories) {
    const inspected = await inspectRun(directory, { images, count, note });
    if (inspected.images.length === 0) throw new Error(`${directory} has no checkpoint`);
    for (const image of inspected.images) {
      const row = comparisonRow(image, nearestTo(rate, image), inspected.downsampleFactor, region);
      const [, ...enlarged] = row.images;
      rows.push({ label: `${inspected.inspection.title}: ${row.label}`, images: enlarged });
    }
  }
  await contactSheet(rows, out);
  process.stdout.write(`${out}\n`);
  return out;
}

export const galleryModule: CommandModule<object, GalleryArguments> = {
  command: 'gallery <run..>',
  describe:
    'Draw runs into one figure: original, bottleneck, its compressed form, reconstruction, plain codec at equal bits',
  builder: (yargs) =>
    yargs
      .positional('run', { type: 'string', array: true, demandOption: true, describe: 'Run directories, a row each' })
      .option('out', { type: 'string', default: 'gallery.png', describe: 'The figure, a PNG file' })
      .option('images', evaluationImagesOption)
      .option('count', { type: 'number', describe: 'How many of the images, evenly spread; default 1' })
      .option('rate', {
        type: 'number',
        describe: `Bits per pixel; of 1, 2 and 4 times the trained step the nearest is shown; default ${DEFAULT_RATE}`,
      })
      .option('region', {
        type: 'string',
        describe: 'What is shown of each image: left,top,width,height in pixels; default 96x96 in the middle',
      })
      .options(engineOptions) as unknown as Argv<GalleryArguments>,
  handler: async (args) => {
    await galleryCommand(args);
  },
};
