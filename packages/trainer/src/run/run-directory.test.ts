import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startEngine, tf } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';
import { initialState, saveCheckpoint } from './checkpoint.js';
import {
  checkpointFile,
  createRunDirectory,
  listCheckpoints,
  pruneCheckpoints,
  type RunConfiguration,
  readLastCheckpoint,
  readRunConfiguration,
  runFiles,
} from './run-directory.js';

const folder = useTemporaryFolder();

const configuration: RunConfiguration = {
  experiment: 'x',
  experimentFile: 'experiments/x.ts',
  settings: { gamma: 0.1, name: 'ä', flag: true },
  kind: 'sandwich',
  module: '@sandwich/models',
  images: '3 images',
  budget: { steps: 10 },
  checkpoints: { keep: 3 },
  codeVersion: 'abc',
  engine: { engine: 'cpu', version: '1', device: 'cpu', threads: 1, precision: 'fp32' },
};

let parameters: Record<string, tf.Variable>;
beforeAll(async () => {
  await startEngine();
  parameters = { a: tf.variable(tf.scalar(1)) };
});

/** Writes whole checkpoints of these steps. */
async function writeCheckpoints(directory: string, ...steps: number[]): Promise<void> {
  for (const step of steps) {
    const state = { ...initialState(), step };
    await saveCheckpoint(checkpointFile(directory, step), { parameters }, state, configuration);
  }
}

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

  it('keep the last checkpoints and the best', async () => {
    const directory = join(folder(), 'run');
    await createRunDirectory(directory, configuration);
    await writeCheckpoints(directory, 10, 20, 30, 40, 50);
    await pruneCheckpoints(directory, 2, 20);
    expect(await listCheckpoints(directory)).toEqual([20, 40, 50].map((step) => checkpointFile(directory, step)));
    await pruneCheckpoints(directory, 1, undefined);
    expect(await listCheckpoints(directory)).toEqual([checkpointFile(directory, 50)]);
  });

  it('give the last checkpoint that is whole, and name the damaged', async () => {
    const directory = join(folder(), 'run');
    const damaged: string[] = [];
    const last = () => readLastCheckpoint(directory, (file) => damaged.push(file));
    await createRunDirectory(directory, configuration);
    expect(await last()).toBeUndefined();
    await writeCheckpoints(directory, 10, 20);
    await writeFile(checkpointFile(directory, 30), 'what is this');
    expect(await last()).toMatchObject({ step: 10 + 10, file: checkpointFile(directory, 20) });
    expect(damaged).toEqual([checkpointFile(directory, 30)]);
    for (const step of [10, 20]) await writeFile(checkpointFile(directory, step), '');
    await expect(last()).rejects.toThrow(`none of the checkpoints of ${directory} can be used: checkpoint `);
  });

  it('are made over what a killed process left half-written', async () => {
    const directory = join(folder(), 'run');
    await mkdir(directory);
    await writeFile(join(directory, '.sandwich-0123456789ab.part'), '{');
    await createRunDirectory(directory, configuration);
    expect((await readdir(directory)).sort()).toEqual(['checkpoints', 'config.json', 'images']);
  });

  it('are not made where something else is', async () => {
    const directory = join(folder(), 'full');
    await mkdir(directory);
    await writeFile(join(directory, 'a'), 'x');
    await writeFile(join(directory, 'download.part'), 'x');
    await expect(createRunDirectory(directory, configuration)).rejects.toThrow(
      `run directory ${directory} is not empty; choose another with --run, or remove it`,
    );
    await expect(createRunDirectory(join(directory, 'a'), configuration)).rejects.toThrow(
      `run directory ${join(directory, 'a')} cannot be written: ${join(directory, 'a')} is no folder`,
    );
    await expect(createRunDirectory(join(directory, 'a', 'b'), configuration)).rejects.toThrow('a is no folder');
    expect(await readdir(folder(), { recursive: true })).toEqual([
      'full',
      join('full', 'a'),
      join('full', 'download.part'),
    ]);
    expect(await readFile(join(directory, 'a'), 'utf8')).toBe('x');
  });

  it('are not taken for runs without a whole configuration', async () => {
    const { configuration: file } = runFiles(folder());
    await expect(readRunConfiguration(folder())).rejects.toThrow(`${folder()} is not a run directory: there is no `);
    for (const text of ['', '{', 'null', '[]', '{"settings": {}}', '{"experimentFile": "x.ts"}']) {
      await writeFile(file, text);
      await expect(readRunConfiguration(folder())).rejects.toThrow(`${folder()} is not a run directory: `);
    }
  });
});
