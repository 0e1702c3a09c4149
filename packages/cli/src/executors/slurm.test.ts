import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { makeSyntheticImages } from '@sandwich/data';
import { quoted } from '@sandwich/trainer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCheckpoint } from '../../../trainer/src/run/checkpoint.js';
import { listCheckpoints } from '../../../trainer/src/run/run-directory.js';
import { readSweep, sweepRunDirectory } from '../../../trainer/src/sweep/sweep.js';
import { compiledCommand } from '../../../trainer/testing/compiled/compiled-command.js';
import { hasSlurm, type SlurmCluster, startSlurm } from '../../../trainer/testing/slurm-cluster.js';
import { tinySandwichFile } from '../../../trainer/testing/tiny-sandwich.js';
import { main } from '../main.js';
import { sandwichCommand } from './executor.js';

const MINUTES = 60_000;
let folder: string;
let cluster: SlurmCluster;
const at = (name: string) => join(folder, name);

/** The sweep's script, with other times than those that a test could wait for. */
async function submit(sweep: string, ...options: string[]): Promise<string> {
  return cluster.slurm('sbatch', '--parsable', ...options, join(sweep, 'sweep.sh')).trim();
}

/** Has a sweep's script start the command of compiled sources, of which twenty start sooner. */
async function compile(sweep: string): Promise<void> {
  const script = join(sweep, 'sweep.sh');
  const [written, compiled] = [sandwichCommand(), compiledCommand()].map((words) => words.map(quoted).join(' '));
  const text = await readFile(script, 'utf8');
  expect(text).toContain(written);
  await writeFile(script, text.replace(written, compiled));
}

/** Tells a job's state by what `scontrol show job` prints of it, as `JobState=RUNNING Restarts=0`. */
const stateOf = (job: string): Record<string, string> =>
  Object.fromEntries(
    [...cluster.slurm('scontrol', 'show', 'job', job).matchAll(/(\w+)=(\S*)/g)].map(([, key, value]) => [key, value]),
  );

/** Waits for what a job comes to. */
async function until(condition: () => boolean | Promise<boolean>, what: () => unknown): Promise<void> {
  const deadline = performance.now() + 4 * MINUTES;
  while (!(await condition())) {
    if (performance.now() > deadline) {
      const daemons = await Promise.all(
        ['slurmctld', 'slurmd'].map(async (name) => (await readFile(at(`log/${name}.log`), 'utf8')).slice(-2000)),
      );
      throw new Error(`waited for too long: ${JSON.stringify([await what(), ...daemons], null, 2)}`);
    }
    await setTimeout(300);
  }
}

const writeSweep = async (directory: string, ...more: string[]) => {
  const common = ['--images', at('images'), '--sweep', directory, '--threads', '1', '--executor', 'slurm'];
  expect(await main(['sweep', ...more, ...common])).toBe(0);
};

/** Runs one of Slurm's commands to its end. */
function run(command: string, ...args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(command, args, { env: cluster.environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })));
}

const train = (name: string) => [
  ...compiledCommand(),
  ...['train', tinySandwichFile, '--images', at('images'), '--run', at(name), '--steps', '2', '--threads', '1'],
];

describe.skipIf(!hasSlurm)('a Slurm cluster (packages slurmctld, slurmd, slurm-client, munge)', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slurm-'));
    await makeSyntheticImages({ directory: at('images'), count: 2, width: 24, height: 24, seed: 1 });
    cluster = await startSlurm(folder);
  }, 2 * MINUTES);
  afterAll(async () => {
    cluster?.slurm('scancel', '--partition=main', '--signal=KILL', '--full');
    await cluster?.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }, MINUTES);

  it.concurrent(
    'runs an array of 20, of which one fails',
    async () => {
      // An experiment that fails for one seed, and on the cluster alone: what fails here is refused before anything is submitted.
      const file = at('one-fails.mts');
      const tiny = JSON.stringify(tinySandwichFile);
      await writeFile(
        file,
        `import tiny from ${tiny};
         export default { ...tiny, sandwich(settings) {
           if (settings.seed === 7 && process.env.SLURM_JOB_ID) throw new Error('seed 7 is bad');
           return tiny.sandwich(settings);
         } };`,
      );
      const seeds = Array.from({ length: 20 }, (_, i) => i + 1);
      const sweep = at('array');
      await writeSweep(sweep, file, '--over', `seed=${seeds.join(',')}`, '--steps', '1', '--jobs', '3');
      await compile(sweep);
      const job = await submit(sweep);
      const queue = () => cluster.slurm('squeue', '--noheader', `--jobs=${job}`, '--states=PENDING,RUNNING,COMPLETING');
      await until(() => queue() === '', queue);

      const { runs } = await readSweep(sweep);
      for (const [i, { id, settings }] of runs.entries()) {
        const { JobState, ExitCode, Restarts } = stateOf(`${job}_${i}`);
        const isBad = settings.seed === 7;
        const ended = { JobState: isBad ? 'FAILED' : 'COMPLETED', ExitCode: isBad ? '1:0' : '0:0', Restarts: '0' };
        expect({ JobState, ExitCode, Restarts }, `seed ${settings.seed}`).toEqual(ended);
        if (isBad) expect(await readFile(join(sweep, `slurm-${i}.log`), 'utf8')).toContain('error: seed 7 is bad');
        else expect((await readCheckpoint((await listCheckpoints(join(sweep, id)))[0])).step).toBe(1);
      }
    },
    10 * MINUTES,
  );

  it.concurrent(
    'saves a run at the time limit, queues it again and goes on with it; one that is cancelled is saved, and ends',
    async () => {
      const sweep = at('endless');
      await writeSweep(sweep, tinySandwichFile, '--over', 'gamma=20', '--steps', '10000000');
      const [{ id }] = (await readSweep(sweep)).runs;
      const log = () => readFile(join(sweep, 'slurm-0.log'), 'utf8').catch(() => '');
      const job = `${await submit(sweep, '--time=2', '--signal=B:USR1@25')}_0`;
      await until(
        () => stateOf(job).Restarts === '1' && stateOf(job).JobState === 'PENDING',
        () => stateOf(job),
      );
      const savedAtLimit = /SIGTERM: saved (\S+); go on with/.exec(await log())?.[1];
      expect(savedAtLimit, await log()).toBeDefined();

      cluster.slurm('scontrol', 'update', `jobid=${job}`, 'TimeLimit=10');
      await until(
        async () => (await log()).includes(`resuming from ${savedAtLimit}`),
        async () => [stateOf(job), await log()],
      );
      const { step } = await readCheckpoint(savedAtLimit!);
      const isTraining = async () => /run: /.test((await log()).split(`resuming from ${savedAtLimit}`)[1]);
      await until(isTraining, async () => [stateOf(job), await log()]);
      await setTimeout(1000);
      cluster.slurm('scancel', job);
      await until(
        () => stateOf(job).JobState === 'CANCELLED',
        () => stateOf(job),
      );
      await setTimeout(2000);
      expect(stateOf(job)).toMatchObject({ JobState: 'CANCELLED', Restarts: '1' });
      const last = (await listCheckpoints(sweepRunDirectory(sweep, { id, label: '', settings: {} }))).at(-1)!;
      expect((await log()).match(/SIGTERM: saved /g)?.length, await log()).toBe(2);
      expect((await readCheckpoint(last)).step).toBeGreaterThan(step);
    },
    10 * MINUTES,
  );

  it.concurrent(
    'trains in the two tasks of srun together, and in an allocation of two tasks alone',
    async () => {
      const together = await run('srun', '--ntasks=2', ...train('together'));
      expect(together.code, together.output).toBe(0);
      expect(together.output.match(/run: /g)?.length).toBe(1);
      const inAllocation = await run('salloc', '--ntasks=2', ...train('alone'));
      expect(inAllocation.code, inAllocation.output).toBe(0);
      const within = await run('salloc', '--ntasks=2', 'srun', ...train('within'));
      expect(within.code, within.output).toBe(0);
      const last = async (name: string) => readCheckpoint((await listCheckpoints(at(name))).at(-1)!);
      expect((await last('alone')).step).toBe(2);
      // Two processes have the weights of two others, bit for bit.
      expect((await last('within')).parameters).toEqual((await last('together')).parameters);
    },
    10 * MINUTES,
  );
});
