import { startEngine, withoutEngine } from '@sandwich/engine';
import { checkOutputs, writeFileAtomically } from '@sandwich/files';
import { loadRecognisers, openJ4dPictures, type SearchedTables, searchTables } from '@sandwich/models';
import { centreRegion, cropPicture, type Picture } from '@sandwich/pictures';
import { required, withDefault } from '../command-line/argument.js';
import { defineCommand } from '../command-line/command.js';
import { count, positive, positives } from '../command-line/numbers.js';
import { images, inputFile, outputFile } from '../command-line/paths.js';
import { text } from '../command-line/texts.js';
import { type EngineArguments, engineOf, engineOptions } from './options/engine-options.js';
import { forceOption } from './options/run-options.js';

export interface TableSearchArguments extends EngineArguments {
  recognisers: string;
  weights?: string;
  images: string;
  crop?: number;
  limit?: number;
  folds: number;
  rate: number;
  rates?: number[];
  evaluations: number;
  out: string;
  force?: boolean;
}

/** Searches tables for each fold on the other ones, and writes them as points that `table-accuracy` judges. */
export async function tableSearchCommand(args: TableSearchArguments): Promise<void> {
  const { recognisers: names, weights = '', images: path, crop, limit, folds, rate, evaluations, out, force } = args;
  const { rates = [rate] } = args;
  await checkOutputs([out], { force });
  const note = (line: string) => process.stderr.write(`${line}\n`);
  const load = async () => {
    const loaded = await loadRecognisers({ recognisers: names, weights });
    if (loaded.length !== 1) throw new Error(`table-search looks for tables for one classifier, got ${names}`);
    return loaded[0];
  };
  const foldOf = (fold: number) => openJ4dPictures({ folds, fold, more: '' }, { images: path, limit, note }, path);
  const sets = await Promise.all(Array.from({ length: folds }, (_, fold) => foldOf(fold)));
  await withoutEngine(async () => (await load()).dispose());
  await startEngine(engineOf(args));
  const recogniser = await load();
  try {
    const found: SearchedTables[] = [];
    for (const [fold, set] of sets.entries()) {
      const pictures: Picture<Uint8Array>[] = [];
      for (const i of set.labels.keys()) {
        const picture = await set.picture(i);
        pictures.push(crop === undefined ? picture : cropPicture(picture, centreRegion(picture, crop)));
      }
      const onShape = (tried: number, { shape, value }: { shape: object; value: number }) =>
        note(`fold ${fold}, ${tried}/${evaluations}: ${value.toFixed(4)} ${JSON.stringify(shape)}`);
      const of = { recogniser, pictures, labels: set.labels };
      found.push(await searchTables({ ...of, rate, rates, evaluations, onShape }));
    }
    const points = rates.map((bpp, i) => ({
      name: `search at ${rate} bpp, for ${bpp} bpp`,
      tables: found.map(({ tables }) => tables[i]),
    }));
    const shapes = found.map(({ shape }) => shape);
    await writeFileAtomically(
      out,
      `${JSON.stringify({ recogniser: names, folds, rate, shapes, points }, undefined, 1)}\n`,
    );
    process.stdout.write(`${out}\n`);
  } finally {
    recogniser.dispose();
  }
}

export const tableSearchDefinition = defineCommand({
  name: 'table-search',
  describe: 'Search low-pass tables with which a classifier recognises the most in real files of a rate',
  operands: {},
  options: {
    recognisers: withDefault(text('The classifier', 'name'), 'resnet20'),
    weights: inputFile('Its weights; default those in SANDWICH_DATA'),
    images: required(images('Labelled pictures: folder, CSV list or binary files of CIFAR')),
    crop: count('Side of the middle that is taken of each picture, pixels; default all of it'),
    limit: count('Use only this many pictures, the first ones'),
    folds: withDefault(
      count('Parts into which the pictures are split by turns; tables for each are searched on the others'),
      2,
    ),
    rate: withDefault(positive('Bits a pixel of the scan at which shapes are compared'), 0.5),
    rates: positives('Bits a pixel for which tables of the best shape are written; default the same'),
    evaluations: withDefault(count('How many shapes are tried for each fold'), 40),
    out: required(outputFile('JSON file for the tables')),
    force: forceOption,
    ...engineOptions,
  },
  run: tableSearchCommand,
});
