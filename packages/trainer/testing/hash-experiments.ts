// npm run hash:experiments [-- <experiment> …] [--compare <file>]: trains every experiment for 12 steps on small crops of synthetic pictures, in several
// ways, and prints as JSON the SHA-256 of all that the last checkpoint holds besides its configuration: weights, optimizer, average. With --compare it
// names on standard error what differs from such a file of the same machine, and fails where something does. A change of the trainer that
// is not to change what is trained leaves all hashes as they are; they hold for one machine, one libtorch and one thread.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { makeSyntheticImages } from '@sandwich/data';
import { main } from '../../cli/src/main.js';
import { listExperiments, loadExperiment } from '../src/experiment/load-experiment.js';
import { type Checkpoint, readCheckpoint } from '../src/run/checkpoint.js';

const COMMON = ['cropSize=32', 'reduce=1', 'batchSize=2'];

/** Ways to train: settings beside `COMMON`, and options of the command. */
const WAYS: Record<string, { set?: string[]; options?: string[]; apart?: boolean }> = {
  plain: {},
  replay: { options: ['--replay'] },
  qstepSpread: { set: ['qstepSpread=2'] },
  clipNorm: { set: ['clipNorm=5'] },
  accumulate: { set: ['accumulate=2'] },
  averageDecay: { set: ['averageDecay=0.9'] },
  'replay averageDecay accumulate': { options: ['--replay'], set: ['averageDecay=0.9', 'accumulate=2'] },
  'two processes': { options: ['--processes', '2'], apart: true },
};

const bin = fileURLToPath(new URL('../../cli/src/bin.ts', import.meta.url));
const { values, positionals } = parseArgs({ allowPositionals: true, options: { compare: { type: 'string' } } });

function hashOf({ parameters, optimizer, average, step }: Checkpoint): string {
  const hash = createHash('sha256').update(`${step}`);
  const moments = Object.entries(optimizer).flatMap(([path, { steps, tensors }]) =>
    Object.entries(tensors).map(([name, tensor]) => [`${name}/${path}/${steps}`, tensor] as const),
  );
  const all = [...Object.entries(parameters), ...moments, ...Object.entries(average)];
  for (const [name, { values }] of all.sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(name).update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest('hex');
}

async function train(experiment: string, way: string, images: string, run: string): Promise<string> {
  const { set = [], options = [], apart = false } = WAYS[way];
  const settings = [...COMMON, ...set].flatMap((setting) => ['--set', setting]);
  const where = ['--images', images, '--run', run, '--steps', '12', '--threads', '1'];
  const command = ['train', experiment, ...where, ...settings, ...options];
  // Each process that trains with others starts the command of its own.
  const status = apart
    ? spawnSync(process.execPath, ['--import', 'tsx', bin, ...command], { stdio: ['ignore', 'ignore', 'inherit'] })
        .status
    : await main(command);
  if (status !== 0) throw new Error(`${experiment}, ${way}: training ended with ${status}`);
  return hashOf(await readCheckpoint(join(run, 'checkpoints', 'step-0000012.safetensors')));
}

const experiments = positionals.length > 0 ? positionals : listExperiments();
const expected = values.compare === undefined ? undefined : JSON.parse(readFileSync(values.compare, 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'hash-experiments-'));
try {
  const imagesOf = (bits: 8 | 16) => join(folder, `images of ${bits} bits`);
  for (const bits of [8, 16] as const) {
    await makeSyntheticImages({ directory: imagesOf(bits), count: 6, width: 96, height: 64, seed: 1, bits });
  }
  const hashes: Record<string, Record<string, string>> = {};
  for (const experiment of experiments) {
    hashes[experiment] = {};
    const { bitDepth } = (await loadExperiment(experiment)).definition.settings;
    const images = imagesOf(bitDepth === 8 ? 8 : 16);
    for (const way of Object.keys(WAYS)) {
      const hash = await train(experiment, way, images, join(folder, `${experiment} ${way}`));
      hashes[experiment][way] = hash;
      const before = expected?.[experiment]?.[way];
      if (expected && hash !== before) {
        process.stderr.write(`differs: ${experiment}, ${way}: ${hash}, before ${before}\n`);
        process.exitCode = 1;
      }
    }
  }
  process.stdout.write(`${JSON.stringify(hashes, null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true });
}
