// What each command does where its outputs are there already, are inputs, or lie in packed networks.

import { link, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EncodeDecodeIntra, roundings } from '@sandwich/codec-proxy';
import { startEngine } from '@sandwich/engine';
import { loadSharp } from '@sandwich/pictures';
import type { UNetOptions } from '@sandwich/unets';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { evaluationOutputs, paretoOutputs } from '../../../inspector/src/evaluation/evaluation-files.js';
import { useCapturedOutput } from '../../../trainer/testing/captured-output.js';
import { patternImage } from '../../../trainer/testing/pattern-image.js';
import { useTemporaryFolder } from '../../../trainer/testing/temporary-folder.js';
import { tinySandwichFile } from '../../../trainer/testing/tiny-sandwich.js';
import { writeRun } from '../../../trainer/testing/write-run.js';
import { useNoLpips } from '../../testing/without-lpips.js';
import { main } from '../main.js';

const folder = useTemporaryFolder();
const output = useCapturedOutput();
useNoLpips();
const sharp = await loadSharp();
beforeAll(() => startEngine());

const network: UNetOptions = { encoderFilters: [4], decoderFilters: [4, 4], variant: 'textbook' };

beforeEach(async () => {
  const home = process.cwd();
  process.chdir(folder());
  await mkdir('photos');
  for (const name of ['a', 'b']) {
    const image = patternImage(48, name === 'a' ? 40 : 44);
    await sharp(image.data, { raw: image }).png().toFile(`photos/${name}.png`);
  }
  await writeRun('runs/one', {
    bottleneckChannels: 1,
    pre: network,
    post: network,
    proxy: new EncodeDecodeIntra({ roundingFn: roundings.ste, qstepInit: 6, minQstep: 1 }),
  });
  expect(await main(['pack', 'runs/one', 'zoo/tiny'])).toBe(0);
  await writeFile('zoo/tiny/results.json', 'stated');
  return () => process.chdir(home);
});

const PHOTO = ['--images', 'photos/a.png'];
const QUICK = [...PHOTO, '--metrics', 'psnr', '--qsteps', '8,64'];
const FEW = [...PHOTO, '--qsteps', '8'];

/** All files below the folder with their contents, for comparison; folders have none. */
async function everything(): Promise<Record<string, string>> {
  const contents: Record<string, string> = {};
  for (const entry of await readdir('.', { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    contents[path] = entry.isDirectory() ? '' : await readFile(path, 'latin1').catch((error) => error.code);
  }
  return contents;
}

/** Expects that a command fails with a message and changes nothing. */
async function expectRefusal(argv: string[], message: string): Promise<void> {
  const before = await everything();
  const said = output.stderr().length;
  expect(await main(argv), argv.join(' ')).toBe(1);
  expect(output.stderr().slice(said)).toContain(`error: ${message}`);
  expect(await everything()).toEqual(before);
}

async function expectSuccess(argv: string[]): Promise<void> {
  expect(await main(argv), `${argv.join(' ')}\n${output.stderr()}`).toBe(0);
}

const reduce = (images: string, to: string, ...more: string[]) => [
  'data',
  'reduce',
  '--images',
  images,
  '--to',
  to,
  ...more,
];

describe('sandwich data', () => {
  it('reduce keeps the originals, under whatever name their folder goes, also when it is forced', async () => {
    await symlink('photos', 'alias');
    for (const [images, to] of [
      ['photos', 'photos'],
      ['photos', './photos/../photos/'],
      ['photos', 'alias'],
      ['alias', 'photos'],
      ['photos/a.png', 'photos'],
      ['photos/*.png', join(folder(), 'photos')],
    ]) {
      for (const force of [[], ['--force']])
        await expectRefusal(reduce(images, to, ...force), `${join(to, 'a.png')} is also an input`);
    }
    await mkdir('links');
    await link('photos/b.png', 'links/a.png');
    await expectRefusal(reduce('photos', 'links', '--force'), 'links/a.png is also an input, as ');
    await mkdir('symbolic');
    await symlink('../photos/b.png', 'symbolic/b.png');
    await expectRefusal(reduce('photos', 'symbolic', '--force'), 'symbolic/b.png is also an input, as ');
  });

  it('reduce and make keep what is there, unless they are forced', async () => {
    const make = ['data', 'make', '--to', 'made', '--count', '3', '--width', '16', '--height', '16'];
    await mkdir('made');
    await writeFile('made/a.png', 'mine');
    await writeFile('made/synthetic-0002.png', 'mine');
    await expectRefusal(
      reduce('photos', 'made'),
      'made/a.png is there already; choose another name, or overwrite it with --force',
    );
    await expectRefusal(make, 'made/synthetic-0002.png is there already');
    await expectSuccess(reduce('photos', 'made', '--force'));
    await expectSuccess([...make, '--force']);
    expect((await sharp('made/a.png').metadata()).width).toBe(24);
    expect((await sharp('made/synthetic-0002.png').metadata()).width).toBe(16);
    await expectRefusal(
      make,
      'made/synthetic-0001.png, made/synthetic-0002.png, made/synthetic-0003.png are there already',
    );
    await expectRefusal(
      ['data', 'make', '--to', 'photos/a.png/below'],
      '--to photos/a.png/below cannot be written (ENOTDIR)',
    );
  });

  it('fetch keeps pictures that only have the names of those of the data set', async () => {
    await writeFile('photos/kodim02.png', 'mine');
    await expectRefusal(['data', 'fetch', 'kodak', '--to', 'photos'], 'photos/kodim02.png is there already');
  });
});

describe('sandwich gallery, inspect, export, compress and decompress', () => {
  it('keep a photograph that is there', async () => {
    await expectRefusal(['gallery', 'runs/one', ...PHOTO, '--out', 'photos/b.png'], 'photos/b.png is there already');
    await expectRefusal(
      ['inspect', 'runs/one', ...FEW, '--out', 'photos/b.png'],
      'photos/b.png: its extension must be one of .html',
    );
    await expectRefusal(
      ['compress', 'runs/one', 'photos/a.png', 'photos/b.png'],
      'photos/b.png: its extension must be one of',
    );
    await expectRefusal(
      ['gallery', 'runs/one', ...PHOTO, '--out', 'photo.gif'],
      'photo.gif: its extension must be one of .png, .webp',
    );
  });

  it('keep their inputs, also when they are forced', async () => {
    await expectRefusal(
      ['gallery', 'runs/one', ...PHOTO, '--out', 'photos/a.png', '--force'],
      'photos/a.png is also an input',
    );
    await symlink('runs/one/config.json', 'page.html');
    await link('runs/one/config.json', 'photo.jpg');
    await symlink('photos/a.png', 'restored.png');
    await expectRefusal(
      ['inspect', 'runs/one', ...FEW, '--out', 'page.html', '--force'],
      'page.html is also an input, as runs/one/config.json',
    );
    await expectRefusal(
      ['compress', 'runs/one', 'photos/a.png', 'photo.jpg', '--force'],
      'photo.jpg is also an input, as runs/one/config.json',
    );
    await expectRefusal(
      ['decompress', 'runs/one', 'photos/a.png', 'restored.png', '--force'],
      'restored.png is also an input, as photos/a.png',
    );
  });

  it('write over other files when they are forced, through links', async () => {
    for (const name of ['old.png', 'old.jpg', 'old.html']) {
      await writeFile(name, 'old');
      await symlink(name, `link-${name}`);
    }
    const compress = ['compress', 'runs/one', 'photos/a.png', 'link-old.jpg'];
    await expectRefusal(compress, 'link-old.jpg is there already');
    await expectSuccess([...compress, '--force']);
    await expectSuccess(['decompress', 'runs/one', 'old.jpg', 'link-old.png', '--force']);
    await expectSuccess(['inspect', 'runs/one', ...FEW, '--out', 'link-old.html', '--force']);
    expect((await sharp('old.jpg').metadata()).format).toBe('jpeg');
    expect((await sharp('old.png').metadata()).width).toBe(48);
    expect(await readFile('old.html', 'utf8')).toContain('<html');
    const links = (await readdir('.', { withFileTypes: true })).filter((entry) => entry.isSymbolicLink());
    expect(links.map(({ name }) => name).sort()).toEqual(['link-old.html', 'link-old.jpg', 'link-old.png']);
  });

  it('write names of 255 bytes', async () => {
    const name = (extension: string) => `${'n'.repeat(255 - extension.length)}${extension}`;
    await expectSuccess(['compress', 'runs/one', 'photos/a.png', name('.jpg')]);
    await expectSuccess(['decompress', 'runs/one', name('.jpg'), name('.png')]);
    await expectSuccess(reduce(name('.png'), 'halves'));
    expect(await readdir('halves')).toEqual([name('.png')]);
    await expectSuccess([
      'inspect',
      'runs/one',
      '--images',
      name('.png'),
      '--qsteps',
      '8',
      '--out',
      name('.html'),
      '--figures',
      'figures',
    ]);
    expect(await readdir('figures')).toEqual([`comparison-1-${'n'.repeat(200)}.png`]);
  });

  it('keep figures and models in folders that are not of the run', async () => {
    await mkdir('figures');
    await writeFile('figures/rate-psnr-rgb.svg', 'mine');
    await expectRefusal(
      ['inspect', 'runs/one', ...FEW, '--figures', 'figures'],
      'figures/rate-psnr-rgb.svg is there already',
    );
    await writeFile('figures/post.onnx', 'mine');
    await expectRefusal(['export', 'runs/one', '--out', 'figures'], 'figures/post.onnx is there already');
    await expectSuccess(['export', 'runs/one', '--out', 'figures', '--force']);
    expect(await readFile('figures/rate-psnr-rgb.svg', 'utf8')).toBe('mine');
  });
});

describe('commands that are repeated', () => {
  it('replace what they wrote into a run, and nothing else', async () => {
    await writeFile('runs/one/notes.html', 'mine');
    for (let time = 0; time < 2; time++) {
      await expectSuccess(['eval', 'runs/one', ...QUICK, '--codec', 'jpeg,webp', '--qualities', '50']);
      await expectSuccess(['inspect', 'runs/one', ...FEW]);
      await expectSuccess(['export', 'runs/one']);
    }
    const curves = [
      ...['sandwich-jpeg', 'jpeg-flat-tables', 'jpeg-annex-k-tables', 'ordinary-jpeg-4-2-0', 'ordinary-jpeg-4-4-4'],
      ...['jpeg-flat-tables-colour-carrier', 'jpeg-annex-k-tables-colour-carrier'],
      ...['sandwich-webp', 'webp', 'webp-colour-carrier', 'ordinary-webp-4-2-0'],
    ].map((name) => `${name}.json`);
    const outputs = evaluationOutputs('runs/one', ['jpeg', 'webp']);
    const known = [...outputs, ...curves, 'inspect.html', 'pre.onnx', 'post.onnx'];
    const written = await readdir('runs/one', { recursive: true, withFileTypes: true });
    const others = written.filter((entry) => entry.isFile() && !known.some((path) => path.endsWith(entry.name)));
    expect(others.map(({ name }) => name).sort()).toEqual(['config.json', 'notes.html', 'step-0000007.safetensors']);
    await expectRefusal(
      ['inspect', 'runs/one', ...FEW, '--out', 'runs/one/notes.html'],
      'runs/one/notes.html is there already',
    );
  });

  it('do not replace what is compared with, or what a link leads to', async () => {
    await expectSuccess(['eval', 'runs/one', ...QUICK]);
    const curve = 'runs/one/curves/jpeg-flat-tables.json';
    for (const path of [curve, 'runs/one']) {
      await expectRefusal(
        ['eval', 'runs/one', ...QUICK, '--compare', path],
        `${path === curve ? curve : 'runs/one/results.json'} is also an input`,
      );
    }
    await expectSuccess([
      'eval',
      'runs/one',
      ...PHOTO,
      '--metrics',
      'psnr',
      '--codec',
      'webp',
      '--qualities',
      '50',
      '--compare',
      curve,
    ]);
    await symlink('../../zoo/tiny/results.json', 'runs/one/results-avif.json');
    await expectRefusal(
      ['eval', 'runs/one', ...PHOTO, '--codec', 'avif', '--force'],
      'runs/one/results-avif.json cannot be written: ',
    );
  });

  it('keep results of others in a folder that is named', async () => {
    await mkdir('out/curves', { recursive: true });
    await writeFile('out/curves/sandwich-jpeg.json', 'mine');
    await expectRefusal(
      ['eval', 'runs/one', ...QUICK, '--out', 'out'],
      'out/curves/sandwich-jpeg.json is there already',
    );
    await expectSuccess(['eval', 'runs/one', ...QUICK, '--out', 'out', '--force']);
    expect(JSON.parse(await readFile('out/results.json', 'utf8')).run).toBe('runs/one');
    await writeRunCopy();
    await writeFile('out/pareto.svg', 'mine');
    const both = ['eval', 'runs/one', 'runs/two', ...QUICK];
    await expectRefusal([...both, '--out', 'out'], 'out/pareto.svg is there already');
    for (let time = 0; time < 2; time++) await expectSuccess(both);
    const pareto = (await readdir('runs/one')).filter((name) => name.startsWith('pareto'));
    for (const name of pareto) expect(paretoOutputs('runs/one', ['jpeg'])).toContain(join('runs/one', name));
    // pareto.json, and two charts for each of the two PSNRs
    expect(pareto.length).toBe(5);
  });

  const writeRunCopy = () =>
    writeRun('runs/two', {
      bottleneckChannels: 1,
      pre: null,
      post: network,
      proxy: new EncodeDecodeIntra({ roundingFn: roundings.ste, qstepInit: 6, minQstep: 1 }),
    });
});

describe('packed networks', () => {
  it('are read-only: what is made of them goes to runs/', async () => {
    const before = Object.entries(await everything()).filter(([path]) => path.startsWith('zoo'));
    for (let time = 0; time < 2; time++) {
      await expectSuccess(['eval', 'zoo/tiny', ...QUICK]);
      await expectSuccess(['inspect', 'zoo/tiny/', ...FEW]);
      await expectSuccess(['export', join(folder(), 'zoo/tiny')]);
    }
    expect(Object.entries(await everything()).filter(([path]) => path.startsWith('zoo'))).toEqual(before);
    const made = await readdir('runs/zoo/tiny');
    for (const name of ['results.json', 'inspect.html', 'onnx', 'results-of.json']) expect(made).toContain(name);
    // The page shows what was measured here.
    expect(await readFile('runs/zoo/tiny/inspect.html', 'utf8')).toContain('photos/a.png');
  });

  it('are written into by no command', async () => {
    const inside = 'zoo/tiny';
    await symlink('zoo/tiny', 'alias');
    const message = `holds packed networks, which are read-only`;
    for (const target of [inside, 'alias', 'zoo/tiny/deep/er']) {
      for (const argv of [
        ['eval', 'runs/one', ...QUICK, '--out', target, '--force'],
        ['inspect', 'runs/one', ...FEW, '--figures', target],
        ['export', 'zoo/tiny', '--out', target, '--force'],
        ['data', 'make', '--to', target],
        ['data', 'fetch', 'kodak', '--to', target],
        reduce('photos', target),
        ['pack', 'runs/one', `${target}/again`],
        [
          'sweep',
          tinySandwichFile,
          '--over',
          'gamma=1,2',
          '--images',
          'photos',
          '--steps',
          '1',
          '--executor',
          'slurm',
          '--sweep',
          target,
        ],
        ['train', tinySandwichFile, '--images', 'photos', '--steps', '1', '--run', `${target}/run`],
      ]) {
        const before = await everything();
        expect(await main(argv), argv.join(' ')).toBe(1);
        expect(output.stderr().trimEnd().split('\n').at(-1)).toContain(message);
        expect(await everything()).toEqual(before);
      }
    }
    for (const argv of [
      ['inspect', 'zoo/tiny', ...FEW, '--out', 'zoo/tiny/page.html'],
      ['gallery', 'zoo/tiny', ...PHOTO, '--out', 'zoo/tiny/gallery.png'],
      ['compress', 'zoo/tiny', 'photos/a.png', 'zoo/tiny/photo.jpg'],
    ]) {
      await expectRefusal(argv, `${argv.at(-1)} cannot be written: ${join(folder(), inside)} ${message}`);
    }
  });

  it('leave other things in runs/ as they are', async () => {
    await mkdir('runs/zoo/tiny', { recursive: true });
    await writeFile('runs/zoo/tiny/results.json', 'mine');
    await writeFile('runs/zoo/tiny/notes.txt', 'mine');
    await expectRefusal(['eval', 'zoo/tiny', ...QUICK], 'runs/zoo/tiny/results.json is there already');
    await expectRefusal(['eval', '--zoo', 'tiny', ...QUICK], 'zoo/tiny/results.json cannot be read');
    await expectSuccess(['eval', 'zoo/tiny', ...QUICK, '--out', 'elsewhere']);
    expect(await readFile('runs/zoo/tiny/results.json', 'utf8')).toBe('mine');
    expect(await readFile('runs/zoo/tiny/notes.txt', 'utf8')).toBe('mine');
  });
});

describe('sandwich pack, import-keras, train and sweep', () => {
  it('keep a folder that is not empty, and say so before they begin', async () => {
    await mkdir('full');
    await writeFile('full/mine.txt', 'mine');
    await expectRefusal(['pack', 'runs/one', 'full'], 'full cannot be written: there is something already');
    await expectRefusal(
      ['import-keras', 'no-weights', '--experiment', tinySandwichFile, '--run', 'full'],
      `run directory ${join(folder(), 'full')} is not empty`,
    );
    await expectRefusal(
      ['train', tinySandwichFile, '--images', 'photos', '--run', 'full'],
      `run directory ${join(folder(), 'full')} is not empty`,
    );
    await symlink('empty', 'packed');
    await mkdir('empty');
    await expectSuccess(['pack', 'runs/one', 'packed']);
    expect((await readdir('empty')).sort()).toEqual(['config.json', 'weights.safetensors']);
  });

  it('keep another sweep, and go on with the same', async () => {
    const sweep = (over: string, ...more: string[]) => [
      ...['sweep', tinySandwichFile, '--over', over, '--images', 'photos', '--steps', '1'],
      ...['--executor', 'slurm', '--sweep', 'swept', ...more],
    ];
    const gammas = async () =>
      JSON.parse(await readFile('swept/sweep.json', 'utf8')).runs.map(({ label }: { label: string }) => label);
    await expectSuccess(sweep('gamma=1,2'));
    await expectSuccess(sweep('gamma=1,2', '--threads', '1'));
    await expectSuccess(sweep('gamma=1,2,3'));
    await expectRefusal(sweep('gamma=2,3'), 'swept holds another sweep, of ');
    expect(await gammas()).toEqual(['gamma=1', 'gamma=2', 'gamma=3']);
    await expectSuccess(sweep('gamma=2,3', '--force'));
    expect(await gammas()).toEqual(['gamma=2', 'gamma=3']);
    await writeFile('photos/pareto.json', 'mine');
    await expectRefusal(
      sweep('gamma=1', '--sweep', 'photos').filter((word, i, all) => word !== 'swept' && all[i + 1] !== 'swept'),
      'photos/pareto.json is there already',
    );
  });
});
