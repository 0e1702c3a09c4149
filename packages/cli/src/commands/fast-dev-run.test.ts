import { readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeSyntheticImages } from '@sandwich/data';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useCapturedOutput } from '../../../trainer/testing/captured-output.js';
import { useTemporaryFolder } from '../../../trainer/testing/temporary-folder.js';
import { tinySandwichFile } from '../../../trainer/testing/tiny-sandwich.js';
import { main } from '../main.js';

const folder = useTemporaryFolder();
const output = useCapturedOutput();
beforeEach(() => vi.stubEnv('TMPDIR', folder()));
afterEach(() => vi.unstubAllEnvs());

const fastDevRun = (...more: string[]) => main(['train', tinySandwichFile, '--fast-dev-run', ...more]);

describe('sandwich train --fast-dev-run', () => {
  it('trains, evaluates, and leaves nothing behind', async () => {
    expect(await fastDevRun('--set', 'validationImages=1')).toBe(0);
    expect(output.stdout()).toContain('tiny-sandwich: 3 steps and an evaluation went through; nothing was kept');
    expect(output.stderr()).toContain('step 3: validation loss ');
    expect(output.stderr()).toMatch(/^1\/1 synthetic-0001.png$/m);
    expect(output.stdout()).toMatch(/sandwich +flat 20 /);
    // Nothing is named that is not there any more.
    expect(output.stdout() + output.stderr()).not.toContain(tmpdir());
    expect(await readdir(folder())).toEqual([]);
  });

  it('takes images and settings', async () => {
    const images = join(folder(), 'images');
    await makeSyntheticImages({ directory: images, count: 3, width: 80, height: 72, seed: 1 });
    expect(await fastDevRun('--images', images, '--set', 'cropSize=24', '--set', 'reduce=3')).toBe(0);
    expect(output.stderr()).toContain(`training images: at most 2 images of ${images}`);
    expect(await readdir(folder())).toEqual(['images']);
  });

  it('fails as the run does, leaving nothing behind', async () => {
    expect(await fastDevRun('--set', 'learningRate=1e39')).toBe(1);
    expect(output.stderr()).toMatch(/not finite|the loss is/);
    const list = join(folder(), 'list.txt');
    await writeFile(list, 'nowhere.png');
    expect(await fastDevRun('--images', list)).toBe(1);
    expect(output.stderr()).toContain(`skipped: ${join(folder(), 'nowhere.png')}: cannot be read (ENOENT)`);
    expect(await readdir(folder())).toEqual(['list.txt']);
  });

  it('is no run to go on in', async () => {
    expect(await fastDevRun('--run', join(folder(), 'run'))).toBe(1);
    expect(output.stderr()).toContain('--fast-dev-run cannot be used with --run');
    expect(await readdir(folder())).toEqual([]);
  });
});
