// What each command refuses because of its experiment, its networks, its images or what is installed, before the engine is started and
// before any picture is made. What it refuses because of its arguments alone: arguments.test.ts.

import { readdirSync } from 'node:fs';
import { cp, mkdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeSyntheticImages } from '@sandwich/data';
import { startEngine, withoutEngine } from '@sandwich/engine';
import { Sandwich } from '@sandwich/models';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { resnet, resnetShapes } from '../../../models/src/classifiers/resnet.js';
import { squeezeNetShapes } from '../../../models/src/classifiers/squeezenet.js';
import { syntheticWeights, writeWeights } from '../../../models/testing/synthetic-weights.js';
import { checkpointFile, createRunDirectory, runFiles } from '../../../trainer/src/run/run-directory.js';
import { useCapturedOutput } from '../../../trainer/testing/captured-output.js';
import { useTemporaryFolder } from '../../../trainer/testing/temporary-folder.js';
import { configurationOf, writeRun } from '../../../trainer/testing/write-run.js';
import { main } from '../main.js';
import { commands } from './commands.js';

vi.mock(import('@sandwich/engine'), async (original) => ({
  ...(await original()),
  startEngine: vi.fn(async () => {
    throw new Error('the engine was started');
  }),
}));

const folder = useTemporaryFolder();
const output = useCapturedOutput();
const [gray, color] = ['color-over-grayscale', 'color-over-420'].map((name) => ({
  experiment: resolve(`experiments/${name}.ts`),
  networks: resolve(`zoo/${name}`),
}));
const [tables, attention] = ['learned-tables', 'ljpeg-attention'].map((name) => resolve(`zoo/${name}`));
const points = resolve('zoo/j4d/resnet20-cifar10.json');
const experiments = resolve('experiments');
const lpips = resolve('experiments/lpips-jpeg.ts');
const kerasWeights = fileURLToPath(
  new URL('../../../models/src/sandwich/keras/fixtures/grayscale.h5', import.meta.url),
);

beforeEach(async () => {
  vi.mocked(startEngine).mockClear();
  const home = process.cwd();
  process.chdir(folder());
  vi.stubEnv('SANDWICH_DATA', '');
  await symlink(experiments, 'experiments');
  await mkdir('bad');
  await writeFile('bad/a.png', 'no picture');
  await makeSyntheticImages({ directory: 'good', count: 2, width: 48, height: 32, seed: 1 });
  await rename('good/synthetic-0001.png', 'good/a.png');
  await rename('good/synthetic-0002.png', 'good/b.png');
  return () => {
    process.chdir(home);
    vi.unstubAllEnvs();
  };
});

/** All that lies here; links, such as the one to the experiments, are not followed. */
const everything = (folder = '.'): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? [path, ...everything(path)] : [path];
  });

/** Packed networks with one byte of the weights changed. */
async function damaged(): Promise<string> {
  await cp(gray.networks, 'damaged', { recursive: true });
  const { weights } = runFiles('damaged');
  const bytes = await readFile(weights);
  bytes[bytes.length - 5] ^= 8;
  await writeFile(weights, bytes);
  return 'damaged';
}

const tiny = { encoderFilters: [4], decoderFilters: [4, 4], variant: 'textbook' as const };

const run = async (): Promise<string> => {
  await withoutEngine(() => writeRun('run', { bottleneckChannels: 1, pre: tiny, post: tiny }));
  return 'run';
};

const deepRun = async (): Promise<string> => {
  await withoutEngine(() => writeRun('deep', { pre: tiny, post: tiny, truncateBits: 8 }));
  return 'deep';
};

const runWithoutCheckpoint = async (): Promise<string> => {
  await withoutEngine(async () => {
    const model = new Sandwich({ bottleneckChannels: 1, pre: tiny, post: tiny });
    await createRunDirectory('empty', configurationOf(model));
    model.dispose();
  });
  return 'empty';
};

/** A folder of one picture, whose label is its name. */
async function labelled(label: string): Promise<void> {
  await mkdir('labelled');
  await cp('good/a.png', `labelled/${label}.png`);
}

/** Options for a ResNet-20 with weights that nobody trained. */
const byResNet = async (): Promise<string[]> => [
  ...['--recognisers', 'resnet20', '--weights'],
  await writeWeights(folder(), 'resnet20', syntheticWeights(resnetShapes(resnet(20), 10))),
];

/** No program of another codec is installed. */
const withoutPrograms = () => vi.stubEnv('PATH', folder());

type Row = [command: string, why: string, argv: () => string[] | Promise<string[]>, message: string | RegExp];

const NONE_USABLE = /none of the 1 images is usable:\n.*bad\/a.png: is no readable image/;
const DAMAGED = 'damaged/weights.safetensors';
const NO_WEIGHTS = 'lpips-alex.safetensors';
const WHOLE_STEPS = /color-over-grayscale takes whole quantiser steps, as its files hold them, got 8.5/;
const OUTSIDE = 'reaches out of a synthetic image, which is 640x480';

const rows: Row[] = [
  ['train', 'a bad setting', () => [gray.experiment, '--set', 'network=huge'], "unknown size 'huge'"],
  ['train', 'a bad setting, tried', () => [gray.experiment, '--fast-dev-run', '--set', 'initializer=x'], 'initializer'],
  ['train', 'a bit depth', () => [gray.experiment, '--set', 'bitDepth=10'], 'bitDepth is 10'],
  ['train', 'missing weights of a distortion', () => [lpips], NO_WEIGHTS],
  [
    'train',
    'weights that do not fit',
    () => [gray.experiment, '--init-from', color.networks],
    /--init-from .*color-over-420: the checkpoint does not fit the system/,
  ],
  ['train', 'damaged weights', async () => [gray.experiment, '--init-from', await damaged()], DAMAGED],
  ['train', 'images', () => [gray.experiment, '--images', 'bad'], NONE_USABLE],
  ['train', 'images, tried', () => [gray.experiment, '--images', 'bad', '--fast-dev-run'], NONE_USABLE],
  ['train', 'a crop', () => [gray.experiment, '--images', 'good'], 'is 48x32, smaller than the crop, 128x128'],
  [
    'train',
    'a crop of images to be made',
    () => [gray.experiment, '--set', 'cropSize=512'],
    'images are 640x480, smaller',
  ],
  ['train', 'images held back', () => [gray.experiment, '--set', 'validationImages=48'], 'leaves nothing to train on'],
  [
    'train',
    'another experiment',
    async () => ['--resume', await run(), '--steps', '9'],
    /tiny-sandwich.ts is not the experiment that run was started with/,
  ],
  [
    'train',
    'a damaged checkpoint',
    async () => {
      await writeFile(checkpointFile(await run(), 7), 'nothing');
      return ['--resume', 'run', '--steps', '9'];
    },
    'cannot be used',
  ],
  [
    'sweep',
    'a bad setting',
    () => [gray.experiment, '--over', 'network=slim,huge'],
    "network=huge: unknown size 'huge'",
  ],
  ['sweep', 'missing weights', () => [lpips, '--over', 'gamma=1,2'], NO_WEIGHTS],
  ['sweep', 'images', () => [gray.experiment, '--over', 'gamma=1', '--images', 'bad'], NONE_USABLE],
  ['sweep', 'images', () => [gray.experiment, '--over', 'gamma=1', '--eval-images', 'bad'], NONE_USABLE],
  ['sweep-report', 'no sweep', () => ['good'], 'good holds no sweep'],
  [
    'import-keras',
    'a bad setting',
    () => [kerasWeights, '--experiment', gray.experiment, '--set', 'network=huge'],
    "unknown size 'huge'",
  ],
  ['import-keras', 'other weights', () => [kerasWeights, '--experiment', color.experiment], /does not fit|missing|has/],
  ['import-l3ic', 'what is no graph', () => ['good/a.png'], /good\/a.png: these \d+ bytes are no graph of TensorFlow/],
  ['eval', 'images', () => [gray.networks, '--images', 'bad'], NONE_USABLE],
  ['eval', 'no images', () => [gray.networks, '--images', 'nowhere'], 'no such file or folder'],
  ['eval', 'damaged weights', async () => [await damaged()], DAMAGED],
  ['eval', 'a missing checkpoint', async () => [await runWithoutCheckpoint()], 'empty has no checkpoint'],
  ['eval', 'packed networks without checkpoints', () => [gray.networks, '--checkpoint', 'best'], 'is a packed run'],
  ['eval', 'missing weights of a metric', () => [gray.networks, '--metrics', 'lpips'], NO_WEIGHTS],
  [
    'eval',
    'missing weights of a recogniser',
    () => [tables, '--images', 'good', '--recognisers', 'resnet20'],
    'resnet20-cifar10.safetensors',
  ],
  [
    'eval',
    'pictures without labels',
    async () => [tables, '--images', 'good', ...(await byResNet())],
    'the name of good/a.png must begin with the number of its class',
  ],
  [
    'eval',
    'a label that is no class of the recogniser',
    async () => {
      await labelled('10');
      return [tables, '--images', 'labelled', ...(await byResNet())];
    },
    'labelled/10.png has the label 10, and resnet20 tells 10 classes apart, from 0 on',
  ],
  [
    'eval',
    'labelled pictures that are too small for the crop',
    async () => {
      await labelled('3');
      return [tables, '--images', 'labelled', '--crop', '33', ...(await byResNet())];
    },
    'labelled/3.png has 48 x 32 pixels, from which no 33 x 33 can be taken',
  ],
  [
    'eval',
    'labelled pictures that are too small for the recogniser',
    async () => {
      await labelled('3');
      const weights = await writeWeights(folder(), 'squeezenet1_1', syntheticWeights(squeezeNetShapes));
      return [tables, '--images', 'labelled', '--crop', '9', '--recognisers', 'squeezenet1_1', '--weights', weights];
    },
    /labelled\/3.png gives 9 x 9 pixels, and squeezenet1_1 needs at least \d+ x \d+/,
  ],
  [
    'eval',
    'labelled pictures for networks of more bits',
    async () => {
      await labelled('3');
      return [await deepRun(), '--images', 'labelled', ...(await byResNet())];
    },
    'labelled pictures are sRGB of 8 bits, and deep takes pictures of 16 bits',
  ],
  [
    'eval',
    'damaged weights of a metric',
    async () => {
      await mkdir('data/downloads/weights', { recursive: true });
      await writeFile('data/downloads/weights/lpips-alex.safetensors', 'nothing');
      return [gray.networks];
    },
    /LPIPS weights .*lpips-alex.safetensors cannot be used/,
  ],
  [
    'eval',
    'a missing program',
    () => {
      withoutPrograms();
      return [gray.networks, '--codec', 'jpeg,heic'];
    },
    'heif-enc',
  ],
  [
    'eval',
    'levels of a system that chooses its own',
    () => [tables, '--codec', 'jpeg-trellis', '--images', 'good'],
    "cannot be measured around jpeg-trellis: systems of the kind 'jpeg-tables' are measured around jpeg, webp",
  ],
  ['eval', 'fractions of a step', () => [gray.networks, '--qsteps', '8,8.5'], WHOLE_STEPS],
  ['eval-folder', 'a folder without experiments', () => ['good'], 'good holds no experiments'],
  [
    'eval-folder',
    'images',
    async () => {
      await cp(gray.networks, 'runs/a', { recursive: true });
      return ['runs', '--images', 'bad'];
    },
    NONE_USABLE,
  ],
  [
    'eval-folder',
    'a folder with files of others',
    async () => {
      await cp(gray.networks, 'runs/a', { recursive: true });
      await mkdir('site');
      await writeFile('site/index.html', 'a page');
      return ['runs', '--images', 'good', '--out', 'site'];
    },
    'site/index.html is there already; choose another name, or overwrite it with --force',
  ],
  ['inspect', 'images', () => [gray.networks, '--images', 'bad'], NONE_USABLE],
  ['inspect', 'damaged weights', async () => [await damaged()], DAMAGED],
  [
    'inspect',
    'a region of images to be made',
    () => [gray.networks, '--figures', 'figures', '--region', '600,0,96,96'],
    OUTSIDE,
  ],
  [
    'inspect',
    'a missing program',
    () => {
      withoutPrograms();
      return [gray.networks, '--codec', 'heic'];
    },
    'heif-enc',
  ],
  ['inspect', 'fractions of a step', () => [gray.networks, '--qsteps', '8,8.5'], WHOLE_STEPS],
  ['gallery', 'images', () => [gray.networks, '--images', 'bad'], NONE_USABLE],
  ['gallery', 'damaged weights', async () => [gray.networks, await damaged()], DAMAGED],
  ['gallery', 'a region of images to be made', () => [gray.networks, '--region', '600,0,96,96'], OUTSIDE],
  ['gallery', 'a missing checkpoint', async () => [await runWithoutCheckpoint()], 'empty has no checkpoint'],
  ['compress', 'damaged weights', async () => [await damaged(), 'good/a.png', 'a.jpg'], DAMAGED],
  ['compress', 'a damaged picture', () => [gray.networks, 'bad/a.png', 'a.jpg'], 'bad/a.png: is no readable image'],
  [
    'compress',
    'levels of WebP',
    () => [gray.networks, 'good/a.png', 'a.webp', '--trellis'],
    'trellis is for jpeg only',
  ],
  [
    'compress',
    'levels of a system that chooses its own',
    () => [attention, 'good/a.png', 'a.jpg', '--trellis'],
    '--trellis is not for systems such as that of',
  ],
  ['compress', 'fractions of a step', () => [gray.networks, 'good/a.png', 'a.jpg', '--qstep', '8.5'], WHOLE_STEPS],
  ['compress', 'a shallow picture', deepNetworks, 'has 8 bits a sample, fewer than 9'],
  [
    'compress',
    'a missing program',
    () => {
      withoutPrograms();
      return [gray.networks, 'good/a.png', 'a.heic'];
    },
    'heif-enc',
  ],
  ['decompress', 'a file of others', () => [gray.networks, 'good/a.png', 'b.png'], 'it is no JPEG, WebP, AVIF, HEIC'],
  ['decompress', 'damaged weights', async () => [await damaged(), 'good/a.png', 'b.png'], DAMAGED],
  ['view', 'a picture without a network', () => ['good/a.png'], 'good/a.png is no .l3ix or .l3i file'],
  ['view', 'networks of another kind', () => ['good/a.png', gray.networks], 'is no learned codec'],
  ['view', 'damaged weights', async () => ['good/a.png', await damaged()], DAMAGED],
  [
    'view',
    'a damaged file',
    async () => {
      await writeFile('a.l3ix', 'nothing');
      return ['a.l3ix'];
    },
    /^a\.l3ix: readL3i/,
  ],
  ['demo', 'a damaged picture', () => [gray.networks, 'bad/a.png'], 'bad/a.png: is no readable image'],
  ['demo', 'damaged weights', async () => [await damaged(), 'good/a.png'], DAMAGED],
  [
    'demo',
    'networks of 16 bits',
    async () => [await deepRun(), 'good/a.png'],
    'deep codes pictures of 16 bits a sample',
  ],
  ['benchmark', 'networks of another kind', () => [gray.networks], 'is no learned codec'],
  ['benchmark', 'damaged weights', async () => [await damaged()], DAMAGED],
  ['export', 'damaged weights', async () => [await damaged()], DAMAGED],
  ['export', 'a missing checkpoint', async () => [await runWithoutCheckpoint()], 'empty has no checkpoint'],
  ['pack', 'damaged weights', async () => [await damaged(), 'packed'], DAMAGED],
  ['pack', 'a folder that is in use', () => [gray.networks, 'good'], 'good cannot be written'],
  [
    'attack',
    'missing weights',
    async () => [await classFolders(), '--classifier', 'resnet20'],
    'resnet20-cifar10.safetensors',
  ],
  [
    'attack',
    'a label that is no class of the classifier',
    async () => {
      await labelled('10');
      return ['labelled', '--classifier', ...(await byResNet()).slice(1)];
    },
    'labelled/10.png has the label 10, and resnet20 tells 10 classes apart, from 0 on',
  ],
  ['rate-models', 'two pictures', () => ['good', '--count', '2'], '--count must be a whole number of at least 3'],
  ['rate-models', 'too few pictures', () => ['good'], 'rate-models needs three pictures or more of 224x224'],
  ['table-accuracy', 'pictures without labels', () => ['points.json', '--images', 'good'], 'good'],
  [
    'table-accuracy',
    'missing tables',
    async () => {
      await labelled('3');
      return ['points.json', '--images', 'labelled', ...(await byResNet())];
    },
    'points.json',
  ],
  [
    'table-accuracy',
    'a label that is no class of the recogniser',
    async () => {
      await labelled('10');
      return [points, '--images', 'labelled', ...(await byResNet())];
    },
    'labelled/10.png has the label 10, and resnet20 tells 10 classes apart, from 0 on',
  ],
  [
    'table-accuracy',
    'several classifiers',
    () => ['points.json', '--images', 'nowhere', '--recognisers', 'resnet20,resnet56'],
    '--recognisers takes one classifier here, got resnet20,resnet56',
  ],
  [
    'table-search',
    'a radius',
    () => ['--images', 'nowhere', '--out', 's.json', '--radius', '0.5'],
    '--radius must be at least 1, got 0.5',
  ],
  [
    'table-search',
    'a radius of other tables',
    () => ['--images', 'nowhere', '--out', 's.json', '--radius', '5', '--family', 'sensitivity'],
    '--radius is for --family low-pass, and it is sensitivity',
  ],
  [
    'table-search',
    'sensitivities where chroma is reduced',
    () => ['--images', 'nowhere', '--out', 's.json', '--subsampling', '4:2:0', '--family', 'sensitivity'],
    '--family sensitivity measures chroma in 4:4:4, and --subsampling is 4:2:0',
  ],
  [
    'table-search',
    'several classifiers',
    () => ['--images', 'nowhere', '--out', 's.json', '--recognisers', 'resnet20,resnet56'],
    '--recognisers takes one classifier here, got resnet20,resnet56',
  ],
  [
    'table-search',
    'pictures that are too small for the recogniser',
    async () => {
      await labelled('3');
      await cp('labelled/3.png', 'labelled/4.png');
      const weights = await writeWeights(folder(), 'squeezenet1_1', syntheticWeights(squeezeNetShapes));
      const recogniser = ['--recognisers', 'squeezenet1_1', '--weights', weights];
      return ['--images', 'labelled', '--crop', '9', ...recogniser, '--out', 's.json'];
    },
    /labelled\/[34].png gives 9 x 9 pixels, and squeezenet1_1 needs at least \d+ x \d+/,
  ],
  ['table-search', 'pictures without labels', () => ['--images', 'good', '--out', 's.json'], 'good'],
  [
    'table-sensitivity',
    'a fold that there is not',
    () => ['--images', 'nowhere', '--out', 's.json', '--folds', '2', '--fold', '2'],
    '--fold must be less than --folds 2, got 2',
  ],
  [
    'table-sensitivity',
    'a label that is no class of the recogniser',
    async () => {
      await labelled('10');
      return ['--images', 'labelled', ...(await byResNet()), '--out', 's.json'];
    },
    'labelled/10.png has the label 10, and resnet20 tells 10 classes apart, from 0 on',
  ],
  ['table-sensitivity', 'pictures without labels', () => ['--images', 'good', '--out', 's.json'], 'good'],
  ['attack', 'pictures without labels', () => ['good', '--classifier', 'resnet20'], 'good'],
  [
    'rate-distortion',
    'a missing program',
    () => {
      withoutPrograms();
      return [gray.networks, '--out', 'curves', '--codecs', 'jpeg2000'];
    },
    'libopenjp2-tools',
  ],
  [
    'rate-distortion',
    'networks of 16 bits',
    async () => [await deepRun(), '--out', 'curves', '--codecs', 'jpeg'],
    'deep codes pictures of 16 bits a sample',
  ],
  ['rate-distortion', 'damaged weights', async () => [await damaged(), '--out', 'curves'], DAMAGED],
  ['lpips-scale', 'missing weights', () => ['--net', 'alex'], NO_WEIGHTS],
  [
    'quickstart',
    'missing data',
    () => {
      vi.stubEnv('SANDWICH_DATA', '/nowhere');
      return ['--images', 'good'];
    },
    'SANDWICH_DATA is /nowhere, which is not a folder',
  ],
  ['quickstart', 'images', () => ['--images', 'bad'], NONE_USABLE],
];

async function classFolders(): Promise<string> {
  for (const name of ['cat', 'dog']) await cp('good', `classes/${name}`, { recursive: true });
  return 'classes';
}

async function deepNetworks(): Promise<string[]> {
  await withoutEngine(() => writeRun('deep', { bottleneckChannels: 1, pre: tiny, post: tiny, truncateBits: 1 }));
  return ['deep', 'good/a.png', 'a.jpg'];
}

describe('before the engine is started and a picture made', () => {
  it.each(rows)('%s refuses %s', async (command, _, argv, message) => {
    const words = [command, ...(await argv())];
    const before = everything();
    expect(await main(words)).toBe(1);
    const [, ...errors] = output.stderr().split(/^error: /m);
    expect(errors.length, output.stderr()).toBe(1);
    expect(errors[0]).toMatch(message);
    expect(startEngine).not.toHaveBeenCalled();
    expect(everything()).toEqual(before);
  });

  it('every command that starts the engine is tried', () => {
    const computing = commands
      .filter(({ options }) => 'threads' in options && 'engine' in options)
      .map(({ name }) => name);
    expect(computing.filter((name) => !rows.some(([command]) => command === name))).toEqual([]);
  });
});

it('packs a run without an engine', async () => {
  expect(await main(['pack', await run(), 'packed'])).toBe(0);
  expect(startEngine).not.toHaveBeenCalled();
});

it('a finished run is finished without an engine', async () => {
  await run();
  const { configuration } = runFiles('run');
  const description = JSON.parse(await readFile(configuration, 'utf8'));
  await writeFile(
    configuration,
    JSON.stringify({ ...description, imagePath: 'good', experimentFile: 'gone.ts', distortion: { mse: 1 } }),
  );
  expect(await main(['train', '--resume', 'run'])).toBe(0);
  expect(output.stderr()).toContain('run is finished: 7 steps are done');
  expect(startEngine).not.toHaveBeenCalled();
});
