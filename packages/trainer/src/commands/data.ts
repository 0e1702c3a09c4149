import { join } from 'node:path';
import { fetchDataset, makeSyntheticImages, manifest } from '@sandwich/data';
import type { Argv, CommandModule } from 'yargs';
import { reduceImages } from '../dataset/reduce-images.js';
import { dataFolder } from '../image-source.js';

const printProgress = ({ done, count, file }: { done: number; count: number; file: string }) =>
  process.stderr.write(`${done}/${count} ${file}\n`);

interface FetchArguments {
  name: string;
  to?: string;
}

const fetchModule: CommandModule<object, FetchArguments> = {
  command: 'fetch <name>',
  describe: 'Download a public data set and verify it',
  builder: (yargs: Argv) =>
    yargs
      .positional('name', { type: 'string', demandOption: true, describe: Object.keys(manifest).join(', ') })
      .option('to', { type: 'string', describe: `Folder; default ${dataFolder}/<name>` }),
  handler: async ({ name, to = join(dataFolder, name) }) => {
    await fetchDataset(name, to, { onProgress: printProgress });
    process.stdout.write(`${to}\n`);
  },
};

interface MakeArguments {
  to: string;
  count: number;
  width: number;
  height: number;
  seed: number;
  bits: 8 | 16;
}

const makeModule: CommandModule<object, MakeArguments> = {
  command: 'make',
  describe: 'Generate synthetic images (dead leaves)',
  builder: (yargs: Argv) =>
    yargs
      .option('to', { type: 'string', default: join(dataFolder, 'synthetic'), describe: 'Folder' })
      .option('count', { type: 'number', default: 32, describe: 'How many' })
      .option('width', { type: 'number', default: 640, describe: 'Pixels' })
      .option('height', { type: 'number', default: 480, describe: 'Pixels' })
      .option('seed', { type: 'number', default: 1, describe: 'Image number i is drawn from seed + i' })
      .option('bits', { choices: [8, 16] as const, default: 8 as const, describe: 'Of a sample' }),
  handler: async ({ to, ...options }) => {
    await makeSyntheticImages({ directory: to, ...options });
    process.stdout.write(`${to}\n`);
  },
};

interface ReduceArguments {
  images: string;
  to: string;
  factor: number;
}

const reduceModule: CommandModule<object, ReduceArguments> = {
  command: 'reduce',
  describe: 'Make smaller photographs of 16 bits a sample of those of 8',
  builder: (yargs: Argv) =>
    yargs
      .option('images', { type: 'string', demandOption: true, describe: 'Folder, glob, list (.txt) or file' })
      .option('to', { type: 'string', demandOption: true, describe: 'Folder' })
      .option('factor', { type: 'number', default: 2, describe: 'By what height and width are divided' }),
  handler: async ({ images, to, factor }) => {
    await reduceImages({ images, directory: to, factor, onProgress: printProgress });
    process.stdout.write(`${to}\n`);
  },
};

export const dataModule: CommandModule = {
  command: 'data <command>',
  describe: 'Public data sets and synthetic images',
  builder: (yargs: Argv) =>
    yargs.command(fetchModule).command(makeModule).command(reduceModule).demandCommand(1, 'data: name a command'),
  handler: () => {},
};
