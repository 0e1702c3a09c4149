import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { datasetFiles } from './dataset-files.js';
import { manifest } from './manifest.js';

const { files } = manifest.kodak;
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dataset-files-'));
  // sha256sum of 'one', 'two'
  const hashes = [
    '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed',
    '3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3',
  ];
  manifest.kodak.files = ['b.png', 'a.png'].map((name, i) => ({ name, address: '', sha256: hashes[i] }));
});
afterEach(async () => {
  manifest.kodak.files = files;
  await rm(directory, { recursive: true });
});

describe('datasetFiles', () => {
  it('gives the files of a data set that is whole, and no others', async () => {
    for (const [name, text] of Object.entries({ 'b.png': 'one', 'a.png': 'two', 'c.png': 'three' })) {
      await writeFile(join(directory, name), text);
    }
    expect(await datasetFiles('kodak', directory)).toEqual([join(directory, 'b.png'), join(directory, 'a.png')]);
  });

  it('names what is missing, or is another file', async () => {
    await expect(datasetFiles('kodak', directory)).rejects.toThrow(
      '2 of 2 files are missing or have another checksum (b.png, a.png)',
    );
    await writeFile(join(directory, 'b.png'), 'one');
    await writeFile(join(directory, 'a.png'), 'tw');
    await expect(datasetFiles('kodak', directory)).rejects.toThrow(
      `${directory} does not hold kodak whole: 1 of 2 files are missing or have another checksum (a.png); ` +
        `complete it with 'sandwich data fetch kodak --to ${directory}'`,
    );
    await expect(datasetFiles('kodak', join(directory, 'nowhere'))).rejects.toThrow('2 of 2 files are missing');
  });

  it.skipIf(!process.env.SANDWICH_DATA)('knows Kodak [SANDWICH_DATA]', async () => {
    manifest.kodak.files = files;
    const paths = await datasetFiles('kodak', join(process.env.SANDWICH_DATA!, 'kodak'));
    expect(paths.length).toBe(24);
  });
});
