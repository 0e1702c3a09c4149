import { createRequire } from 'node:module';
import { join } from 'node:path';
import { tf } from '../tf.js';
import { type EngineDriver, requirePlainOptions } from './driver.js';

const PACKAGES = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'];

/** Finds a package of the user's: installed beside this one or in the project that the process runs in. */
function findPackage(): string | null {
  for (const from of [import.meta.url, join(process.cwd(), 'package.json')]) {
    const { resolve } = createRequire(from);
    for (const name of PACKAGES) {
      try {
        return resolve(name);
      } catch {
        // Not installed there.
      }
    }
  }
  return null;
}

/** libtensorflow, when the user has installed `@tensorflow/tfjs-node` or `-gpu` beside the project. */
export const tensorflow: EngineDriver = {
  name: 'tensorflow',
  unavailable: () =>
    findPackage() ? null : 'neither @tensorflow/tfjs-node-gpu nor @tensorflow/tfjs-node is installed',
  async start(options) {
    requirePlainOptions('tensorflow', options);
    await import(findPackage()!);
    await tf.setBackend('tensorflow');
    return {
      engine: 'tensorflow',
      version: tf.version_core,
      device: 'cpu',
      threads: options.threads ?? 0,
      precision: 'fp32',
    };
  },
};
