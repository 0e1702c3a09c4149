import type { Subsampling } from '@sandwich/codecs';
import { checkOutputs, writeFileAtomically } from '@sandwich/files';
import {
  dctSensitivities,
  lowPassFamily,
  lowPassRadii,
  openJ4dPictures,
  rateDistortionFamily,
  type SearchedTables,
  searchTables,
  type TableFamily,
} from '@sandwich/models';
import { required, withDefault } from '../command-line/argument.js';
import { defineCommand } from '../command-line/command.js';
import { count, positive, positives } from '../command-line/numbers.js';
import { images, outputFile } from '../command-line/paths.js';
import { choice } from '../command-line/texts.js';
import { engineOptions } from './options/engine-options.js';
import { cropOption, limitOption } from './options/picture-options.js';
import { forceOption } from './options/run-options.js';
import { subsamplingOption } from './options/subsampling-option.js';
import { trellisOption } from './options/trellis-option.js';
import { picturesOf } from './pictures-of.js';
import {
  checkOneRecogniser,
  type RecogniserArguments,
  recogniserOptions,
  startWithRecognisers,
} from './start-with-recognisers.js';

const families = ['low-pass', 'sensitivity'] as const;

export interface TableSearchArguments extends RecogniserArguments {
  images: string;
  crop?: number;
  limit?: number;
  family: (typeof families)[number];
  folds: number;
  rate: number;
  rates?: number[];
  evaluations: number;
  radius?: number;
  /** Squared steps that are worth a bit. */
  trellis?: number;
  /** Chroma of the files. */
  subsampling: Subsampling;
  out: string;
  force?: boolean;
}

/** @throws Error for several classifiers, a radius of other tables than low-pass ones, or sensitivities where chroma is reduced */
function checkTableSearchArguments(args: TableSearchArguments): void {
  checkOneRecogniser(args);
  const { family, radius, subsampling } = args;
  if (radius !== undefined && family !== 'low-pass')
    throw new Error(`--radius is for --family low-pass, and it is ${family}`);
  if (subsampling !== '4:4:4' && family === 'sensitivity')
    throw new Error(`--family sensitivity measures chroma in 4:4:4, and --subsampling is ${subsampling}`);
}

/** Searches tables for each fold on the other ones, and writes them as points that `table-accuracy` judges. */
export async function tableSearchCommand(args: TableSearchArguments): Promise<void> {
  const { recognisers: names, images: path, crop, limit, family, folds, rate, evaluations, radius, out, force } = args;
  const { rates = [rate], trellis, subsampling } = args;
  await checkOutputs([out], { force });
  const note = (line: string) => process.stderr.write(`${line}\n`);
  const foldOf = (fold: number) => openJ4dPictures({ folds, fold, more: '' }, { images: path, limit, note }, path);
  const sets = await Promise.all(Array.from({ length: folds }, (_, fold) => foldOf(fold)));
  const [recogniser] = await startWithRecognisers(args, sets, crop);
  try {
    const found: SearchedTables<object>[] = [];
    for (const [fold, set] of sets.entries()) {
      const pictures = await picturesOf(set, crop);
      const { labels } = set;
      const onShape = (tried: number, { shape, value }: { shape: object; value: number }, judged: number) =>
        note(
          `fold ${fold}, ${tried}/${evaluations}, by ${judged} pictures: ${value.toFixed(4)} ${JSON.stringify(shape)}`,
        );
      const search = <Shape extends Record<keyof Shape, number>>(family: TableFamily<Shape>) =>
        searchTables({ family, recogniser, pictures, labels, rate, rates, evaluations, trellis, subsampling, onShape });
      found.push(
        family === 'low-pass'
          ? await search(lowPassFamily({ radius }))
          : await search(
              rateDistortionFamily(await dctSensitivities([recogniser], set, { cropSize: crop, counts: true, note })),
            ),
      );
    }
    const points = rates.map((bpp, i) => ({
      name: `search at ${rate} bpp, for ${bpp} bpp`,
      tables: found.map(({ tables }) => tables[i]),
    }));
    const shapes = found.map(({ shape }) => shape);
    await writeFileAtomically(
      out,
      `${JSON.stringify({ recogniser: names, family, folds, rate, trellis, subsampling, shapes, points }, undefined, 1)}\n`,
    );
    process.stdout.write(`${out}\n`);
  } finally {
    recogniser.dispose();
  }
}

export const tableSearchDefinition = defineCommand({
  name: 'table-search',
  describe: 'Search tables with which a classifier recognises the most in real files of a rate',
  operands: {},
  options: {
    ...recogniserOptions,
    images: required(images('Labelled pictures: folder, CSV list or binary files of CIFAR')),
    crop: cropOption,
    limit: limitOption,
    family: withDefault(
      choice(
        'Among which tables: low-pass ones, or those by how sensitive the classifier is to each coefficient',
        families,
      ),
      'low-pass',
    ),
    folds: withDefault(
      count('Parts into which the pictures are split by turns; tables for each are searched on the others'),
      2,
    ),
    rate: withDefault(positive('Bits a pixel of the scan at which shapes are compared'), 0.5),
    rates: positives('Bits a pixel for which tables of the best shape are written; default the same'),
    radius: positive(
      "Distance from DC, 1 to 10, up to which the first shape keeps luma's frequencies; default 4.5",
      lowPassRadii,
    ),
    trellis: trellisOption,
    subsampling: withDefault(subsamplingOption(), '4:4:4'),
    evaluations: withDefault(count('How many shapes are tried for each fold'), 40),
    out: required(outputFile('JSON file for the tables')),
    force: forceOption,
    ...engineOptions,
  },
  check: checkTableSearchArguments,
  run: tableSearchCommand,
});
