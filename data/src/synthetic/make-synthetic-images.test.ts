import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSharp } from '@sandwich/pictures';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeSyntheticImages } from './make-synthetic-images.js';
import { synthesizeImage } from './synthesize-image.js';

const sharp = await loadSharp();
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'synthetic-'));
});
afterEach(() => rm(directory, { recursive: true }));

describe('makeSyntheticImages', () => {
  it('writes PNG files of the seeds in a row, and nothing else', async () => {
    const target = join(directory, 'new', 'folder');
    const seen: number[] = [];
    const paths = await makeSyntheticImages({
      directory: target,
      count: 3,
      width: 32,
      height: 24,
      seed: 5,
      onProgress: ({ done }) => seen.push(done),
    });
    expect(paths).toEqual(
      ['synthetic-0005.png', 'synthetic-0006.png', 'synthetic-0007.png'].map((name) => join(target, name)),
    );
    expect((await readdir(target)).sort()).toEqual(['synthetic-0005.png', 'synthetic-0006.png', 'synthetic-0007.png']);
    expect(seen).toEqual([1, 2, 3]);
    const samples = await sharp(paths[1]).raw().toBuffer();
    expect(new Uint8Array(samples)).toEqual(synthesizeImage({ width: 32, height: 24, seed: 6 }).data);
  });

  it('keeps a file that is there, unless it is forced', async () => {
    const size = { directory, width: 8, height: 8 };
    const mine = join(directory, 'synthetic-0003.png');
    await writeFile(mine, 'mine');
    await expect(makeSyntheticImages({ ...size, count: 3, seed: 1 })).rejects.toThrow(`${mine} is there already`);
    expect(await readdir(directory)).toEqual(['synthetic-0003.png']);
    expect(await readFile(mine, 'utf8')).toBe('mine');
    await makeSyntheticImages({ ...size, count: 3, seed: 1, force: true });
    expect((await sharp(mine).metadata()).width).toBe(8);
  });

  it('writes 16 bits', async () => {
    const [path] = await makeSyntheticImages({ directory, count: 1, width: 32, height: 24, seed: 6, bits: 16 });
    expect(await sharp(path).metadata()).toMatchObject({ depth: 'ushort', space: 'rgb16', channels: 3 });
    const samples = await sharp(path).toColourspace('rgb16').raw({ depth: 'ushort' }).toBuffer();
    const { data } = synthesizeImage({ width: 32, height: 24, seed: 6, bits: 16 });
    expect(new Uint16Array(samples.buffer, samples.byteOffset, data.length)).toEqual(data);
  });

  it('fails where the folder cannot be made', async () => {
    const file = join(directory, 'file');
    await writeFile(file, '');
    await expect(
      makeSyntheticImages({ directory: join(file, 'below'), count: 1, width: 8, height: 8, seed: 0 }),
    ).rejects.toThrow(`${file} is no folder`);
  });

  it('rejects a count that is none', async () => {
    await expect(makeSyntheticImages({ directory, count: 0, width: 8, height: 8, seed: 0 })).rejects.toThrow(
      'makeSyntheticImages: count must be a positive integer, got 0',
    );
  });
});
