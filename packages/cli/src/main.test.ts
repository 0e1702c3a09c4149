import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeSyntheticImages } from '@sandwich/data';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { writeBadImages, writeGoodImages } from '../../../data/testing/test-images.js';
import { evaluationFiles } from '../../inspector/src/evaluation/evaluation-files.js';
import { checkpointFile, listCheckpoints, runFiles } from '../../trainer/src/run/run-directory.js';
import { useCapturedOutput } from '../../trainer/testing/captured-output.js';
import { useTemporaryFolder } from '../../trainer/testing/temporary-folder.js';
import { tinySandwichFile } from '../../trainer/testing/tiny-sandwich.js';
import { main } from './main.js';

const folder = useTemporaryFolder();
const output = useCapturedOutput();

const images = () => join(folder(), 'images');
const directory = () => join(folder(), 'run');
beforeEach(() => makeSyntheticImages({ directory: images(), count: 2, width: 48, height: 48, seed: 1 }));

const trainTiny = (...more: string[]) =>
  main(['train', tinySandwichFile, '--images', images(), '--run', directory(), ...more]);

/** Everything below the test's folder, without the images. */
const filesLeft = async () =>
  (await readdir(folder(), { recursive: true })).filter((path) => !path.startsWith('images')).sort();

/** That a command ends with exit code 1, says this last, says it once, and changes no file. */
async function expectFailure(argv: readonly string[], message: string | RegExp): Promise<void> {
  const before = await filesLeft();
  expect(await main(argv)).toBe(1);
  const [, ...errors] = output.stderr().split(/^error: /m);
  expect(errors.length).toBe(1);
  if (typeof message === 'string') expect(errors[0]).toContain(message);
  else expect(errors[0]).toMatch(message);
  expect(errors[0]).not.toMatch(/\n\s+at /);
  expect(output.stdout()).toBe('');
  expect(await filesLeft()).toEqual(before);
}

describe('sandwich', () => {
  it('explains itself', async () => {
    expect(await main(['--help'])).toBe(0);
    for (const command of ['train', 'eval', 'data', 'quickstart'])
      expect(output.stdout()).toContain(`sandwich ${command}`);
    for (const command of [['train'], ['eval'], ['data'], ['data', 'make'], ['quickstart']]) {
      expect(await main([...command, '--help'])).toBe(0);
    }
    expect(output.stderr()).toBe('');
    expect(await filesLeft()).toEqual([]);
  });

  it.each([
    ['no command', [], 'name a command'],
    ['an unknown command', ['bake'], 'bake'],
    ['an unknown option', ['train', 'x', '--speed', '3'], 'speed'],
    [
      'an option given twice',
      ['eval', 'x', '--rates', '1,2', '--rates', '1,3'],
      '--rates is given more than once: 1,2, 1,3',
    ],
    ['no subcommand', ['data'], 'name a command: fetch, make, reduce'],
    ['an unknown subcommand', ['data', 'drop'], "unknown command 'drop'"],
    ['no run to evaluate', ['eval'], 'name a run directory, or networks of zoo/ with --zoo'],
    ['a run and networks of the zoo', ['eval', 'runs/a', '--zoo', 'b'], 'not both'],
    [
      'unknown networks of the zoo',
      ['eval', '--zoo', 'nothing'],
      "there are no networks 'nothing' in zoo/; known are color-over-420, color-over-444, color-over-grayscale",
    ],
  ])('refuses %s', (_, argv, message) => expectFailure(argv, message));

  it('makes synthetic images, and of these some of 16 bits', async () => {
    const to = join(folder(), 'made');
    expect(await main(['data', 'make', '--to', to, '--count', '2', '--width', '16', '--height', '12'])).toBe(0);
    expect((await readdir(to)).length).toBe(2);
    expect(output.stdout()).toBe(`${to}\n`);
    const deep = join(folder(), 'deep');
    expect(await main(['data', 'reduce', '--images', to, '--to', deep])).toBe(0);
    expect(await readdir(deep)).toEqual(await readdir(to));
  });
});

describe('sandwich train, given what it cannot use', () => {
  const cases: [name: string, options: () => string[], message: string | RegExp][] = [
    ['no experiment', () => ['--run', directory()], 'name an experiment'],
    ['an unknown experiment', () => ['cake', '--run', directory()], "unknown experiment 'cake'; "],
    [
      'an unknown key',
      () => [tinySandwichFile, '--set', 'size=3'],
      "unknown key 'size'; known are accumulate, averageDecay, batchSize, bitDepth, clipNorm, conditionOn, cropSize",
    ],
    [
      'a value of the wrong type',
      () => [tinySandwichFile, '--set', 'gamma=much'],
      '--set gamma=much: expected a number',
    ],
    ['a seed below zero', () => [tinySandwichFile, '--set', 'seed=-1'], 'seed must not be negative, got -1'],
    ['no steps', () => [tinySandwichFile, '--steps', '0'], '--steps must be a positive integer, got 0'],
    [
      'steps that are no number',
      () => [tinySandwichFile, '--steps', 'ten'],
      "--steps must be a positive integer, got 'ten'",
    ],
    ['negative minutes', () => [tinySandwichFile, '--minutes=-1'], '--minutes must be positive, got -1'],
    ['a missing folder', () => [tinySandwichFile, '--images', join(folder(), 'nowhere')], 'no such file or folder'],
    ['a run that is none', () => ['--resume', images()], `${'images'} is not a run directory`],
  ];
  it.each(cases)('refuses %s', async (_, options, message) => {
    const argv = ['train', ...options()];
    await expectFailure(argv.includes('--images') ? argv : [...argv, '--images', images()], message);
  });

  it('refuses folders without a usable image', async () => {
    const bad = join(folder(), 'bad');
    const train = (...more: string[]) => ['train', tinySandwichFile, '--images', bad, '--run', directory(), ...more];
    await mkdir(bad);
    await expectFailure(train(), `'${bad}': the folder holds no image`);
  });

  it('refuses folders with nothing but damaged files, naming them', async () => {
    const bad = join(folder(), 'bad');
    await mkdir(bad);
    const reasons = await writeBadImages(bad);
    const count = Object.keys(reasons).length;
    await expectFailure(
      ['train', tinySandwichFile, '--images', bad, '--run', directory()],
      new RegExp(`none of the ${count} images is usable:(\\n  .*${'bad'}/.*){5}\\n  and ${count - 5} more`),
    );
    for (const file of Object.keys(reasons)) expect(output.stderr()).toContain(`skipped: ${join(bad, file)}: `);
  });

  it('refuses images that are all smaller than the crop', () =>
    expectFailure(
      ['train', tinySandwichFile, '--images', images(), '--run', directory(), '--set', 'cropSize=49'],
      'is 48x48, smaller than the crop, 49x49',
    ));

  it('refuses a run directory that cannot be written', async () => {
    await writeFile(join(folder(), 'file'), 'x');
    const file = join(folder(), 'file');
    const reasons = {
      [join(file, 'run')]: `error: --run ${file}/run cannot be written (ENOTDIR)`,
      [file]: `error: --run ${file} is a file, not a folder`,
      '/proc/run': 'error: run directory /proc/run cannot be written: ',
    };
    for (const [run, reason] of Object.entries(reasons)) {
      expect(await main(['train', tinySandwichFile, '--images', images(), '--run', run])).toBe(1);
      expect(output.stderr()).toContain(reason);
    }
    expect(await filesLeft()).toEqual(['file']);
    expect(await readFile(join(folder(), 'file'), 'utf8')).toBe('x');
  });

  it('refuses a run directory that is not empty', async () => {
    await mkdir(directory());
    await writeFile(join(directory(), 'thesis.tex'), '');
    await expectFailure(
      ['train', tinySandwichFile, '--images', images(), '--run', directory()],
      `run directory ${directory()} is not empty; choose another with --run`,
    );
  });

  it('takes a run directory that is empty', async () => {
    await mkdir(directory());
    expect(await trainTiny('--steps', '1')).toBe(0);
  });
});

describe('sandwich train', () => {
  it('writes nothing in a dry run, and prints what would be', async () => {
    expect(await trainTiny('--dry-run', '--set', 'gamma=3', '--set', 'phasePlanes=false', '--steps', '7')).toBe(0);
    expect(await filesLeft()).toEqual([]);
    expect(JSON.parse(output.stdout())).toMatchObject({
      experiment: 'tiny-sandwich',
      settings: { gamma: 3, phasePlanes: false, cropSize: 16 },
      budget: { steps: 7 },
      images: `2 images of ${images()}`,
      checkpoints: { keep: 3 },
    });
  });

  it('makes no synthetic images in a dry run', async () => {
    const start = process.cwd();
    vi.stubEnv('SANDWICH_DATA', '');
    process.chdir(folder());
    try {
      expect(await main(['train', tinySandwichFile, '--dry-run'])).toBe(0);
      expect(output.stderr()).toContain('training images: 48 synthetic images in ');
      expect(await filesLeft()).toEqual([]);
    } finally {
      process.chdir(start);
      vi.unstubAllEnvs();
    }
  });

  it('trains on the good among bad files, naming the bad ones', async () => {
    const reasons = await writeBadImages(images());
    await writeGoodImages(images(), 2);
    expect(await trainTiny('--steps', '3', '--set', 'cropSize=32')).toBe(0);
    for (const [file, reason] of Object.entries(reasons)) {
      const name = `skipped: ${join(images(), file)}: `;
      expect(output.stderr().split(name).length, file).toBe(2);
      expect(output.stderr()).toContain(`${name}${reason}`);
    }
    expect(output.stderr()).not.toContain('good-');
    expect(await listCheckpoints(directory())).toEqual([checkpointFile(directory(), 3)]);
  });

  it('leaves a run that explains itself', async () => {
    expect(await trainTiny('--steps', '10', '--set', 'seed=5')).toBe(0);
    const files = runFiles(directory());
    expect(JSON.parse(await readFile(files.configuration, 'utf8'))).toEqual({
      experiment: 'tiny-sandwich',
      experimentFile: tinySandwichFile,
      experimentHash: createHash('sha256')
        .update(await readFile(tinySandwichFile))
        .digest('hex'),
      kind: 'sandwich',
      module: '@sandwich/models',
      objective: { distortion: { mse: 1 } },
      imageNames: { count: 2, hash: expect.stringMatching(/^[0-9a-f]{16}$/) },
      settings: expect.objectContaining({ seed: 5, batchSize: 2, cropSize: 16, gamma: 20, rangePenalty: true }),
      architecture: expect.objectContaining({ bottleneckChannels: 1, phasePlanes: true, seed: 5 }),
      imagePath: images(),
      images: `2 images of ${images()}`,
      budget: { steps: 10 },
      checkpoints: { keep: 3 },
      codeVersion: expect.stringMatching(/^[0-9a-f]{7,}|^v|unknown/),
      engine: expect.objectContaining({ engine: expect.any(String), threads: expect.any(Number) }),
    });
    const [record, ...rest] = (await readFile(files.metrics, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rest).toEqual([]);
    expect(record.step).toBe(10);
    for (const name of ['seconds', 'loss', 'mse', 'bpp', 'rangePenalty', 'psnr', 'qstep', 'stepsPerSecond']) {
      expect(record[name], name).toBeGreaterThanOrEqual(0);
    }
    const left = (await filesLeft()).filter((path) => path.startsWith('run/'));
    expect(left.filter((path) => path.startsWith('run/images/step-0000001-')).length).toBe(4);
    expect(left.length).toBe(10);
    expect(left.filter((path) => path.includes('tfevents')).length).toBe(1);
    expect(left.some((path) => path.endsWith('.part'))).toBe(false);
    expect(output.stderr()).toContain(`run: ${directory()}\n`);
  });

  it('tells how many of the images it uses', async () => {
    expect(await trainTiny('--steps', '1', '--limit', '1')).toBe(0);
    expect(output.stderr()).toContain(`training images: 1 of 2 images of ${images()}\n`);
  });

  it('says that a finished run is finished, and leaves it as it is', async () => {
    expect(await trainTiny('--steps', '2')).toBe(0);
    const before = await readFile(runFiles(directory()).configuration, 'utf8');
    expect(await main(['train', '--resume', directory()])).toBe(0);
    expect(output.stderr()).toContain(`${directory()} is finished: 2 steps are done; to go on, give more with --steps`);
    expect(await readFile(runFiles(directory()).configuration, 'utf8')).toBe(before);
  });

  it('profiles the last of few steps, or says why it profiled none', async () => {
    expect(await trainTiny('--steps', '2', '--profile', '--engine', 'auto')).toBe(0);
    expect(output.stderr()).toMatch(/^kernels of step 2 .*ms|^no kernels: only the torch engine is profiled/m);
    expect(await main(['train', '--resume', directory(), '--minutes', '0.00001', '--profile'])).toBe(0);
    expect(output.stderr()).toMatch(/is finished/);
  });

  it('resumes only as it was configured', async () => {
    expect(await trainTiny('--steps', '1')).toBe(0);
    for (const more of [[tinySandwichFile], ['--set', 'gamma=3'], ['--run', join(folder(), 'other')]]) {
      const before = await filesLeft();
      expect(await main(['train', '--resume', directory(), ...more])).toBe(1);
      expect(output.stderr()).toContain('error: --resume continues a run as it was configured');
      expect(await filesLeft()).toEqual(before);
    }
  });
});

describe('a run whose files are damaged', () => {
  const commands: [name: string, argv: () => string[]][] = [
    ['eval', () => ['eval', directory(), '--images', images()]],
    ['train --resume', () => ['train', '--resume', directory(), '--steps', '9']],
  ];
  beforeEach(async () => {
    expect(await trainTiny('--steps', '1')).toBe(0);
    vi.mocked(process.stdout.write).mockClear();
  });

  it.each(commands)('%s refuses a corrupt checkpoint', async (_, argv) => {
    const file = checkpointFile(directory(), 1);
    const bytes = await readFile(file);
    await writeFile(file, bytes.subarray(0, bytes.length / 2));
    await expectFailure(argv(), `checkpoint ${file} cannot be used: decodeSafetensors: `);
    bytes[bytes.length - 3] ^= 16;
    await writeFile(file, bytes);
    expect(await main(argv())).toBe(1);
    expect(output.stderr()).toContain(`can be used: checkpoint ${file} cannot be used: its checksum is wrong`);
  });

  it('eval refuses a run without a checkpoint', async () => {
    await rm(runFiles(directory()).checkpoints, { recursive: true });
    await expectFailure(['eval', directory(), '--images', images()], `${directory()} has no checkpoint`);
  });

  it('train --resume starts a run without a checkpoint again', async () => {
    await rm(runFiles(directory()).checkpoints, { recursive: true });
    expect(await main(['train', '--resume', directory(), '--steps', '2'])).toBe(0);
    expect(output.stderr()).toContain(`${directory()} has no checkpoint yet: starting it again`);
    expect(await listCheckpoints(directory())).toEqual([checkpointFile(directory(), 2)]);
  });

  it.each(commands)('%s refuses a damaged configuration', async (_, argv) => {
    await writeFile(runFiles(directory()).configuration, '{"experiment": "tiny');
    await expectFailure(argv(), `${directory()} is not a run directory: `);
  });

  it.each(commands)('%s refuses a configuration that lacks parts', async (_, argv) => {
    await writeFile(runFiles(directory()).configuration, 'null');
    await expectFailure(argv(), `${directory()} is not a run directory: `);
  });

  it('eval refuses a checkpoint of another model', async () => {
    const other = join(folder(), 'other');
    expect(
      await main([
        'train',
        tinySandwichFile,
        '--images',
        images(),
        '--run',
        other,
        '--steps',
        '1',
        '--set',
        'phasePlanes=false',
      ]),
    ).toBe(0);
    await copyFile(checkpointFile(other, 1), checkpointFile(directory(), 1));
    await expectFailure(
      ['eval', directory(), '--images', images()],
      'the checkpoint does not fit the system: pre/unet/encoder0/conv0/kernel has shape [3,3,3,4], the system has [3,3,6,4]',
    );
  });
});

describe('sandwich eval, given what it cannot use', () => {
  const cases: [name: string, options: () => string[], message: string | RegExp][] = [
    [
      'a run that is none',
      () => [join(folder(), 'nowhere')],
      /nowhere is not a run directory: there is no such folder/,
    ],
    [
      'rates that are no numbers',
      () => [directory(), '--rates', 'low,high'],
      "--rates takes positive numbers with commas between, got 'low,high'",
    ],
    [
      'falling rates',
      () => [directory(), '--rates', '1.2,0.3'],
      "--rates takes two rising rates, such as 0.3,1.2; got '1.2,0.3'",
    ],
    ['one rate', () => [directory(), '--rates', '1'], '--rates takes two rising rates'],
    [
      'steps that are no numbers',
      () => [directory(), '--qsteps', '8,,9'],
      "--qsteps takes positive numbers with commas between, got '8,,9'",
    ],
    ['a share of images', () => [directory(), '--every', '0.5'], '--every must be a positive integer, got 0.5'],
    ['a missing checkpoint', () => [directory(), '--checkpoint', join(folder(), 'c')], /--checkpoint .*c is not there/],
    ['a missing folder', () => [directory(), '--images', join(folder(), 'nowhere')], 'no such file or folder'],
    [
      'a folder of bad images',
      () => [directory(), '--images', join(folder(), 'bad')],
      'none of the 1 images is usable',
    ],
  ];
  it.each(cases)('refuses %s', async (_, options, message) => {
    await mkdir(join(folder(), 'bad'));
    await writeFile(join(folder(), 'bad', 'a.png'), '');
    expect(await trainTiny('--steps', '1')).toBe(0);
    const argv = ['eval', ...options()];
    await expectFailure(argv.includes('--images') ? argv : [...argv, '--images', images()], message);
    expect(existsSync(evaluationFiles(directory(), 'jpeg').results)).toBe(false);
  });
});
