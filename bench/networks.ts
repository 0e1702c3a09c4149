// npm run bench:networks [-- <network> …] [--rounds 6] [--json]: training steps of ordinary networks, written as TensorFlow.js is
// used, eager and recorded, beside the same in PyTorch eager. Each side is a process of its own; they take turns, with the same
// number of threads, which wait passively on all sides. Prints medians by the clock and of processor time, which other programs
// disturb less, the ratios of these to PyTorch's, and the loss of the fourth step of both sides from the same weights; refuses
// when these differ. --json adds a last line with the same by network. PYTHON names a Python with torch.

import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { textTable } from '../packages/inspector/src/reports/text-table.js';
import { compile } from './compile.js';
import { type Runs, startContender } from './contender.js';
import { median } from './median.js';
import { networks } from './networks/index.js';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '6' }, json: { type: 'boolean', default: false } },
});
const rounds = Number(options.rounds);
if (!(Number.isInteger(rounds) && rounds >= 1))
  throw new Error(`bench:networks: --rounds must be a positive integer, got ${options.rounds}`);
const chosen = positionals.length > 0 ? positionals : Object.keys(networks);
const unknown = chosen.filter((name) => !(name in networks));
if (unknown.length > 0)
  throw new Error(`bench:networks: no network ${unknown.join(', ')}; there are ${Object.keys(networks).join(', ')}`);

const STEPS_CHECKED = 4;
/** Relative difference of two losses that comes of sums in another order. */
const TOLERANCE = 1e-3;
const WARM_UP = 16;
const MILLISECONDS_A_TURN = 500;

const threads = Number(process.env.OMP_NUM_THREADS) || availableParallelism();
process.env.OMP_NUM_THREADS = String(threads);
process.env.OMP_WAIT_POLICY = 'PASSIVE';
const python = process.env.PYTHON ?? '/usr/bin/python3';
const peer = fileURLToPath(new URL('peers/networks.py', import.meta.url));
const scripts = await compile('networks/ours.ts');
const ours = scripts['networks/ours.ts'];

/** Medians in milliseconds. */
interface Measurement {
  time: number;
  processor: number;
}

type Side = 'eager' | 'recorded' | 'pytorch';
type Result = Record<Side, Measurement> & { losses: { ours: number; pytorch: number } };

async function measure(name: string): Promise<Result> {
  const { batch } = networks[name];
  const settings = [peer, name, String(threads), String(batch)];
  const expected: number[] = JSON.parse(execFileSync(python, [...settings, 'check'], { encoding: 'utf8' }));
  const commands: Record<Side, [string, string[]]> = {
    eager: [process.execPath, [ours, name, 'eager']],
    recorded: [process.execPath, [ours, name, 'recorded']],
    pytorch: [python, settings],
  };
  const sides = await Promise.all(
    Object.entries(commands).map(async ([side, [command, args]]) => ({
      side: side as Side,
      contender: await startContender(command, args),
    })),
  );
  const losses = { ours: NaN, pytorch: expected[STEPS_CHECKED - 1] };
  const runs = new Map<Side, Runs & { count: number }>();
  for (const { side, contender } of sides) {
    if (side !== 'pytorch') {
      losses.ours = (await contender.run(STEPS_CHECKED)).value!;
      if (!(Math.abs(losses.ours - losses.pytorch) <= TOLERANCE * Math.abs(losses.pytorch)))
        throw new Error(`bench:networks: ${name}, ${side}: the losses are ${losses.ours} and ${losses.pytorch}`);
    }
    const { times } = await contender.run(WARM_UP);
    const count = Math.max(2, Math.ceil(MILLISECONDS_A_TURN / Math.min(...times)));
    runs.set(side, { times: [], processor: [], memory: 0, count });
  }
  for (let round = 0; round < rounds; round++) {
    for (const { side, contender } of sides) {
      const all = runs.get(side)!;
      const { times, processor } = await contender.run(all.count);
      all.times.push(...times);
      all.processor.push(...processor);
    }
  }
  for (const { side, contender } of sides) {
    process.stderr.write(`${name}, ${side}: ${contender.description}\n`);
    contender.end();
  }
  const medians = [...runs].map(([side, { times, processor }]) => [
    side,
    { time: median(times), processor: median(processor) },
  ]);
  return { ...Object.fromEntries(medians), losses };
}

const round3 = (value: number): number => Number(value.toFixed(3));
const ratiosOf = ({ eager, recorded, pytorch }: Result) => ({
  eager: round3(eager.time / pytorch.time),
  eagerProcessor: round3(eager.processor / pytorch.processor),
  recorded: round3(recorded.time / pytorch.time),
  recordedProcessor: round3(recorded.processor / pytorch.processor),
});

const results: Record<string, Result> = {};
for (const name of chosen) {
  results[name] = await measure(name);
  process.stderr.write(`${name}: ${JSON.stringify(ratiosOf(results[name]))}\n`);
}

const header = [
  '',
  'batch',
  'eager ms',
  'recorded',
  'PyTorch',
  'eager ratio',
  'processor',
  'recorded ratio',
  'processor',
];
const lines = Object.entries(results).map(([name, result]) => {
  const { eager, recorded, eagerProcessor, recordedProcessor } = ratiosOf(result);
  return [
    networks[name].label,
    String(networks[name].batch),
    ...[result.eager, result.recorded, result.pytorch].map(({ time }) => time.toFixed(1)),
    ...[eager, eagerProcessor, recorded, recordedProcessor].map((ratio) => ratio.toFixed(2)),
  ];
});
console.log(`${threads} threads, passive waiting, medians of ${rounds} rounds`);
console.log(textTable(header, lines));
for (const [name, { losses }] of Object.entries(results))
  console.log(
    `${name}: loss of step ${STEPS_CHECKED} ${losses.ours.toPrecision(6)}, PyTorch's ${losses.pytorch.toPrecision(6)}`,
  );
if (options.json) {
  const all = Object.entries(results).map(([name, result]) => [name, { ...result, ratios: ratiosOf(result) }]);
  console.log(JSON.stringify(Object.fromEntries(all)));
}
