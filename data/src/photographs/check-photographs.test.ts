import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { useTemporaryFolder } from '../../../packages/files/testing/temporary-folder.js';
import { writeBadImages, writeGoodImages } from '../../testing/test-images.js';
import { makeSyntheticImages } from '../synthetic/make-synthetic-images.js';
import { type CheckPhotographsOptions, checkPhotographs } from './check-photographs.js';
import { photographSettings } from './photograph-settings.js';

const folder = useTemporaryFolder();
let paths: string[];
let notes: string[];
beforeEach(async () => {
  paths = await writeGoodImages(folder(), 5);
  notes = [];
});

const settings = { ...photographSettings, batchSize: 4, cropSize: 16, reduce: 2, validationImages: 2 };
const note = (text: string) => notes.push(text);

describe('checkPhotographs', () => {
  const check = (changes: Partial<CheckPhotographsOptions> = {}) =>
    checkPhotographs({ ...settings, data: { images: folder(), note }, ...changes });

  it('finds nothing wrong where crops can be taken', async () => {
    await writeBadImages(folder());
    await check({ processes: 2 });
    expect(notes).toEqual([]);
  });

  it('names what is wrong', async () => {
    await expect(check({ processes: 3 })).rejects.toThrow(
      'batchSize=4 cannot be shared equally by 3 processes; it must be a multiple of 3',
    );
    await expect(check({ validationImages: 5 })).rejects.toThrow(
      'validationImages=5 leaves nothing to train on: there are 5 images',
    );
    await expect(check({ data: { images: folder(), limit: 2, note } })).rejects.toThrow('there are 2 images');
    await expect(check({ data: { images: join(folder(), 'none'), note } })).rejects.toThrow('no such file or folder');
    await expect(check({ cropSize: 21 })).rejects.toThrow('good-0.png: is 48x40, smaller than the crop, 42x42');
    expect(notes).toEqual(paths.slice(0, 3).map((path) => `skipped: ${path}: is 48x40, smaller than the crop, 42x42`));
    await expect(check({ scales: '0.7,0.5' })).rejects.toThrow('is 48x40, smaller than the crop, 46x46');
  });

  it('refuses where none of those held back can be used, before training begins', async () => {
    const images = join(folder(), 'mixed');
    await mkdir(images);
    await rename(paths[0], join(images, 'a.png'));
    await makeSyntheticImages({ directory: images, count: 2, width: 20, height: 20, seed: 1 });
    await expect(check({ data: { images, note } })).rejects.toThrow('none of the 2 images is usable');
    expect(notes.length).toBe(2);
  });

  it('knows the size of synthetic images before they are made', async () => {
    const start = process.cwd();
    process.chdir(folder());
    vi.stubEnv('SANDWICH_DATA', '');
    try {
      await check({ data: { note } });
      await expect(check({ data: { note }, cropSize: 250 })).rejects.toThrow(
        'synthetic images are 640x480, smaller than the crop, 500x500: give --images',
      );
      await expect(check({ data: { note, limit: 2 } })).rejects.toThrow('there are 2 images');
      await expect(check({ data: { note }, validationImages: 48 })).rejects.toThrow('there are 48 images');
    } finally {
      process.chdir(start);
      vi.unstubAllEnvs();
    }
  });
});
