import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { hasCollectives } from '@sandwich/engine';
import { describe, expect, it } from 'vitest';
import { startCommand } from '../../testing/kills.js';
import { writeMiddleTones } from '../../testing/middle-tones.js';
import { smoothSandwichFile } from '../../testing/smooth-sandwich.js';
import { toyFile } from '../../testing/toy.js';
import { useTrainingInProcesses } from '../../testing/training-in-processes.js';
import type { Checkpoint } from '../run/checkpoint.js';
import { runFiles } from '../run/run-directory.js';

const { run, images, trainArgs, resumeArgs, inProcesses, lastOf } = useTrainingInProcesses();

/** The largest difference between the weights of two checkpoints, and between their averages. */
function distance(a: Checkpoint, b: Checkpoint): number {
  const of = (kind: 'parameters' | 'average') =>
    Object.entries(a[kind]).flatMap(([path, { values }]) =>
      Array.from(values, (value, i) => Math.abs(value - b[kind][path].values[i])),
    );
  return Math.max(...of('parameters'), ...of('average'));
}

// Each test starts several processes, one after the other on a busy machine.
describe.skipIf(!hasCollectives())('training in several processes', { timeout: 300_000 }, () => {
  it('keeps the state of a system as the first process has it, also after a pause', async () => {
    const start = (name: string) => ['train', toyFile, '--run', run(name), '--steps', '8', '--set', 'heldBack=1'];
    const ended = await inProcesses([start('two'), start('of rank 1')]);
    expect(ended).toMatchObject([{ code: 0 }, { code: 0 }]);
    expect(await inProcesses([resumeArgs(run('two'), 12), resumeArgs(run('of rank 1'), 12)])).toMatchObject([
      { code: 0 },
      { code: 0 },
    ]);
    // The first process has every other point.
    let mean = 0;
    for (let step = 0; step < 12; step++) {
      const y = [0, 2].map((i) => 3 * Math.sin(1 + 4 * step + i) + 1);
      mean = 0.9 * mean + (0.1 * (y[0] + y[1])) / 2;
    }
    expect((await lastOf('two')).state.mean.values[0]).toBeCloseTo(mean, 5);
  });

  it('ends with the weights of one process, also after a pause with other processes', async () => {
    // Without roundings, files and pictures at the ends of the range there is nothing that the order of sums could flip.
    await rm(images(), { recursive: true });
    await writeMiddleTones(images(), 4, 48);
    const smoothly = (name: string, steps: number) => trainArgs(run(name), steps, [], smoothSandwichFile);
    const alone = startCommand(smoothly('alone', 12));
    expect((await alone.ended).code).toBe(0);
    // Rank 1 resumes from a folder that is not there: weights, optimizer and settings come from rank 0.
    for (const ended of await inProcesses([smoothly('two', 8), smoothly('of rank 1', 8)])) {
      expect(ended).toMatchObject({ code: 0 });
    }
    for (const ended of await inProcesses([resumeArgs(run('two'), 10), resumeArgs(run('of rank 1'), 10)])) {
      expect(ended).toMatchObject({ code: 0 });
    }
    expect(existsSync(run('of rank 1'))).toBe(false);
    expect((await startCommand(resumeArgs(run('two'), 12)).ended).code).toBe(0);

    const [one, two] = [await lastOf('alone'), await lastOf('two')];
    expect(two.step).toBe(12);
    // Gradients are the same sums in another order: each differs by some 2^-24 of its terms, which Adam, dividing by
    // their size, turns into as much of its steps of 1e-3 - more only where a gradient is close to nothing.
    expect(distance(one, two)).toBeLessThan(2e-5);
    expect(distance(one, two)).toBeGreaterThan(0);
    const losses = async (name: string) =>
      (await readFile(runFiles(run(name)).metrics, 'utf8'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
    const records = [await losses('alone'), await losses('two')].map((lines) =>
      lines.filter(({ loss }) => loss !== undefined).map(({ step, loss, mse, bpp }) => ({ step, loss, mse, bpp })),
    );
    expect(records[1].map(({ step }) => step)).toEqual([8, 10, 12]);
    expect(records[0].map(({ step }) => step)).toEqual([10, 12]);
    for (const name of ['loss', 'mse', 'bpp'] as const) {
      const [own, other] = [records[0][1][name], records[1][2][name]];
      expect(Math.abs(own / other - 1)).toBeLessThan(1e-4);
    }
    expect(two.best?.loss).toBeCloseTo(one.best!.loss, 1);
  });

  it('trains the same, bit for bit, whether steps are recorded or not', async () => {
    // Ten steps of three phases, with a quantiser step of each step's own.
    const more = ['--set', 'qstepSpread=2', '--set', 'mlpsAndPost=0.7'];
    const train = (name: string, ...options: string[]) => {
      const args = trainArgs(run(name), 10, [...more, ...options]);
      return inProcesses([args, args]);
    };
    const [eager, recorded] = [await train('eager', '--eager'), await train('recorded', '--replay')];
    for (const { code, stderr } of [...eager, ...recorded]) {
      expect(code).toBe(0);
      expect(stderr).not.toContain('not replayed');
    }
    const [one, two] = [await lastOf('eager'), await lastOf('recorded')];
    expect(two.parameters).toEqual(one.parameters);
    expect(two.optimizer).toEqual(one.optimizer);
    expect(two.average).toEqual(one.average);
    expect(two.sinceRecord).toEqual(one.sinceRecord);
  });
});
