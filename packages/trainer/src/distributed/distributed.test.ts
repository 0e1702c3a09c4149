import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeSyntheticImages } from '@sandwich/data';
import { hasCollectives } from '@sandwich/engine';
import { beforeEach, describe, expect, it } from 'vitest';
import { startCommand } from '../../testing/kills.js';
import { writeMiddleTones } from '../../testing/middle-tones.js';
import { type Ended, startProcesses } from '../../testing/several-processes.js';
import { smoothSandwichFile } from '../../testing/smooth-sandwich.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';
import { tinySandwichFile } from '../../testing/tiny-sandwich.js';
import { toyFile } from '../../testing/toy.js';
import { type Checkpoint, readCheckpoint } from '../run/checkpoint.js';
import { listCheckpoints, runFiles } from '../run/run-directory.js';

const folder = useTemporaryFolder();
const run = (name: string) => join(folder(), name);
const images = () => join(folder(), 'images');
beforeEach(() => makeSyntheticImages({ directory: images(), count: 4, width: 48, height: 48, seed: 1 }));

/** A batch of four, accumulated twice, clipped, averaged, with images held back: all that acts on gradients and losses. */
const SETTINGS = ['batchSize=4', 'accumulate=2', 'clipNorm=50', 'averageDecay=0.9', 'validationImages=1'];

const trainArgs = (directory: string, steps: number, more: string[] = [], experiment = tinySandwichFile) => [
  ...['train', experiment, '--images', images(), '--run', directory, '--steps', `${steps}`, '--threads', '1'],
  ...SETTINGS.filter((setting) => !more.some((word) => word.startsWith(setting.split('=')[0]))).flatMap((setting) => [
    '--set',
    setting,
  ]),
  ...more,
];
const resumeArgs = (directory: string, steps: number) => ['train', '--resume', directory, '--steps', `${steps}`];

async function inProcesses(commands: string[][]): Promise<Ended[]> {
  return (await startProcesses(commands)).ended();
}
const lastOf = async (name: string): Promise<Checkpoint> => readCheckpoint((await listCheckpoints(run(name))).at(-1)!);

/** The largest difference between the weights of two checkpoints, and between their averages. */
function distance(a: Checkpoint, b: Checkpoint): number {
  const of = (kind: 'parameters' | 'average') =>
    Object.entries(a[kind]).flatMap(([path, { values }]) =>
      Array.from(values, (value, i) => Math.abs(value - b[kind][path].values[i])),
    );
  return Math.max(...of('parameters'), ...of('average'));
}

const errorOf = ({ stderr }: Ended) => /^error: .*$/m.exec(stderr)?.[0];

/** An endless training whose first checkpoint is there. */
async function startEndless(name: string) {
  const args = trainArgs(run(name), 1_000_000, ['--checkpoint-steps', '2']);
  const started = await startProcesses([args, args]);
  while ((await listCheckpoints(run(name))).length === 0) {
    if (started.processes.some(({ child }) => child.exitCode !== null))
      throw new Error((await started.ended())[0].stderr);
    await sleep(20);
  }
  return started;
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

  it.each([1, 0])('ends in order when rank %i is killed, and is resumed', async (victim) => {
    const { processes, ended } = await startEndless('killed');
    processes[victim].child.kill('SIGKILL');
    const begin = performance.now();
    const all = await ended();
    expect(performance.now() - begin).toBeLessThan(20_000);
    expect(all[victim].signal).toBe('SIGKILL');
    const other = 1 - victim;
    expect(all[other].code).toBe(1);
    expect(errorOf(all[other])).toMatch(
      new RegExp(
        `^error: rank ${other} of 2 has lost the others: one has ended .*; go on, with any number of processes, with: npm run sandwich -- train --resume ${run('killed')}$`,
      ),
    );
    const { step } = await lastOf('killed');
    expect(step).toBeGreaterThanOrEqual(2);
    expect((await startCommand(resumeArgs(run('killed'), step + 2)).ended).code).toBe(0);
    expect((await lastOf('killed')).step).toBe(step + 2);
  });

  it('stops together when one gets a signal', async () => {
    const { processes, ended } = await startEndless('stopped');
    processes[1].child.kill('SIGTERM');
    const all = await ended();
    expect(all.map(({ code }) => code)).toEqual([143, 143]);
    const last = (await listCheckpoints(run('stopped'))).at(-1);
    for (const { stderr } of all)
      expect(stderr).toContain(`SIGTERM: saved ${last}; go on with: npm run sandwich -- train --resume`);
  });

  it('refuses processes that would train something else', async () => {
    const all = await inProcesses([
      trainArgs(run('refused'), 4),
      trainArgs(run('refused'), 4, ['--set', 'gamma=30', '--set', 'phasePlanes=false']),
    ]);
    expect(all.map(({ code }) => code)).toEqual([1, 1]);
    for (const ended of all) {
      expect(errorOf(ended)).toMatch(
        /^error: rank 1 does not match rank 0: gamma is 30, not 20; phasePlanes is false, not true; hash of the parameters is \w+, not \w+; architecture\.phasePlanes is false, not true; start all processes with the same arguments, images and code$/,
      );
    }
    const mixed = await inProcesses([trainArgs(run('refused'), 4), resumeArgs(run('refused'), 4)]);
    for (const ended of mixed) {
      expect(errorOf(ended)).toMatch(
        /^error: rank 1 does not match rank 0: resuming is true, not false; give --resume, --dry-run and --accept-changes to all processes or to none$/,
      );
    }
    expect(existsSync(run('refused'))).toBe(false);
  });

  it('refuses a batch that cannot be shared, and a directory that is in use', async () => {
    const odd = await inProcesses([1, 2].map(() => trainArgs(run('odd'), 4, ['--set', 'batchSize=3'])));
    expect(odd.map(({ code }) => code)).toEqual([1, 1]);
    const refusal = 'batchSize=3 cannot be shared equally by 2 processes; it must be a multiple of 2';
    expect(odd.map(errorOf)).toEqual([`error: ${refusal}`, `error: rank 0: ${refusal}`]);
    const [first, second] = await inProcesses([1, 2].map(() => trainArgs(folder(), 4)));
    expect(errorOf(first)).toMatch(/^error: run directory .* is not empty/);
    expect(errorOf(second)).toMatch(/^error: rank 0: run directory .* is not empty/);
    expect(await readdir(folder())).toEqual(['images']);
  });

  it('starts its own processes', async () => {
    const { ended, stderr } = startCommand(trainArgs(run('own'), 4, ['--processes', '2']));
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(stderr().match(/^engine: torch/gm)?.length).toBe(2);
    expect((await lastOf('own')).step).toBe(4);
    const failing = startCommand(trainArgs(run('own'), 4, ['--processes', '2']));
    expect((await failing.ended).code).toBe(1);
    expect(failing.stderr()).toMatch(/error: rank \d of 2 has failed with exit code 1; see its message above/);
  });
});
