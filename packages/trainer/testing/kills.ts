import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Random } from '@sandwich/data';
import { type Checkpoint, readCheckpoint } from '../src/run/checkpoint.js';
import { listCheckpoints, runFiles } from '../src/run/run-directory.js';
import { compiledCommand } from './compiled/compiled-command.js';
import { tinySandwichFile } from './tiny-sandwich.js';

/** A `sandwich` command as a process of its own. @param cwd default: where this process works */
export function startCommand(args: string[], cwd?: string) {
  const stdio = ['ignore', 'ignore', 'pipe'] as ['ignore', 'ignore', 'pipe'];
  const [program, ...command] = compiledCommand();
  const child = spawn(program, [...command, ...args], { cwd, stdio });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  return { child, ended, stderr: () => stderr };
}

export interface KillsOptions {
  /** Folder of training images and runs; empty. */
  folder: string;
  images: string;
  kills: number;
  steps: number;
  seed: number;
  onKill?: (text: string) => void;
}

/** Trains to the end. @returns the last checkpoint, and the time until training began */
async function finish(
  directory: string,
  args: string[],
): Promise<{ checkpoint: Checkpoint; startMilliseconds: number }> {
  const command = startCommand(args);
  const begin = performance.now();
  let startMilliseconds = 0;
  command.child.stderr.on('data', () => {
    if (startMilliseconds === 0 && command.stderr().includes('\nrun: ')) startMilliseconds = performance.now() - begin;
  });
  const { code } = await command.ended;
  if (code !== 0) throw new Error(`a run that was not killed ended with ${code}: ${command.stderr()}`);
  return { checkpoint: await readCheckpoint((await listCheckpoints(directory)).at(-1)!), startMilliseconds };
}

/**
 * Trains once undisturbed and once with a number of kills at random moments, each followed by a resumed run.
 *
 * @returns the last checkpoints of both, and the steps at which the killed one was resumed
 */
export async function trainWithKills({ folder, images, kills, steps, seed, onKill }: KillsOptions) {
  const common = ['--images', images, '--steps', `${steps}`, '--checkpoint-steps', '5', '--threads', '1'];
  const first = (directory: string) => ['train', tinySandwichFile, '--run', directory, ...common];
  const undisturbed = join(folder, 'undisturbed');
  const begin = performance.now();
  const { checkpoint: whole, startMilliseconds } = await finish(undisturbed, first(undisturbed));
  const trainingMilliseconds = performance.now() - begin - startMilliseconds;

  const directory = join(folder, 'killed');
  const begun = () => existsSync(runFiles(directory).configuration);
  const args = () => (begun() ? ['train', '--resume', directory] : first(directory));
  const random = new Random(seed);
  const resumedAt: number[] = [];
  for (let kill = 1; kill <= kills; kill++) {
    const command = startCommand(args());
    // While it starts, or in the stretch of training that leaves something to do for all the kills to come.
    const delay =
      random.uniform(0.5, 1.2) * startMilliseconds + (random.uniform(0, 1.6) * trainingMilliseconds) / kills;
    await Promise.race([setTimeout(delay), command.ended]);
    command.child.kill('SIGKILL');
    await command.ended;
    const step = /resuming from .*step-(\d+)\./.exec(command.stderr())?.[1];
    resumedAt.push(Number(step ?? 0));
    onKill?.(`kill ${kill} after ${delay.toFixed(0)} ms; it had been resumed at step ${step ?? 'none'}`);
  }
  return { whole, killed: (await finish(directory, args())).checkpoint, resumedAt };
}

/** Whether two checkpoints hold the same values, byte for byte. */
export function sameState(a: Checkpoint, b: Checkpoint): boolean {
  const bytes = ({ step, best, parameters, optimizer, average }: Checkpoint) =>
    JSON.stringify([step, best, parameters, optimizer, average], (_, value) =>
      ArrayBuffer.isView(value) ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex') : value,
    );
  return bytes(a) === bytes(b);
}
