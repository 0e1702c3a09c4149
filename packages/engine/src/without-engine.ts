import { tf } from './tf.js';

/**
 * Runs work that makes tensors on TFJS's own backend, in plain JavaScript: to build networks and to put weights into them, and so find out
 * whether that can be done, without an engine or before one is started. Nothing else may compute meanwhile.
 *
 * @param work disposes of the tensors that it makes; an engine that is started later must not compute with them
 * @returns what `work` returns; the engine is then what it was before
 */
export async function withoutEngine<Result>(work: () => Promise<Result>): Promise<Result> {
  const engine = tf.getBackend();
  // Otherwise TFJS recommends its own engine.
  tf.enableProdMode();
  await tf.setBackend('cpu');
  try {
    return await work();
  } finally {
    if (engine) await tf.setBackend(engine);
  }
}
