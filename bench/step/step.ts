// npm run bench:step [-- <row> …] [--rounds 6] [--json]: training steps (pre, codec proxy, post, loss, backward, Adam) of three sizes
// with both rate models, LPIPS and differentiable JPEG beside the same in PyTorch eager, in turns, each in a process of its own; and
// what has no peer: the data pipeline, evaluation and compression of a photograph of 1920x1080, start-up. Prints medians by the
// clock, their ratio and that of processor time, which other programs disturb less, and the peak memory of both sides.
// --json adds a last line with the same by row. PYTHON names a Python with torch.
//
// For training steps: --device cuda, --precision fp32 | tf32 | bf16, --batch 8,16,… (a row each) on both sides, and --replay on ours.
// On CUDA PyTorch has a second column, by torch.compile with CUDA graphs.

import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { lpipsWeightsFile } from '@sandwich/models';
import { textTable } from '../../packages/inspector/src/reports/text-table.js';
import { compile } from '../compile.js';
import { startContender } from '../contender.js';
import { median } from '../median.js';
import { BATCH, SIDE } from './workloads.js';

interface Row {
  label: string;
  /** Script in peers/ and its first arguments. */
  peer?: string[];
  /** The bare convolutions of the same step. */
  floor?: string[];
  runsInARound: number;
  /** Images of a training step. */
  batch?: number;
  /** Before anything is timed: as long as the JavaScript engine needs to compile what it runs. */
  warmUp: number;
}

const step = (label: string, size: string, rate: string, floor = false): Row => ({
  label,
  peer: ['step.py', size, rate],
  ...(floor && { floor: ['step.py', size, 'floor'] }),
  runsInARound: size === 'full' ? 2 : 4,
  warmUp: 4,
});

const rows: Record<string, Row> = {
  slim: step('slim step, Gaussian rate', 'slim', 'gaussian', true),
  medium: step('medium step, Gaussian rate', 'medium', 'gaussian', true),
  full: step('full step, Gaussian rate', 'full', 'gaussian', true),
  slimJpeg: step('slim step, JPEG rate', 'slim', 'jpeg'),
  mediumJpeg: step('medium step, JPEG rate', 'medium', 'jpeg'),
  fullJpeg: step('full step, JPEG rate', 'full', 'jpeg'),
  lpips: { label: 'LPIPS alex, both ways', peer: ['lpips.py', lpipsWeightsFile('alex')], runsInARound: 5, warmUp: 30 },
  diffJpeg: { label: 'diffJpeg, both ways', peer: ['diff_jpeg.py'], runsInARound: 10, warmUp: 30 },
  pipeline: { label: `data pipeline, ${BATCH} crops`, runsInARound: 20, warmUp: 20 },
  evaluate: { label: 'evaluation, 1920x1080', runsInARound: 1, warmUp: 1 },
  compress: { label: 'compression, 1920x1080', runsInARound: 1, warmUp: 1 },
};
const START_UP = 'startup';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '6' },
    json: { type: 'boolean', default: false },
    device: { type: 'string', default: 'cpu' },
    precision: { type: 'string', default: 'fp32' },
    replay: { type: 'boolean', default: false },
    batch: { type: 'string', default: `${BATCH}` },
  },
});
const { device, precision, replay } = options;
const onCuda = device.startsWith('cuda');
const batches = options.batch.split(',').map(Number);
const isPlain = device === 'cpu' && precision === 'fp32' && !replay && options.batch === `${BATCH}`;
const rounds = Number(options.rounds);
const known = [...Object.keys(rows), START_UP];
const chosen = positionals.length > 0 ? positionals : known;
const unknown = chosen.filter((name) => !known.includes(name));
if (unknown.length > 0) throw new Error(`bench:step: no row ${unknown.join(', ')}; there are ${known.join(', ')}`);
const isStep = (name: string) => rows[name]?.peer?.[0] === 'step.py';
const unfit = isPlain ? [] : chosen.filter((name) => !isStep(name));
if (unfit.length > 0)
  throw new Error(
    `bench:step: --device, --precision, --replay and --batch are for training steps, not for ${unfit.join(', ')}`,
  );
if (!batches.every((batch) => Number.isInteger(batch) && batch > 0))
  throw new Error(`bench:step: --batch must be positive integers with commas between, got ${options.batch}`);
if (!(rounds >= 1)) throw new Error(`bench:step: --rounds must be a positive integer, got ${options.rounds}`);

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const python = process.env.PYTHON ?? '/usr/bin/python3';
const threads = Number(process.env.OMP_NUM_THREADS) || availableParallelism();

/** Medians in milliseconds, memory in MiB. */
type Measurement = { time: number; processor: number; memory: number; value?: number | null };
type Result = { label: string; batch: number } & Partial<Record<'ours' | 'theirs' | 'compiled' | 'floor', Measurement>>;

const scripts = await compile('step/ours.ts', 'step/start-up.ts');
const node = (script: string, ...args: string[]): [string, string[]] => [process.execPath, [scripts[script], ...args]];
const peer = ([script, ...args]: string[], batch: number, compiled = false): [string, string[]] => {
  const settings = script === 'step.py' ? [device, precision, compiled ? 'compile' : 'eager'] : [];
  return [python, [here(`../peers/${script}`), ...args, String(threads), String(batch), String(SIDE), ...settings]];
};

/** All sides of a row in turns. */
async function measure(name: string, row: Row, batch: number): Promise<Result> {
  const settings = [
    '--device',
    device,
    '--precision',
    precision,
    '--batch',
    String(batch),
    ...(replay ? ['--replay'] : []),
  ];
  const commands = {
    ours: node('step/ours.ts', name, ...settings),
    ...(row.peer && { theirs: peer(row.peer, batch) }),
    ...(row.peer && onCuda && !name.endsWith('Jpeg') && { compiled: peer(row.peer, batch, true) }),
    ...(row.floor && { floor: peer(row.floor, batch) }),
  };
  const sides = await Promise.all(
    Object.entries(commands).map(async ([side, command]) => ({ side, contender: await startContender(...command) })),
  );
  const runs = sides.map((): { times: number[]; processor: number[] } => ({ times: [], processor: [] }));
  const result: Result = { label: batches.length > 1 ? `${row.label}, batch ${batch}` : row.label, batch };
  for (const { contender } of sides) await contender.run(row.warmUp);
  for (let round = 0; round < rounds; round++) {
    for (const [i, { side, contender }] of sides.entries()) {
      const { times, processor, memory, value } = await contender.run(row.runsInARound);
      runs[i].times.push(...times);
      runs[i].processor.push(...processor);
      const medians = { time: median(runs[i].times), processor: median(runs[i].processor) };
      result[side as 'ours'] = { ...medians, memory, value };
    }
  }
  for (const { side, contender } of sides) {
    process.stderr.write(`${name}, ${side}: ${contender.description}\n`);
    contender.end();
  }
  return result;
}

/** From the start of the process until a tensor can be computed with. */
function startUp(): Result {
  const timed = ([command, args]: [string, string[]]) => {
    const start = performance.now();
    const { status } = spawnSync(command, args, { stdio: 'ignore' });
    if (status !== 0) throw new Error(`bench:step: ${command} ${args.join(' ')} failed`);
    return performance.now() - start;
  };
  const times: Record<'ours' | 'theirs', number[]> = { ours: [], theirs: [] };
  for (let round = 0; round <= rounds; round++) {
    times.ours.push(timed(node('step/start-up.ts')));
    times.theirs.push(timed([python, ['-c', 'import torch; torch.ones(1).add(1)']]));
  }
  const measured = (values: number[]): Measurement => ({ time: median(values.slice(1)), processor: NaN, memory: NaN });
  return { label: 'start-up', batch: BATCH, ours: measured(times.ours), theirs: measured(times.theirs) };
}

const ratio = (a: number | undefined, b: number | undefined): number | null =>
  a && b && Number.isFinite(a / b) ? Number((a / b).toFixed(3)) : null;

const summaryOf = ({ ours, theirs, compiled, floor }: Result) => ({
  ratio: ratio(ours?.time, theirs?.time),
  processorRatio: ratio(ours?.processor, theirs?.processor),
  memoryRatio: ratio(ours?.memory, theirs?.memory),
  floorRatio: ratio(ours?.time, floor?.time),
  ours: ours?.time,
  theirs: theirs?.time,
  floor: floor?.time,
  compiled: compiled?.time,
});

const results: Record<string, Result> = {};
const runs = chosen.flatMap((name) =>
  isStep(name) && batches.length > 1
    ? batches.map((batch) => ({ key: `${name}@${batch}`, name, batch }))
    : [{ key: name, name, batch: batches[0] }],
);
for (const { key, name, batch } of runs) {
  results[key] = name === START_UP ? startUp() : await measure(name, rows[name], batch);
  const { ours, ratio } = summaryOf(results[key]);
  process.stderr.write(`${key}: ${ours?.toFixed(1)} ms${ratio === null ? '' : `, ratio ${ratio}`}\n`);
}

const shown = (value: number | null | undefined, digits: number): string =>
  value == null || Number.isNaN(value) ? '-' : value.toFixed(digits);
const throughput = ({ batch }: Result, side: Measurement | undefined): string =>
  side ? ((1000 * batch) / side.time).toFixed(0) : '-';
const header = ['', 'ours ms', 'PyTorch ms', 'ratio', 'processor', 'convolutions ms', 'MiB', 'PyTorch MiB', 'ratio'];
const lines = Object.values(results).map((result) => {
  const { ours, theirs, floor } = result;
  const { ratio, processorRatio, memoryRatio } = summaryOf(result);
  return [
    result.label,
    ...[shown(ours?.time, 1), shown(theirs?.time, 1), shown(ratio, 2), shown(processorRatio, 2), shown(floor?.time, 1)],
    ...[shown(ours?.memory, 0), shown(theirs?.memory, 0), shown(memoryRatio, 2)],
  ];
});
const how = isPlain ? '' : `, ${device}, ${precision}${replay ? ', ours replayed' : ''}`;
console.log(`batch ${options.batch}, ${SIDE}x${SIDE}, ${threads} threads${how}, medians of ${rounds} rounds`);
console.log(textTable(header, lines));
if (!isPlain) {
  const columns = ['images/s', 'ours', 'PyTorch', 'torch.compile'];
  const speeds = Object.values(results).map((result) => [
    result.label,
    ...[result.ours, result.theirs, result.compiled].map((side) => throughput(result, side)),
  ]);
  console.log(textTable(columns, speeds));
}
const { pipeline } = results;
if (pipeline?.ours) console.log(`data pipeline: ${((1000 * BATCH) / pipeline.ours.time).toFixed(0)} images/s`);
for (const { label, ours, theirs } of Object.values(results))
  if (ours?.value != null && theirs?.value != null)
    console.log(`${label}: values ${ours.value.toFixed(6)} and ${theirs.value.toFixed(6)}`);
if (options.json) {
  const summaries = Object.entries(results).map(([name, result]) => [name, summaryOf(result)]);
  console.log(JSON.stringify(Object.fromEntries(summaries)));
}
