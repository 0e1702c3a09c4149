import { join } from 'node:path';
import { dataFolder, fetchDataset, makeSyntheticImages, manifest, reduceImages } from '@sandwich/data';
import { guardFolder } from '@sandwich/trainer';
import { required, withDefault } from '../command-line/argument.js';
import { defineCommand } from '../command-line/command.js';
import { count, integer } from '../command-line/numbers.js';
import { images, outputFolder } from '../command-line/paths.js';
import { choice, flag } from '../command-line/texts.js';
import { forceOption } from './options/run-options.js';

const printProgress = ({ done, count, file }: { done: number; count: number; file: string }) =>
  process.stderr.write(`${done}/${count} ${file}\n`);

/** Those of a synthetic image. */
const PIXELS_A_SIDE = { min: 8, max: 16384 };

export const fetchDefinition = defineCommand({
  name: 'data fetch',
  describe: 'Download a public data set and verify it',
  operands: { name: required(choice('Data set to download', Object.keys(manifest))) },
  options: {
    to: outputFolder(`Folder to download into; default ${dataFolder}/<name>`),
    force: flag('Replace files that are there and are not those of the data set'),
  },
  async run({ name, to = join(dataFolder, name), force }) {
    await guardFolder(to);
    await fetchDataset(name, to, { onProgress: printProgress, force });
    process.stdout.write(`${to}\n`);
  },
});

export const makeDefinition = defineCommand({
  name: 'data make',
  describe: 'Generate synthetic images (dead leaves)',
  operands: {},
  options: {
    to: withDefault(outputFolder('Folder to write into'), join(dataFolder, 'synthetic')),
    count: withDefault(count('How many images'), 32),
    width: withDefault(count('Width in pixels', PIXELS_A_SIDE), 640),
    height: withDefault(count('Height in pixels', PIXELS_A_SIDE), 480),
    seed: withDefault(integer('Image number i is drawn from seed + i', { max: 2 ** 31 - 1 }), 1),
    bits: withDefault(choice('Bits per sample', ['8', '16']), '8'),
    force: forceOption,
  },
  async run({ to, bits, ...options }) {
    await guardFolder(to);
    await makeSyntheticImages({ directory: to, bits: bits === '8' ? 8 : 16, ...options });
    process.stdout.write(`${to}\n`);
  },
});

export const reduceDefinition = defineCommand({
  name: 'data reduce',
  describe: 'Make smaller photographs with 16 bits per sample from photographs with 8',
  operands: {},
  options: {
    images: required(images('Photographs to reduce: folder, glob, list (.txt) or file')),
    to: required(outputFolder('Folder to write into')),
    factor: withDefault(integer('Divisor of height and width', { min: 2, max: 64 }), 2),
    force: forceOption,
  },
  async run({ images, to, factor, force }) {
    await guardFolder(to);
    await reduceImages({ images, directory: to, factor, force, onProgress: printProgress });
    process.stdout.write(`${to}\n`);
  },
});
