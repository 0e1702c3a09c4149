// npm run bench:data-parallel [-- --steps 20]: speed of a slim training (batch 8, 128x128) by one process of two threads and by
// two processes of one thread each, on this machine. Prints the steps per second of both and their ratio.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { steps: { type: 'string', default: '20' } } });
// A record is the mean of ten steps, and the first one holds what happens once.
const steps = Math.max(20, 10 * Math.ceil(Number(values.steps) / 10));
const bin = fileURLToPath(new URL('../packages/cli/src/bin.ts', import.meta.url));

async function sandwich(...args: string[]): Promise<void> {
  const child = spawn(process.execPath, ['--import', 'tsx', bin, ...args], { stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`sandwich ${args.join(' ')} has failed`);
}

/** Trains and returns the mean of the steps per second over all records but the first. */
async function stepsPerSecond(folder: string, name: string, args: string[]): Promise<number> {
  const run = join(folder, name);
  const where = ['--images', join(folder, 'images'), '--run', run, '--steps', `${steps}`];
  await sandwich('train', 'color-over-grayscale', ...where, '--engine', 'torch', ...args);
  const records = (await readFile(join(run, 'metrics.jsonl'), 'utf8')).trim().split('\n').slice(1);
  const speeds: number[] = records.map((line) => JSON.parse(line).stepsPerSecond);
  return speeds.length / speeds.reduce((seconds, speed) => seconds + 1 / speed, 0);
}

const folder = await mkdtemp(join(tmpdir(), 'data-parallel-'));
try {
  const size = ['--count', '8', '--width', '256', '--height', '256', '--seed', '1'];
  await sandwich('data', 'make', '--to', join(folder, 'images'), ...size);
  const one = await stepsPerSecond(folder, 'one process of two threads', ['--threads', '2']);
  const two = await stepsPerSecond(folder, 'two processes of one thread', ['--threads', '1', '--processes', '2']);
  process.stdout.write(
    `slim, batch 8, 128x128: one process x 2 threads ${one.toFixed(2)} steps/s, ` +
      `two processes x 1 thread ${two.toFixed(2)} steps/s, ratio ${(two / one).toFixed(2)}\n`,
  );
} finally {
  await rm(folder, { recursive: true });
}
