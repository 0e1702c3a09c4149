import { tf } from '../tf.js';
import { type EngineDriver, requirePlainOptions } from './driver.js';

/** TFJS in plain JavaScript: the oracle for tiny shapes. */
export const cpu: EngineDriver = {
  name: 'cpu',
  unavailable: () => null,
  async start(options) {
    requirePlainOptions('cpu', options);
    await tf.setBackend('cpu');
    return { engine: 'cpu', version: tf.version_core, device: 'cpu', threads: 1, precision: 'fp32' };
  },
};
