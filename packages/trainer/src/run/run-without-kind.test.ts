import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeSyntheticImages } from '@sandwich/data';
import { decodeSafetensors, startEngine } from '@sandwich/engine';
import '@sandwich/models';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';
import { packRun } from '../packed/pack-run.js';
import { startTraining } from '../start/start-training.js';
import { readCheckpoint } from './checkpoint.js';
import { loadRun } from './load-run.js';
import { checkpointFile, runFiles } from './run-directory.js';

// A run of a version that knew one kind of system: its config.json has a `distortion`, and its checkpoint no history.
const fixture = fileURLToPath(new URL('../../fixtures/run-without-kind', import.meta.url));
const folder = useTemporaryFolder();
const run = () => join(folder(), 'run');
beforeAll(() => startEngine());
beforeEach(() => cp(fixture, run(), { recursive: true }));

/** A weight as the file has it. */
async function storedScaler(): Promise<number[]> {
  const { tensors } = decodeSafetensors(await readFile(checkpointFile(fixture, 4)));
  return [...tensors['parameters/post/scaler'].values];
}

async function loadedScaler(directory: string) {
  const { system, kind, checkpoint } = await loadRun(directory);
  const scaler = [...system.parameters['post/scaler'].dataSync()];
  system.dispose();
  return { scaler, kind: kind.name, step: checkpoint.step };
}

it('is loaded and packed', async () => {
  const scaler = await storedScaler();
  expect(await loadedScaler(run())).toEqual({ scaler, kind: 'sandwich', step: 4 });
  await packRun(run(), join(folder(), 'packed'));
  const packed = await loadedScaler(join(folder(), 'packed'));
  expect(packed).toMatchObject({ kind: 'sandwich', step: 4 });
  const errors = packed.scaler.map((value, i) => Math.abs(value / scaler[i] - 1));
  // Half a unit in the last place of float16.
  expect(Math.max(...errors)).toBeLessThanOrEqual(2 ** -11);
});

it('goes on, and says of what kind it is afterwards', async () => {
  const images = join(folder(), 'images');
  await makeSyntheticImages({ directory: images, count: 3, width: 48, height: 48, seed: 1 });
  const notes: string[] = [];
  const note = (text: string) => notes.push(text);
  await startTraining({ resume: run(), steps: 6, data: { images }, engine: 'cpu', note });
  expect(notes.filter((text) => /^changed: (kind|module|objective|distortion)/.test(text))).toEqual([]);
  const { step, history, best, optimizer } = await readCheckpoint(checkpointFile(run(), 6));
  expect([step, history.length, optimizer['post/scaler'].steps]).toEqual([6, 1, 6]);
  expect(best!.step).toBeGreaterThan(0);
  const { distortion, ...configuration } = JSON.parse(await readFile(runFiles(run()).configuration, 'utf8'));
  expect(distortion).toBeUndefined();
  expect(configuration).toMatchObject({
    kind: 'sandwich',
    module: '@sandwich/models',
    objective: { distortion: { mse: 1 } },
  });
});
