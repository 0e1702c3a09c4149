import { join } from 'node:path';
import { startEngine } from '@sandwich/engine';
import type { JpegTables } from '@sandwich/models';
import { loadRun } from '@sandwich/trainer';
import { beforeAll, expect, it, vi } from 'vitest';
import { LearnedDensities } from '../../../models/src/jpeg-tables/learned-densities.js';
import { useCapturedOutput } from '../../../trainer/testing/captured-output.js';
import { useTemporaryFolder } from '../../../trainer/testing/temporary-folder.js';
import { writeJudgedPictures } from '../../testing/judged-pictures.js';
import { main } from '../main.js';

const folder = useTemporaryFolder();
const output = useCapturedOutput();
beforeAll(() => startEngine());

it.each([
  ['densities', 'cubic'],
  ['run-length', 'tanh'],
])('learns tables with the rate %s and the rounding %s', async (rate, rounding) => {
  const { pictures, weights } = await writeJudgedPictures(folder());
  const settings = { rate, rounding, weights, batchSize: 2, lambda: 5, initial: 'annex-k', quality: 30 };
  const set = Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
  const run = join(folder(), 'run');
  const train = ['train', 'j4d-cifar10', '--images', pictures, ...set, '--steps', '2', '--run', run];
  expect(await main(train), output.stderr()).toBe(0);
  const system = (await loadRun(run)).system as JpegTables;
  expect(Object.keys(system.parameters).some((path) => path.startsWith('densities/'))).toBe(rate === 'densities');
  // All levels cost bits: with so much weight on the rate, steps grow.
  const { luma } = system.stepValues();
  const initial = 16 * (5000 / 30 / 100);
  expect(luma[0]).toBeGreaterThan(initial);
  system.dispose();
});

it('fits densities to levels once: a training that goes on has them', async () => {
  const { pictures, weights } = await writeJudgedPictures(folder(), [3, 5]);
  const fitted = vi.spyOn(LearnedDensities.prototype, 'train');
  const settings = { rate: 'densities', weights, batchSize: 2, initial: 'annex-k' };
  const set = Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
  const run = join(folder(), 'run');
  const start = ['train', 'j4d-cifar10', '--images', pictures, ...set, '--steps', '1', '--run', run];
  expect(await main(start), output.stderr()).toBe(0);
  expect(fitted).toHaveBeenCalledTimes(1);
  expect(await main(['train', '--resume', run, '--steps', '2']), output.stderr()).toBe(0);
  expect(fitted).toHaveBeenCalledTimes(1);
});

it('goes on exactly where tables are perturbed at random', async () => {
  const { pictures, weights } = await writeJudgedPictures(folder(), [3, 5]);
  const settings = { gradient: 'perturbation', pairs: 2, weights, batchSize: 2, initial: 'annex-k', quality: 30 };
  const constant = { learningRate: 0.1, schedule: 'constant', decay: 0, averageDecay: 0 };
  const set = Object.entries({ ...settings, ...constant }).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
  const train = ['train', 'j4d-cifar10', '--images', pictures, ...set];
  const [whole, halves] = ['whole', 'halves'].map((name) => join(folder(), name));
  for (const [run, steps] of Object.entries({ [whole]: '4', [halves]: '2' }))
    expect(await main([...train, '--steps', steps, '--run', run]), output.stderr()).toBe(0);
  expect(output.stderr()).not.toContain('not replayed');
  expect(await main(['train', '--resume', halves, '--steps', '4']), output.stderr()).toBe(0);
  const stepsOf = async (run: string) => ((await loadRun(run)).system as JpegTables).stepValues();
  expect(await stepsOf(halves)).toEqual(await stepsOf(whole));
});
