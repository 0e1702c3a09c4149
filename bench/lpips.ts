// npm run bench:lpips [-- <weights>]: time of LPIPS-alex forward and backward to one of two batches of 8 images of 128x128, beside
// the same in PyTorch eager with the same weights on the same machine, taking turns. Prints medians and their ratio, and how far
// the two values are apart.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startEngine, tf } from '@sandwich/engine';
import { loadLpips } from '@sandwich/losses';
import { lpipsWeightsFile } from '@sandwich/trainer';

const ROUNDS = 12;
const RUNS_A_ROUND = 5;
/** Before anything is timed: as long as the JavaScript engine needs to compile what it runs. */
const WARM_UP = 30;
const BATCH = 8;
const SIDE = 128;

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** A peer process that runs so often for each number it reads and answers with value and times in milliseconds. */
function startPeer(python: string, weights: string, threads: number) {
  const script = fileURLToPath(new URL('peers/lpips.py', import.meta.url));
  const peer = spawn(python, [script, weights, String(BATCH), String(SIDE), String(threads)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: peer.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${python} with torch is needed: Debian's python3-torch, or pip install torch`);
    return value;
  };
  return {
    answer,
    run: async (runs: number): Promise<{ value: number; times: number[] }> => {
      peer.stdin.write(`${runs}\n`);
      return JSON.parse(await answer());
    },
    end: () => peer.stdin.end(),
  };
}

/** Both sides compare these: (7 i mod 256) and the same with noise of the golden ratio. */
function images(): [tf.Tensor4D, tf.Tensor4D] {
  const size = BATCH * SIDE * SIDE * 3;
  const a = Float32Array.from({ length: size }, (_, i) => (7 * i) % 256);
  const b = a.map((value, i) => value + 20 * (((i * 0.618034) % 1) - 0.5));
  return [a, b].map((values) => tf.tensor4d(values, [BATCH, SIDE, SIDE, 3])) as [tf.Tensor4D, tf.Tensor4D];
}

const python = process.env.PYTHON ?? '/usr/bin/python3';
const [weights = lpipsWeightsFile('alex')] = process.argv.slice(2);
const { threads } = await startEngine();
const lpips = await loadLpips({ net: 'alex', weights });
const [a, b] = images();
const differentiate = tf.valueAndGrad((x) => tf.sum<tf.Scalar>(lpips(x as tf.Tensor4D, b)));
const ours = (runs: number) => {
  let value = 0;
  const times = Array.from({ length: runs }, () => {
    const start = performance.now();
    const result = differentiate(a);
    value = result.value.dataSync()[0];
    tf.dispose(result);
    return performance.now() - start;
  });
  return { value, times };
};

const peer = startPeer(python, weights, threads);
const version = await peer.answer();
const values = { ours: ours(WARM_UP).value, peer: (await peer.run(WARM_UP)).value };
const times: Record<'ours' | 'peer', number[]> = { ours: [], peer: [] };
for (let round = 0; round < ROUNDS; round++) {
  times.ours.push(...ours(RUNS_A_ROUND).times);
  times.peer.push(...(await peer.run(RUNS_A_ROUND)).times);
}
peer.end();
const [mine, theirs] = [median(times.ours), median(times.peer)];
process.stdout.write(
  `LPIPS alex forward and backward, batch ${BATCH}, ${SIDE}x${SIDE}, ${threads} threads: ours ${mine.toFixed(1)} ms, ` +
    `${version} ${theirs.toFixed(1)} ms, ratio ${(mine / theirs).toFixed(2)}; ` +
    `values ${values.ours.toFixed(6)} and ${values.peer.toFixed(6)}\n`,
);
