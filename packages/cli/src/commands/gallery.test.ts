import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
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

  await mkdir(join(folder(), 'nothing'));
  expect(await draw([run, join(folder(), 'nothing')])).toBe(1);
  expect(output.stderr()).toContain('is not a run directory');
  expect(await draw([run], '--rate', '0')).toBe(1);
  expect(output.stderr()).toContain('--rate must be positive, got 0');
  expect(await draw([run], '--region', '60,8,32,32', '--force')).toBe(1);
  expect(output.stderr()).toContain('reaches out of');
  expect(await main(['gallery', run, '--images', images, '--out', join(folder(), 'missing', 'x.png')])).toBe(1);
  expect(existsSync(join(folder(), 'missing'))).toBe(false);
});
