// What the conformance command bundles: the engine and TFJS's own tests around one copy of TFJS.

import './environment.mjs';
import '@tensorflow/tfjs-core/dist/tests.js';
import { startEngine, tf } from '../src/index.ts';
import { runsOnHost } from '../src/torch/kernels/host.ts';

let kernels = new Set();

/** Starts the engine as users get it, with its kernels counted. */
export async function start() {
  await startEngine({ engine: ENGINE });
  for (const config of tf.getKernelsForBackend(ENGINE)) {
    const { kernelName, kernelFunc } = config;
    config.kernelFunc = (call) => {
      if (ENGINE !== 'torch' || !runsOnHost(kernelName, call.inputs)) kernels.add(kernelName);
      return kernelFunc(call);
    };
  }
}

/** The engine's kernels that ran since the last call, without those that it leaves to TFJS on the host. */
export function takeKernels() {
  const taken = [...kernels];
  kernels = new Set();
  return taken;
}
