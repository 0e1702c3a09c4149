import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { loadSharp } from '@sandwich/pictures';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useTemporaryFolder } from '../../packages/files/testing/temporary-folder.js';
import { manifest } from './fetch/manifest.js';
import { evaluationImages, type ImageSource, trainingImages } from './image-source.js';

const folder = useTemporaryFolder();
const start = process.cwd();
const kodak = manifest.kodak.files;
beforeEach(() => {
  process.chdir(folder());
  vi.stubEnv('SANDWICH_DATA', '');
  // Two empty files stand for Kodak.
  const sha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
  manifest.kodak.files = ['kodim01.png', 'kodim02.png'].map((name) => ({ name, address: '', sha256 }));
});
afterEach(() => {
  manifest.kodak.files = kodak;
  process.chdir(start);
  vi.unstubAllEnvs();
});

/** A folder of files by these names. */
async function makeFolder(path: string, ...files: string[]): Promise<void> {
  await mkdir(path, { recursive: true });
  for (const file of files) await writeFile(join(path, file), '');
}

const namesOf = async (source: ImageSource) => (await source.images()).map((path) => basename(path));

describe('images to train and evaluate on', () => {
  it('are those asked for', async () => {
    await makeFolder('mine', 'b.png', 'a.jpg', 'notes.txt');
    for (const choose of [trainingImages, evaluationImages]) {
      const source = await choose('mine');
      expect(source.description).toBe('2 images of mine');
      expect(await namesOf(source)).toEqual(['a.jpg', 'b.png']);
      expect(await namesOf(await choose('mine/*.png'))).toEqual(['b.png']);
      await expect(choose('theirs')).rejects.toThrow("'theirs': no such file or folder");
    }
  });

  it('are else those of SANDWICH_DATA, Kodak never for training', async () => {
    await makeFolder('data-sets/photos', 'photo.png');
    await makeFolder('data-sets/kodak', 'kodim01.png', 'kodim02.png', 'other.png');
    vi.stubEnv('SANDWICH_DATA', join(folder(), 'data-sets'));
    expect(await namesOf(await trainingImages(undefined))).toEqual(['photo.png']);
    expect(await namesOf(await evaluationImages(undefined))).toEqual(['kodim01.png', 'kodim02.png']);
    expect(await namesOf(await trainingImages('data-sets/kodak'))).toEqual(['kodim01.png', 'kodim02.png', 'other.png']);
  });

  it('are not others in silence where SANDWICH_DATA is wrong', async () => {
    vi.stubEnv('SANDWICH_DATA', '/nope');
    for (const choose of [trainingImages, evaluationImages]) {
      await expect(choose(undefined)).rejects.toThrow('SANDWICH_DATA is /nope, which is not a folder');
    }
    vi.stubEnv('SANDWICH_DATA', folder());
    expect((await trainingImages(undefined)).description).toContain(`, as there is no ${join(folder(), 'photos')}`);
  });

  it('are else Kodak, where it was fetched, for evaluation', async () => {
    await makeFolder('data/downloads/kodak', 'kodim01.png', 'kodim02.png');
    await makeFolder('data-sets/kodak', 'kodim01.png');
    vi.stubEnv('SANDWICH_DATA', join(folder(), 'data-sets'));
    const source = await evaluationImages(undefined);
    expect(source.description).toBe(`2 images of ${join('data', 'downloads', 'kodak')}`);
    expect(await namesOf(source)).toEqual(['kodim01.png', 'kodim02.png']);
    expect((await trainingImages(undefined)).description).toMatch(/^48 synthetic images/);
  });

  it.each([
    [[], '2 of 2 files are missing or have another checksum (kodim01.png, kodim02.png)'],
    [['kodim02.png'], '1 of 2 files are missing or have another checksum (kodim01.png)'],
  ])('are not Kodak where that is not whole: %j', async (files, reason) => {
    await makeFolder('data/downloads/kodak', ...files);
    const { description } = await evaluationImages(undefined);
    expect(description).toMatch(/^8 synthetic images in /);
    expect(description).toContain(`; ${join('data', 'downloads', 'kodak')} does not hold kodak whole: ${reason}`);
  });

  it('are else synthetic, others for evaluation, made when they are needed', async () => {
    const training = await trainingImages(undefined);
    const evaluation = await evaluationImages(undefined);
    expect(training.description).toBe(`48 synthetic images in ${join('data', 'downloads', 'synthetic-training')}`);
    expect(await readdir(folder())).toEqual([]);

    const paths = await evaluation.images();
    expect(paths.length).toBe(8);
    const sharp = await loadSharp();
    expect(await sharp(paths[0]).metadata()).toMatchObject({ width: 640, height: 480, channels: 3 });
    expect(await readdir(join('data', 'downloads'))).toEqual(['synthetic-evaluation']);
    // Named after their seeds: those trained on are of 1 to 48.
    expect(basename(paths[0])).toBe('synthetic-100001.png');
    // The photographs have 8 bits a sample.
    vi.stubEnv('SANDWICH_DATA', join(folder(), 'data-sets'));
    await makeFolder('data-sets/photos', 'photo.png');
    expect((await trainingImages(undefined, 16)).description).toContain(join('downloads', 'synthetic-training-16-bit'));
    expect((await evaluationImages(undefined, 16)).description).toContain('synthetic-evaluation-16-bit');
    expect(await namesOf(await trainingImages('data-sets/photos', 16))).toEqual(['photo.png']);
    vi.stubEnv('SANDWICH_DATA', '');
    // Those that are there are taken as they are.
    await makeFolder('data/downloads/synthetic-training', ...Array.from({ length: 48 }, (_, i) => `${i}.png`));
    expect(await namesOf(training)).toContain('47.png');
  });
});
