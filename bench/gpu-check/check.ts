// check.mjs [--device cuda|cpu] [--minutes 6] [--short] [--json <file>]: builds the addon against the libtorch that is here, tests the engine and
// measures training steps beside PyTorch. A part that fails is reported, and the next goes on; a line a part at the end.

import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { freePort } from '../../packages/engine/src/collectives/free-port.js';

const { values: options } = parseArgs({
  options: {
    device: { type: 'string' },
    minutes: { type: 'string', default: '6' },
    /** Little of everything, to see that all parts run. */
    short: { type: 'boolean', default: false },
    json: { type: 'string', default: 'gpu-check.json' },
  },
});
/** Path of the packed folder, as this source's address gives it. */
const root = fileURLToPath(new URL('../..', import.meta.url));
const programs = join(root, 'programs');
const python = process.env.PYTHON ?? 'python3';
const { short } = options;
const deadline = performance.now() + Number(options.minutes) * 60_000;
if (!(deadline > performance.now())) throw new Error(`--minutes must be positive, got ${options.minutes}`);

type Outcome = 'passed' | 'failed' | 'not done';
interface Part {
  name: string;
  outcome: Outcome;
  detail: string;
  seconds: number;
}
const parts: Part[] = [];
const say = (text: string) => process.stdout.write(`${text}\n`);

/** What a part says of itself when it cannot be done here. */
class NotDone extends Error {}

/** Does a part; whatever it throws is what the summary says. */
async function part(name: string, body: () => Promise<string>): Promise<boolean> {
  say(`== ${name}`);
  const start = performance.now();
  const note = (outcome: Outcome, detail: string) => {
    parts.push({ name, outcome, detail, seconds: (performance.now() - start) / 1000 });
    say(`   ${outcome}: ${detail}`);
    return outcome === 'passed';
  };
  if (start > deadline) return note('not done', 'the time is up');
  try {
    return note('passed', await body());
  } catch (error) {
    return note(error instanceof NotDone ? 'not done' : 'failed', (error as Error).message);
  }
}

interface Run {
  output: string[];
  code: number | null;
  timedOut: boolean;
}

/** Runs a program to its end, or to that of its time; its output is passed on. */
function execute(command: string, args: string[], seconds: number, environment: NodeJS.ProcessEnv = {}): Promise<Run> {
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let timedOut = false;
  const left = Math.max(1000, Math.min(seconds * 1000, deadline - performance.now()));
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill('SIGKILL');
  }, left);
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (more) => {
    text += more;
    process.stdout.write(more);
  });
  child.stderr.pipe(process.stderr, { end: false });
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(new Error(`${command} cannot be run: ${error.message}`));
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ output: text.trim().split('\n'), code, timedOut });
    });
  });
}

const program = (name: string, ...args: string[]) => [join(programs, `${name}.mjs`), ...args];

function requireEnded({ code, timedOut, output }: Run, seconds: number): void {
  if (timedOut) throw new Error(`it was not through after ${seconds} s`);
  if (code !== 0) throw new Error(`exit code ${code}; ${output.at(-1)}`);
}

// ---- the parts ----

let device = 'cpu';
let devices = 1;
let libtorch = 'unknown';

async function buildAddon(): Promise<string> {
  const native = (name: string) => pathToFileURL(join(root, 'packages/engine/native', name)).href;
  const { locateLibtorch } = await import(native('libtorch.mjs'));
  const { buildAddon } = await import(native('build.mjs'));
  const found = locateLibtorch();
  if (found === null) throw new Error('no libtorch: set LIBTORCH to its folder, or install the Python package torch');
  const { seconds, note } = buildAddon(found);
  const addon = createRequire(import.meta.url)(join(root, 'packages/engine/build/torch.node'));
  libtorch = addon.version();
  device = options.device ?? (addon.hasCuda() ? 'cuda' : 'cpu');
  if (device === 'cuda') devices = countDevices(addon);
  const collectives = addon.collectives().join(' and ') || 'no collectives';
  return `libtorch ${libtorch} from ${found.origin}, in ${seconds.toFixed(0)} s; ${device}; ${collectives}${note ? `; ${note}` : ''}`;
}

function countDevices(addon: { setDevice(device: string): void }): number {
  for (let count = 0; ; count++) {
    try {
      addon.setDevice(`cuda:${count}`);
    } catch (error) {
      if (count === 0) throw error;
      return count;
    }
  }
}

async function tests(): Promise<string> {
  const seconds = 120;
  const run = await execute(process.execPath, program('tests'), seconds, { SANDWICH_DEVICE: device });
  const summary = run.output.find((line) => line.startsWith('{'));
  if (!summary) requireEnded(run, seconds);
  const { passed, failed, skipped } = JSON.parse(summary!);
  const detail = `${passed} passed, ${failed} failed, ${skipped} skipped`;
  if (run.code !== 0) throw new Error(detail);
  return detail;
}

async function conformance(): Promise<string> {
  const seconds = 120;
  const args = [
    join(root, 'packages/engine/conformance/run.mjs'),
    '--bundled',
    ...(short ? ['--filter', 'conv2d'] : []),
  ];
  const run = await execute(process.execPath, args, seconds, { SANDWICH_DEVICE: device });
  const summary = run.output.find((line) => /^torch: \d+ passed/.test(line));
  // With a filter, known failures are not met.
  if (!short || !summary) requireEnded(run, seconds);
  if (summary && !/ \(0 of them new\)/.test(summary)) throw new Error(summary);
  return summary!;
}

async function exchange(): Promise<string> {
  if (device === 'cuda' && devices < 2) throw new NotDone('it takes two GPUs, and one is here');
  const port = `${await freePort()}`;
  const seconds = 90;
  const runs = await Promise.all(
    ['0', '1'].map((rank) =>
      execute(process.execPath, program('exchange', device), seconds, { RANK: rank, MASTER_PORT: port }),
    ),
  );
  for (const run of runs) requireEnded(run, seconds);
  return `the mean of 1,000,003 numbers, by ${device === 'cuda' ? 'NCCL where the addon has it' : 'Gloo'}`;
}

interface Measured {
  who: 'ours' | 'PyTorch';
  size: string;
  batch: number;
  precision: string;
  how: 'eager' | 'recorded' | 'compile';
  milliseconds?: number;
  error?: string;
}
const measured: Measured[] = [];

/** Which steps are measured. */
function plan() {
  const common = { side: '128', milliseconds: '400' };
  if (short) return { ...common, sizes: 'slim', batches: '1', precisions: 'fp32', side: '32', milliseconds: '1' };
  const sizes = 'slim,medium,full';
  if (device === 'cpu') return { ...common, sizes, batches: '8', precisions: 'fp32' };
  return { ...common, sizes, batches: '8,32,128,256', precisions: 'fp32,tf32,bf16' };
}

async function measure(command: string, args: string[], seconds: number): Promise<string> {
  const run = await execute(command, args, seconds);
  const lines: Measured[] = run.output.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  measured.push(...lines);
  const failed = lines.filter(({ error }) => error);
  const detail = `${lines.length - failed.length} kinds of step measured${failed.length > 0 ? `, ${failed.length} failed: ${failed[0].error}` : ''}`;
  if (run.timedOut) throw new Error(`${detail}; the others not in its time`);
  if (run.code !== 0 || failed.length > 0 || lines.length === 0) throw new Error(`${detail}; exit code ${run.code}`);
  return detail;
}

function ours(): Promise<string> {
  const { sizes, batches, precisions, side, milliseconds } = plan();
  return measure(process.execPath, program('steps', device, sizes, batches, precisions, side, milliseconds), 150);
}

async function peers(how: 'eager' | 'compile'): Promise<string> {
  const { sizes, batches, precisions, side, milliseconds } = plan();
  const { code } = await execute(python, ['-c', 'import torch'], 60).catch(() => ({ code: 1 }));
  if (code !== 0) throw new NotDone(`${python} has no torch`);
  if (how === 'compile' && device === 'cpu') throw new NotDone('it is measured on CUDA alone');
  const args = [join(root, 'bench/gpu-check/peers.py'), device, sizes];
  const few = how === 'compile' ? ['32', 'fp32,bf16'] : [batches, precisions];
  return measure(python, [...args, ...few, side, milliseconds, `${availableParallelism()}`, how], 150);
}

/** A row for each size, batch and precision: images a second. */
function table(): string[] {
  const columns = [
    ['ours', 'eager'],
    ['ours', 'recorded'],
    ['PyTorch', 'eager'],
    ['PyTorch', 'compile'],
  ];
  const rows = new Map<string, Measured[]>();
  for (const one of measured) {
    const key = `${one.size}, batch ${one.batch}, ${one.precision}`;
    rows.set(key, [...(rows.get(key) ?? []), one]);
  }
  const speed = (row: Measured[], [who, how]: string[]) => {
    const found = row.find((one) => one.who === who && one.how === how);
    if (!found) return '-';
    return found.milliseconds === undefined ? 'failed' : ((1000 * found.batch) / found.milliseconds).toFixed(0);
  };
  const lines = [
    ['images/s', ...columns.map((column) => column.join(' '))],
    ...[...rows].map(([key, row]) => [key, ...columns.map((column) => speed(row, column))]),
  ];
  const widths = lines[0].map((_, i) => Math.max(...lines.map((line) => line[i].length)));
  return lines.map((line) =>
    line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  '),
  );
}

const isBuilt = await part('addon', buildAddon);
if (isBuilt) {
  await part('engine and gradient tests', tests);
  await part("conformance, TFJS's own tests", conformance);
  await part('two processes', exchange);
  await part('training steps, ours', ours);
  await part('training steps, PyTorch eager', () => peers('eager'));
  await part('training steps, torch.compile', () => peers('compile'));
}

if (measured.length > 0) say(`\ntraining steps at ${plan().side}x${plan().side}, ${device}\n${table().join('\n')}`);
say('');
for (const { name, outcome, detail, seconds } of parts)
  say(`${outcome.padEnd(8)}  ${name} (${seconds.toFixed(0)} s): ${detail}`);
writeFileSync(options.json, `${JSON.stringify({ libtorch, device, devices, parts, measured }, null, 2)}\n`);
say(`\n${options.json}`);
process.exit(parts.some(({ outcome }) => outcome === 'failed') ? 1 : 0);
