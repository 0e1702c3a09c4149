import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { makeSyntheticImages } from '@sandwich/data';
import { startEngine, tf } from '@sandwich/engine';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { readCheckpoint } from '../../../trainer/src/run/checkpoint.js';
import { checkpointFile, listCheckpoints, runFiles } from '../../../trainer/src/run/run-directory.js';
import { readSweep } from '../../../trainer/src/sweep/sweep.js';
import { useCapturedOutput } from '../../../trainer/testing/captured-output.js';
import { startCommand } from '../../../trainer/testing/kills.js';
import { useTemporaryFolder } from '../../../trainer/testing/temporary-folder.js';
import { tinySandwichFile } from '../../../trainer/testing/tiny-sandwich.js';
import { useNoLpips } from '../../testing/without-lpips.js';
import { main } from '../main.js';

// The command itself is started by the first test, in which another process sweeps.
vi.mock(import('../executors/executor.js'), async (original) => {
  const { compiledCommand } = await import('../../../trainer/testing/compiled/compiled-command.js');
  return { ...(await original()), sandwichCommand: compiledCommand };
});

const folder = useTemporaryFolder();
const output = useCapturedOutput();
useNoLpips();
beforeAll(() => startEngine());
const images = () => join(folder(), 'images');
const directory = () => join(folder(), 'sweep');
beforeEach(() => makeSyntheticImages({ directory: images(), count: 2, width: 48, height: 48, seed: 1 }));

const STEPS = 40;
const training = (...more: string[]) => [
  ...['sweep', tinySandwichFile, '--over', 'gamma=5,20,80', '--steps', `${STEPS}`, '--checkpoint-steps', '10'],
  ...['--images', images(), '--sweep', directory(), ...more],
];
const argv = (...more: string[]) => training('--eval-images', images(), ...more);

describe('sandwich sweep', () => {
  it('completes after a kill without repeating a finished run, and joins the curves', async () => {
    const killed = startCommand(training('--jobs', '1', '--threads', '1', '--no-evaluate'));
    const { ended } = killed;
    while (!killed.stderr().includes('gamma=20') && killed.child.exitCode === null) await setTimeout(20);
    killed.child.kill('SIGKILL');
    await ended;
    const { runs } = await readSweep(directory());
    const finished = checkpointFile(join(directory(), runs[0].id), STEPS);
    const { mtimeMs } = await stat(finished);

    const again = startCommand(argv('--jobs', '2'));
    expect(await again.ended, again.stderr()).toEqual({ code: 0, signal: null });
    expect(again.stderr()).toContain(`gamma=5 (${runs[0].id}): finished already`);
    expect((await stat(finished)).mtimeMs).toBe(mtimeMs);
    for (const { id, settings: changes } of runs) {
      const run = join(directory(), id);
      const { step, configuration } = await readCheckpoint((await listCheckpoints(run)).at(-1)!);
      expect(step).toBe(STEPS);
      const { settings } = configuration as { settings: { gamma: number } };
      expect(changes).toEqual({ gamma: settings.gamma });
    }
    const { results, points } = JSON.parse(await readFile(join(directory(), 'pareto.json'), 'utf8'));
    expect(points.length).toBe(results.bpp.length);
    for (const values of [results.bpp, results['psnr-rgb']])
      expect(values).toEqual([...values].sort((a: number, b: number) => a - b));
    expect((await readFile(join(directory(), 'pareto.png'))).subarray(1, 4).toString()).toBe('PNG');

    // A third time there is nothing to do, not even an evaluation.
    const report = await stat(join(directory(), runs[1].id, 'results.json'));
    expect(await main(argv())).toBe(0);
    expect((await stat(join(directory(), runs[1].id, 'results.json'))).mtimeMs).toBe(report.mtimeMs);
    expect(output.stdout()).toMatch(new RegExp(`gamma=80 +${runs[2].id} +finished +${STEPS}`));
  }, 120_000);

  it('tells which run failed and where its output is', async () => {
    expect(await main(argv('--set', 'learningRate=1e39'))).toBe(1);
    const { runs } = await readSweep(directory());
    expect(output.stderr()).toContain(`3 of 3 runs failed: gamma=5 (${runs[0].id}), see ${directory()}`);
    expect(await readFile(join(directory(), `${runs[0].id}.log`), 'utf8')).toContain('error: step ');
  }, 60_000);

  it.each([
    ['an axis without values', ['--over', 'seed='], '--over seed=: expected key=value'],
    ['an unknown key', ['--over', 'size=1,2'], "unknown key 'size'"],
    ['no jobs', ['--jobs', '0'], '--jobs must be a positive integer, got 0'],
    ['an unknown executor', ['--executor', 'cloud'], "--executor must be one of local, slurm, kubernetes; got 'cloud'"],
    [
      'a setting that it varies, too',
      ['--set', 'seed=3', '--set', 'gamma=5'],
      '--set gamma=5 and --over gamma=5,20,80 both give gamma: leave out one of them',
    ],
    ['images for no evaluation', ['--no-evaluate'], '--no-evaluate cannot be used with --eval-images'],
    ['an image of other executors', ['--volume-claim', 'a'], '--volume-claim is for --executor kubernetes'],
    ['kubernetes without an image', ['--executor', 'kubernetes'], 'needs --container-image and --volume-claim'],
  ])('refuses %s', async (_, more, message) => {
    expect(await main(argv(...more))).toBe(1);
    expect(output.stderr()).toContain(message);
  });

  it('hands the loggers on to the training of each run, and every engine option to its evaluation, too', async () => {
    const options = ['--engine', 'torch', '--device', 'cpu', '--threads', '1', '--precision', 'bf16'];
    expect(await main(argv('--executor', 'slurm', '--log', 'none', ...options))).toBe(0);
    const { runs, ...sweep } = await readSweep(directory());
    expect(sweep).toMatchObject({ engine: 'torch', device: 'cpu', threads: 1, precision: 'bf16' });
    expect(await main(['sweep-run', directory(), '1'])).toBe(0);
    const run = join(directory(), runs[1].id);
    const { engine, log } = JSON.parse(await readFile(runFiles(run).configuration, 'utf8'));
    expect(engine).toMatchObject({ engine: 'torch', device: 'cpu', threads: 1, precision: 'bf16' });

    expect(log).toEqual(['none']);
    expect((await readdir(run)).filter((file) => file.includes('tfevents'))).toEqual([]);

    await startEngine({ threads: 1 });
    expect((tf.backend() as { precision?: string }).precision).toBe('fp32');
    expect(await main(['sweep-report', directory(), '--eval-images', images(), ...options])).toBe(0);
    expect((tf.backend() as { precision?: string }).precision).toBe('bf16');
    await startEngine();
  }, 60_000);

  it('takes runs of another precision for other runs', async () => {
    const ids = async (...more: string[]) => {
      // A folder keeps the sweep that it holds.
      await rm(directory(), { recursive: true, force: true });
      expect(await main(argv('--executor', 'slurm', ...more))).toBe(0);
      return (await readSweep(directory())).runs.map(({ id }) => id);
    };
    const plain = await ids();
    expect(await ids('--precision', 'fp32')).toEqual(plain);
    expect(new Set([...plain, ...(await ids('--precision', 'bf16'))]).size).toBe(6);
  });

  it('writes what clusters take', async () => {
    expect(await main(argv('--executor', 'slurm'))).toBe(0);
    const report = `sweep-report ${directory()} --eval-images ${images()}\n`;
    expect(output.stdout()).toContain(`sbatch ${join(directory(), 'sweep.sh')}\nand when it is through: `);
    expect(output.stdout().endsWith(report)).toBe(true);
    expect(await readFile(join(directory(), 'sweep.sh'), 'utf8')).toContain('#SBATCH --array=0-2%1');
    expect(await main(argv('--executor', 'kubernetes', '--container-image', 'a', '--volume-claim', 'b'))).toBe(0);
    expect(JSON.parse(await readFile(join(directory(), 'sweep.job.json'), 'utf8')).spec.completions).toBe(3);
  });

  it('runs no run that there is not', async () => {
    expect(await main(['sweep-run', directory(), '0'])).toBe(1);
    expect(output.stderr()).toContain(`sweep ${directory()} is not there`);
    await main(argv('--executor', 'slurm'));
    expect(await main(['sweep-run', directory(), '3'])).toBe(1);
    expect(output.stderr()).toContain(`${directory()} has runs 0 to 2, got 3`);
  });
});
