import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasCollectives } from '@sandwich/engine';
import { describe, expect, it } from 'vitest';
import { startCommand } from '../../testing/kills.js';
import { type Ended, startProcesses } from '../../testing/several-processes.js';
import { useTrainingInProcesses } from '../../testing/training-in-processes.js';
import { listCheckpoints } from '../run/run-directory.js';

const { folder, run, trainArgs, resumeArgs, inProcesses, lastOf } = useTrainingInProcesses();

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
describe.skipIf(!hasCollectives())('processes that train together', { timeout: 300_000 }, () => {
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
