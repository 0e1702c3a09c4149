import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useTemporaryFolder } from '../testing/temporary-folder.js';
import {
  checkpointFile,
  createRunDirectory,
  listCheckpoints,
  type RunConfiguration,
  readRunConfiguration,
  runFiles,
} from './run-directory.js';

const folder = useTemporaryFolder();

const configuration: RunConfiguration = {
  experiment: 'x',
  experimentFile: 'experiments/x.ts',
  settings: { gamma: 0.1, name: 'ä', flag: true },
  images: '3 images',
  codeVersion: 'abc',
  engine: { engine: 'cpu', version: '1', device: 'cpu', threads: 1, precision: 'fp32' },
};

describe('run directories', () => {
  it('are made with all above them, and remember their configuration', async () => {
    const directory = join(folder(), 'a', 'b');
    await createRunDirectory(directory, configuration);
    expect((await readdir(directory)).sort()).toEqual(['checkpoints', 'config.json', 'images']);
    expect(await readRunConfiguration(directory)).toEqual(configuration);
  });

  it('list their checkpoints by step, and nothing else', async () => {
    const directory = join(folder(), 'run');
    expect(await listCheckpoints(directory)).toEqual([]);
    await createRunDirectory(directory, configuration);
    const steps = [12_000_000, 9_999_999, 20, 100];
    for (const step of steps) await writeFile(checkpointFile(directory, step), '');
    for (const name of ['step-0000030.safetensors.77.part', 'notes.txt', 'step-x.safetensors']) {
      await writeFile(join(runFiles(directory).checkpoints, name), '');
    }
    expect(await listCheckpoints(directory)).toEqual(
      [20, 100, 9_999_999, 12_000_000].map((step) => checkpointFile(directory, step)),
    );
  });

  it('are not made where something else is', async () => {
    const directory = join(folder(), 'full');
    await mkdir(directory);
    await writeFile(join(directory, 'a'), 'x');
    await expect(createRunDirectory(directory, configuration)).rejects.toThrow(
      `run directory ${directory} is not empty; choose another with --run, or remove it`,
    );
    await expect(createRunDirectory(join(directory, 'a'), configuration)).rejects.toThrow(
      `run directory ${join(directory, 'a')} cannot be written: ENOTDIR`,
    );
    await expect(createRunDirectory(join(directory, 'a', 'b'), configuration)).rejects.toThrow(
      'cannot be written: ENOTDIR',
    );
    expect(await readdir(folder(), { recursive: true })).toEqual(['full', join('full', 'a')]);
    expect(await readFile(join(directory, 'a'), 'utf8')).toBe('x');
  });

  it('are not taken for runs without a whole configuration', async () => {
    const { configuration: file } = runFiles(folder());
    await expect(readRunConfiguration(folder())).rejects.toThrow(`${folder()} is not a run directory: ENOENT`);
    for (const text of ['', '{', 'null', '[]', '{"settings": {}}', '{"experimentFile": "x.ts"}']) {
      await writeFile(file, text);
      await expect(readRunConfiguration(folder())).rejects.toThrow(`${folder()} is not a run directory: `);
    }
  });
});
