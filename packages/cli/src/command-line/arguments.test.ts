import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { makeSyntheticImages } from '@sandwich/data';
import { startEngine } from '@sandwich/engine';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useCapturedOutput } from '../../../trainer/testing/captured-output.js';
import { useTemporaryFolder } from '../../../trainer/testing/temporary-folder.js';
import { main } from '../main.js';
import type { Argument } from './argument.js';
import { type Command, optionName } from './command.js';
import { commands } from './commands.js';
import { parseCommandLine } from './parse-command-line.js';

vi.mock(import('@sandwich/engine'), async (original) => ({
  ...(await original()),
  startEngine: vi.fn(async () => {
    throw new Error('the engine was started');
  }),
}));

const folder = useTemporaryFolder();
const output = useCapturedOutput();
const zoo = resolve('zoo/color-over-grayscale');

interface Needed {
  operands?: string[];
  options?: string[];
}

/** What each command needs at least; a command without an entry fails the tests. */
const needed: Record<string, () => Needed> = {
  train: () => ({ operands: ['color-over-grayscale'] }),
  eval: () => ({ operands: [zoo] }),
  'eval-folder': () => ({ operands: [folder()] }),
  export: () => ({ operands: [zoo] }),
  'import-keras': () => ({ operands: ['weights.h5'], options: ['--experiment', 'color-over-grayscale'] }),
  'import-l3ic': () => ({ operands: [join(folder(), 'picture.png')] }),
  inspect: () => ({ operands: [zoo] }),
  gallery: () => ({ operands: [zoo] }),
  compress: () => ({ operands: [zoo, join(folder(), 'picture.png'), join(folder(), 'made.jpg')] }),
  decompress: () => ({ operands: [zoo, join(folder(), 'picture.png'), join(folder(), 'made.png')] }),
  view: () => ({ operands: [join(folder(), 'picture.png'), zoo] }),
  demo: () => ({ operands: [zoo, join(folder(), 'picture.png')] }),
  benchmark: () => ({ operands: [zoo] }),
  pack: () => ({ operands: [zoo, join(folder(), 'packed')] }),
  sweep: () => ({ operands: ['color-over-grayscale'], options: ['--over', 'learningRate=1,2'] }),
  'sweep-run': () => ({ operands: [folder(), '0'] }),
  'sweep-report': () => ({ operands: [folder()] }),
  'data fetch': () => ({ operands: ['kodak'] }),
  'data make': () => ({}),
  'data reduce': () => ({ options: ['--images', folder(), '--to', join(folder(), 'reduced')] }),
  'lpips-scale': () => ({ options: ['--net', 'alex'] }),
  'rate-distortion': () => ({ operands: [zoo], options: ['--out', join(folder(), 'curves')] }),
  'rate-models': () => ({ operands: [folder()] }),
  'table-accuracy': () => ({ operands: ['points.json'], options: ['--images', folder()] }),
  'table-search': () => ({ options: ['--images', folder(), '--out', 's.json'] }),
  'table-sensitivity': () => ({ options: ['--images', folder(), '--out', 's.json'] }),
  attack: () => ({ operands: [folder()], options: ['--classifier', 'resnet20'] }),
  quickstart: () => ({}),
};

/** What options need that cannot be given beside the usual operands. */
const operandsBeside: Record<string, string[]> = {
  'train --resume': [],
  'eval --out': [zoo, resolve('zoo/color-over-420')],
};

const before = ['picture.png', 'fifo', 'folder'].sort();
beforeEach(async () => {
  await writeFile(join(folder(), 'picture.png'), 'not looked at');
  await mkdir(join(folder(), 'folder'));
  expect(spawnSync('mkfifo', [join(folder(), 'fifo')]).status).toBe(0);
});
afterEach(() => {
  vi.mocked(startEngine).mockClear();
});

/** The words of a command with others in the place of those for one of its options. */
function withOption({ name }: Command, option: string, ...words: string[]): string[] {
  const { operands = [], options = [] } = needed[name]();
  const others = options.filter((_, i) => options[i - (i % 2)] !== option);
  return [...name.split(' '), ...(operandsBeside[`${name} ${option}`] ?? operands), ...others, ...words];
}

/** The words of a command with another one for an operand, or without it and those that follow. */
function withOperand(command: Command, key: string, word?: string): string[] {
  const { operands = [], options = [] } = needed[command.name]();
  const at = Object.keys(command.operands).indexOf(key);
  const changed = [...operands.slice(0, at), ...(word === undefined ? [] : [word, ...operands.slice(at + 1)])];
  return [...command.name.split(' '), ...options, '--', ...changed];
}

/** A command is refused: at once, by a line that names the argument, before the engine is started or anything written. */
async function expectRefusal(argv: string[], name: string, ...more: (string | RegExp)[]): Promise<void> {
  const from = output.stderr().length;
  const code = await main(argv);
  const error = output.stderr().slice(from);
  const what = `sandwich ${argv.join(' ')}: ${error}`;
  expect(code, what).toBe(1);
  expect(error, what).toMatch(/^error: [^\n]+\n$/);
  expect(error, what).toContain(name);
  for (const text of more) expect(error, what).toMatch(text);
  if (!argv.some((word) => word.includes('NaN'))) expect(error, what).not.toContain('NaN');
  expect(error, what).not.toMatch(/undefined|\[object|the engine was started/);
  expect(startEngine, what).not.toHaveBeenCalled();
  expect((await readdir(folder())).sort(), what).toEqual(before);
}

type Row = [label: string, command: Command, key: string, argument: Argument];
const optionRows: Row[] = commands.flatMap((command) =>
  Object.entries(command.options).map(([key, argument]): Row => {
    const name = argument.negated ? optionName(`no-${key}`) : optionName(key);
    return [`${command.name} ${name}`, command, name, argument];
  }),
);
const withValue = optionRows.filter(([, , , { placeholder }]) => placeholder !== null);
const flags = optionRows.filter(([, , , { placeholder }]) => placeholder === null);
const operandRows: Row[] = commands.flatMap((command) =>
  Object.entries(command.operands).map(([key, argument]): Row => [`${command.name} ${key}`, command, key, argument]),
);
const paths = withValue.filter(([, , , { placeholder }]) => /^(path|file|folder)$/.test(placeholder!));

it('knows of every command what it needs', () => {
  expect(Object.keys(needed).sort()).toEqual(commands.map(({ name }) => name).sort());
});

describe('an option', () => {
  it.each(withValue)('%s needs a value', async (_, command, name) => {
    await expectRefusal(withOption(command, name, name), name, 'needs a value');
    await expectRefusal(withOption(command, name, name, '--help'), name, 'needs a value');
  });

  it.each(withValue)('%s refuses what it cannot use', async (_, command, name, { refused }) => {
    expect(refused.length).toBeGreaterThan(0);
    expect(refused).toContain('');
    for (const text of refused) {
      await expectRefusal(withOption(command, name, name, text), name);
      await expectRefusal(withOption(command, name, `${name}=${text}`), name);
    }
  });

  it.each(withValue.filter(([, , , { repeated }]) => !repeated))('%s is given once', (_, command, name, argument) => {
    const text = someText(argument);
    return expectRefusal(withOption(command, name, name, text, name, text), name, 'more than once');
  });

  const ofKeys = withValue.filter(([, , , { repeated, placeholder }]) => repeated && placeholder?.startsWith('key='));
  it.each(ofKeys)('%s names each key once', (_, command, name) =>
    expectRefusal(withOption(command, name, name, 'gamma=1', name, 'gamma=2'), name, /gamma.*(more than once|twice)/),
  );

  it.each(flags)('%s is given once and has no value', async (_, command, name) => {
    await expectRefusal(withOption(command, name, name, name), name, 'more than once');
    await expectRefusal(withOption(command, name, `${name}=1`), name);
  });

  it.each(paths)('%s refuses a named pipe and a device', async (_, command, name) => {
    await expectRefusal(withOption(command, name, name, join(folder(), 'fifo')), 'fifo', /named pipe/);
    await expectRefusal(withOption(command, name, name, '/dev/null'), '/dev/null', /device/);
  });
});

it('an option is taken under the name that it had before, once', async () => {
  const parsed = (...options: string[]) => parseCommandLine(['train', 'x', ...options], commands)?.values;
  const expected = { experiment: 'x', concurrency: 3 };
  expect(parsed('--concurrency', '3')).toMatchObject(expected);
  expect(parsed('--workers', '3')).toMatchObject(expected);
  expect(parsed('--workers=3')).toMatchObject(expected);
  await expectRefusal(['train', 'x', '--workers', '0'], '--concurrency');
  await expectRefusal(['train', 'x', '--workers', '3', '--concurrency', '3'], '--concurrency', 'more than once');
  await expectRefusal(['train', 'x', '--workers'], 'workers', 'needs a value');
  expect(await main(['train', '--help'])).toBe(0);
  expect(output.stdout()).toContain('--concurrency');
  expect(output.stdout()).not.toContain('--workers');
});

it('compress looks at the picture before it begins, and lists the formats', () =>
  expectRefusal(
    ['compress', ...needed.compress().operands!],
    `${join(folder(), 'picture.png')}: is no readable image: PNG, JPEG, WebP, TIFF and GIF are read`,
  ));

it.each(['inspect', 'gallery'])('%s looks at the region before it begins', async (name) => {
  const image = join(folder(), 'picture.png');
  await makeSyntheticImages({ directory: folder(), count: 1, width: 32, height: 24, seed: 1 });
  await rename(join(folder(), 'synthetic-0001.png'), image);
  const argv = [name, zoo, '--images', image, '--region', '8,8,32,8', '--out', join(folder(), 'out')];
  argv[argv.length - 1] += name === 'inspect' ? '.html' : '.png';
  if (name === 'inspect') argv.push('--figures', join(folder(), 'figures'));
  await expectRefusal(argv, '--region 8,8,32,8 reaches out of picture.png, which is 32x24');
});

describe('an operand', () => {
  it.each(operandRows.filter(([, , , { required }]) => required))('%s has to be given', (_, command, key) =>
    expectRefusal(withOperand(command, key), key),
  );

  it.each(operandRows)('%s refuses what it cannot use', async (_, command, key, { refused }) => {
    for (const text of refused) await expectRefusal(withOperand(command, key, text), key);
  });

  const pathRows = operandRows.filter(([, , , { placeholder }]) => /^(path|file|folder)$/.test(placeholder!));
  it.each(pathRows)('%s refuses a named pipe and a device, and is honoured after --', async (_, command, key) => {
    await expectRefusal(withOperand(command, key, join(folder(), 'fifo')), 'fifo', /named pipe|extension/);
    await expectRefusal(withOperand(command, key, '/dev/null'), '/dev/null', /device|extension/);
  });

  it.each(commands)('$name takes no more than it knows', async (command) => {
    if (Object.values(command.operands).some(({ repeated }) => repeated)) return;
    await expectRefusal(
      [...command.name.split(' '), ...Object.values(needed[command.name]()).flat(), 'more'],
      'too many arguments',
    );
  });

  it('may begin with a dash after --', async () => {
    const dashed = ['compress', '--force', '--', zoo, '-photo.png', '-photo.jpg'];
    await expectRefusal(dashed, 'picture -photo.png is not there');
    await expectRefusal(['inspect', '--', '--run'], '--run is not a run directory');
    expect(existsSync('-photo.jpg')).toBe(false);
  });
});

it.each([
  ['an operand help', ['inspect', 'help'], 'help is not a run directory'],
  ['a folder help', ['train', 'x', '--images', 'help'], "unknown experiment 'x'"],
  ['a word behind a flag', ['train', 'x', '--overfit', 'true'], 'too many arguments'],
  ['names of the parser', ['export', zoo, '--$0', '--_=1', '--get-yargs-completions'], 'too many arguments'],
  ['properties of objects', ['train', 'x', '--constructor', '3'], "unknown option '--constructor'"],
  ['an operand by its name', ['train', '--experiment', 'x'], "unknown option '--experiment'"],
  ['the opposite of an option', ['train', 'x', '--no-steps'], "unknown option '--no-steps'"],
  ['an option in camel case', ['train', 'x', '--checkpointSteps', '3'], "unknown option '--checkpointSteps'"],
  ['an option before the command', ['--overfit', 'train', 'x'], 'name a command before --overfit'],
  ['an option before the command of a group', ['data', '--count', '2', 'make'], 'name a command before --count'],
])('the parser gives %s no meaning of its own', (_, argv, message) => expectRefusal(argv, message));

/** A text that an argument takes. */
function someText(argument: Argument): string {
  const words = argument.describe.split(/[:;,] /);
  const texts = ['1', '1,2', '30', 'x', 'cpu', '0,0,8,8', 'local', '8', '2', '8x8', ...words];
  const taken = texts.find((text) => {
    try {
      argument.parse(text, 'x');
      return true;
    } catch {
      return false;
    }
  });
  if (taken === undefined) throw new Error(`none of the texts is taken: ${argument.describe}`);
  return taken;
}
