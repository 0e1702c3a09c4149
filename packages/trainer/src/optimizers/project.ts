import { tf } from '@sandwich/engine';
import { eachOf, type Optimizer } from './optimizer.js';
import { pathPattern } from './path-pattern.js';

/**
 * Shortens the steps of some parameters so that none of their elements leaves [low, high]; all other steps pass. It belongs at the end of a
 * chain.
 *
 * @param path of a parameter, or a pattern, in which `*` stands for any text
 * @throws RangeError when `low` is not below `high`
 * @example
 * chain(adam({ learningRate: 1 }), project('codec/table*', 1, 255));
 */
export function project(path: string, low: number, high: number): Optimizer {
  if (!(low < high)) throw new RangeError(`project: low must be below high, got ${low} and ${high}`);
  const fits = pathPattern(path);
  return eachOf((step, parameter, own) =>
    fits(own) ? parameter.sub(tf.clipByValue(parameter.sub(step), low, high)) : step.clone(),
  );
}
