import { checkOutputs, writeFileAtomically } from '@sandwich/files';
import { dctSensitivities, openJ4dPictures } from '@sandwich/models';
import { required, withDefault } from '../command-line/argument.js';
import { defineCommand } from '../command-line/command.js';
import { count, integer } from '../command-line/numbers.js';
import { images, outputFile } from '../command-line/paths.js';
import { text } from '../command-line/texts.js';
import { engineOptions } from './options/engine-options.js';
import { cropOption, limitOption } from './options/picture-options.js';
import { forceOption } from './options/run-options.js';
import { type RecogniserArguments, startWithRecognisers } from './start-with-recognisers.js';

export interface TableSensitivityArguments extends RecogniserArguments {
  images: string;
  out: string;
  folds: number;
  fold: number;
  crop?: number;
  limit?: number;
  force?: boolean;
}

/** @throws Error for a part that there is not */
function checkTableSensitivityArguments({ folds, fold }: TableSensitivityArguments): void {
  if (fold > 0 && fold >= folds) throw new Error(`--fold must be less than --folds ${folds}, got ${fold}`);
}

/** Measures how sensitive classifiers are to each DCT coefficient of labelled pictures, and writes that as JSON. */
export async function tableSensitivityCommand(args: TableSensitivityArguments): Promise<void> {
  const { recognisers: names, images: path, out, folds, fold, crop, limit, force } = args;
  await checkOutputs([out], { force });
  const note = (line: string) => process.stderr.write(`${line}\n`);
  const pictures = await openJ4dPictures({ folds, fold, more: '' }, { images: path, limit, note }, path);
  const recognisers = await startWithRecognisers(args, [pictures], crop);
  try {
    const onBatch = (done: number) => process.stderr.write(`\r${done}/${pictures.labels.length} pictures`);
    const sensitivities = await dctSensitivities(recognisers, pictures, { cropSize: crop, note, onBatch });
    const stored = { recognisers: names, pictures: pictures.description, folds, fold, ...sensitivities };
    await writeFileAtomically(out, `${JSON.stringify(stored)}\n`);
    process.stderr.write('\n');
    process.stdout.write(`${out}\n`);
  } finally {
    for (const recogniser of recognisers) recogniser.dispose();
  }
}

export const tableSensitivityDefinition = defineCommand({
  name: 'table-sensitivity',
  describe: 'Measure how sensitive classifiers are to each DCT coefficient, for tables to start from',
  operands: {},
  options: {
    recognisers: withDefault(text('Classifiers, separated by commas', 'names'), 'resnet20'),
    weights: text('Their weights, separated by commas; default those in SANDWICH_DATA', 'files'),
    images: required(images('Labelled pictures: folder, CSV list or binary files of CIFAR')),
    out: required(outputFile('JSON file to write')),
    folds: withDefault(count('Parts into which the pictures are split by turns'), 1),
    fold: withDefault(integer('The part that is left out, from 0; none of one part'), 0),
    crop: cropOption,
    limit: limitOption,
    force: forceOption,
    ...engineOptions,
  },
  check: checkTableSensitivityArguments,
  run: tableSensitivityCommand,
});
