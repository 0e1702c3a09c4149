import { tf } from '@sandwich/engine';
import { eachOf, type Optimizer } from './optimizer.js';

/**
 * Shortens steps so that no element of a parameter leaves [low, high]. It belongs at the end of a chain.
 *
 * @throws RangeError when `low` is not below `high`
 */
export function clip(low: number, high: number): Optimizer {
  if (!(low < high)) throw new RangeError(`clip: low must be below high, got ${low} and ${high}`);
  return eachOf((step, parameter) => parameter.sub(tf.clipByValue(parameter.sub(step), low, high)));
}
