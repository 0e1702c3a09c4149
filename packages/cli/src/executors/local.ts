import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { mapConcurrently } from '@sandwich/data';
import { Interrupted, interruptible, statusOf, sweepRunDirectory } from '@sandwich/trainer';
import { type Executor, sandwichCommand } from './executor.js';

/** Runs one of a sweep in a process of its own; its output goes to a file. @returns the exit code */
function runInProcess(directory: string, index: number, threads: number, log: string, stop: AbortSignal) {
  const [program, ...args] = [...sandwichCommand(), 'sweep-run', directory, String(index), '--threads', `${threads}`];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const end = () => child.kill('SIGTERM');
  stop.addEventListener('abort', end);
  const file = createWriteStream(log, { flags: 'a' });
  for (const stream of [child.stdout, child.stderr]) stream.pipe(file, { end: false });
  return new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      stop.removeEventListener('abort', end);
      file.end(() => resolve(code));
    });
  });
}

export const local: Executor = {
  name: 'local',
  description: 'processes on this machine, which share its cores',
  async start({ directory, sweep, jobs }) {
    const threads = sweep.threads ?? Math.max(1, Math.floor(availableParallelism() / jobs));
    const note = (text: string) => process.stderr.write(`${text}\n`);
    const failed: string[] = [];
    const { signal } = await interruptible((stop) =>
      mapConcurrently(sweep.runs, jobs, async (run) => {
        const name = `${run.label} (${run.id})`;
        if ((await statusOf(sweepRunDirectory(directory, run))).state === 'finished') {
          note(`${name}: finished already`);
          return;
        }
        if (stop.aborted) return;
        const log = join(directory, `${run.id}.log`);
        note(`${name}: started, ${log}`);
        const code = await runInProcess(directory, sweep.runs.indexOf(run), threads, log, stop);
        note(`${name}: ${code === 0 ? 'finished' : `ended with ${code}`}`);
        if (code !== 0) failed.push(`${name}, see ${log}`);
      }),
    );
    if (signal) throw new Interrupted(signal, 'the runs have saved their checkpoints; the same command goes on');
    if (failed.length > 0)
      throw new Error(`${failed.length} of ${sweep.runs.length} runs failed: ${failed.join('; ')}`);
    return true;
  },
};
