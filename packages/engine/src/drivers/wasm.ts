import '@tensorflow/tfjs-backend-wasm';
import { tf } from '../tf.js';
import { registerWasmKernels } from '../wasm/kernels.js';
import { prepareBackend } from '../wasm/prepare-backend.js';
import { type EngineDriver, requirePlainOptions } from './driver.js';

/** TFJS's WebAssembly backend, which needs no native code, with the kernels registered that it lacks for training. */
export const wasm: EngineDriver = {
  name: 'wasm',
  unavailable: () => null,
  async start(options) {
    requirePlainOptions('wasm', options);
    if (!(await tf.setBackend('wasm'))) throw new Error('startEngine: the wasm engine did not initialise');
    registerWasmKernels();
    prepareBackend(tf.backend());
    return { engine: 'wasm', version: tf.version_core, device: 'cpu', threads: 1, precision: 'fp32' };
  },
};
