// npm run bench:step: time of a training step (pre, codec proxy with Gaussian rate, post, loss, backward, Adam) beside the
// same model in PyTorch eager on the same machine, taking turns. Prints medians and their ratio.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startEngine } from '@sandwich/engine';
import { createTrainingStep } from './training-step.js';

const ROUNDS = 6;
const STEPS_A_ROUND = 5;
const BATCH = 8;
const SIDE = 128;

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** A peer process that runs some steps for each line it reads and answers with their times in milliseconds. */
function startPeer(python: string, size: string, threads: number) {
  const script = fileURLToPath(new URL('peers/step.py', import.meta.url));
  const peer = spawn(python, [script, size, String(BATCH), String(SIDE), String(threads)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: peer.stdout });
  const answer = async (): Promise<string> => {
    const [line] = await Promise.race([
      once(lines, 'line'),
      once(peer, 'exit').then(() =>
        Promise.reject(new Error(`${python} with torch is needed: Debian's python3-torch, or pip install torch`)),
      ),
    ]);
    return line;
  };
  return {
    answer,
    run: async (steps: number): Promise<number[]> => {
      peer.stdin.write(`${steps}\n`);
      return JSON.parse(await answer());
    },
    end: () => peer.stdin.end(),
  };
}

function createOurs(size: string) {
  const step = createTrainingStep(size, BATCH, SIDE);
  return (steps: number): number[] => Array.from({ length: steps }, step);
}

const python = process.env.PYTHON ?? '/usr/bin/python3';
const sizes = process.argv.length > 2 ? process.argv.slice(2) : ['slim'];
const { threads } = await startEngine();
for (const size of sizes) {
  const peer = startPeer(python, size, threads);
  const version = await peer.answer();
  const ours = createOurs(size);
  ours(2);
  await peer.run(2);
  const times: Record<'ours' | 'torch', number[]> = { ours: [], torch: [] };
  for (let round = 0; round < ROUNDS; round++) {
    times.ours.push(...ours(STEPS_A_ROUND));
    times.torch.push(...(await peer.run(STEPS_A_ROUND)));
  }
  peer.end();
  const [a, b] = [median(times.ours), median(times.torch)];
  process.stdout.write(
    `${size}, batch ${BATCH}, ${SIDE}x${SIDE}, ${threads} threads: ours ${a.toFixed(0)} ms, ${version} ${b.toFixed(0)} ms, ratio ${(a / b).toFixed(2)}\n`,
  );
}
