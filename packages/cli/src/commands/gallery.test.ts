import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeSyntheticImages } from '@sandwich/data';
import { startEngine, tf } from '@sandwich/engine';
import { loadSharp } from '@sandwich/pictures';
import { beforeAll, expect, it } from 'vitest';
import { useCapturedOutput } from '../../../trainer/testing/captured-output.js';
import { useTemporaryFolder } from '../../../trainer/testing/temporary-folder.js';
import { tinySandwichFile } from '../../../trainer/testing/tiny-sandwich.js';
import { main } from '../main.js';
import { trainCommand } from './train.js';

const folder = useTemporaryFolder();
const output = useCapturedOutput();
beforeAll(() => startEngine());

it('draws runs below each other', async () => {
  const images = join(folder(), 'images');
  const run = join(folder(), 'run');
  const out = join(folder(), 'gallery.png');
  await makeSyntheticImages({ directory: images, count: 2, width: 64, height: 48, seed: 1 });
  await trainCommand({ experiment: tinySandwichFile, images, run, steps: 2 });
  const draw = (runs: string[], ...more: string[]) =>
    main(['gallery', ...runs, '--images', images, '--out', out, ...more]);

  const tensors = tf.memory().numTensors;
  expect(await draw([run], '--region', '8,8,32,32')).toBe(0);
  const sharp = await loadSharp();
  const one = await sharp(out).metadata();
  expect(await draw([run, run], '--count', '2', '--region', '8,8,32,32', '--force')).toBe(0);
  expect(tf.memory().numTensors).toBe(tensors);
  const four = await sharp(out).metadata();
  // Rows of the same height below one gap.
  expect(four.height! - one.height!).toBe(3 * (one.height! - 12));
  expect(four.width).toBe(one.width);

  // Two regions of each run, in two columns, enlarged to three times their size; WebP as well.
  const webp = join(folder(), 'gallery.webp');
  const zoomed = [
    '--region',
    '8,8,32,32',
    '--region',
    '0,0,32,16',
    '--height',
    '100',
    '--columns',
    'plain codec, original',
  ];
  expect(await main(['gallery', run, '--images', images, '--out', webp, ...zoomed])).toBe(0);
  const { data, info } = await sharp(webp).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const [first] = (await readdir(images)).sort();
  const original = await sharp(join(images, first)).raw().toBuffer();
  const pixel = (buffer: Buffer, width: number, x: number, y: number) => {
    const at = 3 * (y * width + x);
    return [...buffer.subarray(at, at + 3)];
  };
  const label = 26;
  for (const [x, y] of [
    [0, 0],
    [31, 7],
    [15, 31],
  ]) {
    const shown = pixel(data, info.width, 12 + 96 + 12 + 3 * x + 1, 12 + label + 3 * y + 1);
    expect(shown).toEqual(pixel(original, 64, 8 + x, 8 + y));
  }

  await mkdir(join(folder(), 'nothing'));
  expect(await draw([run], '--columns', 'original,plain', '--force')).toBe(1);
  expect(output.stderr()).toMatch(
    /--columns: there is no 'plain', but framed, original, bottleneck, compressed bottleneck, sandwich, .*plain codec/,
  );
  expect(await draw([run, join(folder(), 'nothing')])).toBe(1);
  expect(output.stderr()).toContain('is not a run directory');
  expect(await draw([run], '--rate', '0')).toBe(1);
  expect(output.stderr()).toContain('--rate must be positive, got 0');
  expect(await draw([run], '--region', '60,8,32,32', '--force')).toBe(1);
  expect(output.stderr()).toContain('reaches out of');
  expect(await draw([run], '--region', '8,8,32,32', '--region', '0,40,32,16', '--force')).toBe(1);
  expect(output.stderr()).toContain('--region 0,40,32,16 reaches out of');
  expect(await main(['gallery', run, '--images', images, '--out', join(folder(), 'missing', 'x.png')])).toBe(1);
  expect(existsSync(join(folder(), 'missing'))).toBe(false);
});
