// bench/networks/ours.ts <network> <eager | recorded>: our side of a row of `bench/networks.ts`.

import { kernelProfile, printKernelProfile, recordStep, startEngine, startKernelProfile, tf } from '@sandwich/engine';
import { serve } from '../serve.js';
import { networks } from './index.js';

const [name, mode] = process.argv.slice(2);
const info = await startEngine({ engine: 'torch' });
const { batch: size, create } = networks[name];
const { batch, loss } = create(size);
const optimizer = tf.train.adam(1e-3);

function train(given: Record<string, tf.Tensor>): tf.Scalar {
  return optimizer.minimize(() => loss(given), true)!;
}

const eager = () => {
  const value = train(batch);
  const [number] = value.dataSync();
  value.dispose();
  return number;
};

const recorded = () => {
  const step = recordStep({ step: (given: Record<string, tf.Tensor>) => ({ loss: train(given) }) });
  return async () => (await step.run(batch)).loss;
};

const run = mode === 'recorded' ? recorded() : eager;
const { engine, version, device, threads, precision } = info;
if (process.env.BENCH_PROFILE) {
  for (let i = 0; i < Number(process.env.BENCH_PROFILE); i++) await run();
  startKernelProfile();
  await run();
  printKernelProfile(name);
  process.stderr.write(`${kernelProfile().reduce((sum, { calls }) => sum + calls, 0)} kernels\n`);
} else await serve(`${engine} ${version}, ${device}, ${threads} threads, ${precision}, ${mode}`, run);
