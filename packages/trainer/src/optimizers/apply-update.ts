import { type Parameters, subtractEach, tf } from '@sandwich/engine';
import type { Clock, Gradients, Optimizer, OptimizerMemory } from './optimizer.js';

/** The numbers of an update as tensors, which are the caller's to dispose. */
export const numbersOf = (optimizer: Optimizer, clock: Clock): Record<string, tf.Tensor1D> =>
  Object.fromEntries(
    Object.entries(optimizer.numbers?.(clock) ?? {}).map(([name, values]) => [name, tf.tensor1d(values)]),
  );

/**
 * Changes parameters by the steps that an optimizer makes of their gradients. Call it within `tf.tidy`.
 *
 * @param numbers of `numbersOf`
 * @returns what the optimizer remembers next
 * @throws Error when a gradient belongs to no parameter; nothing is changed then
 */
export function applyUpdate(
  optimizer: Optimizer,
  { parameters, gradients, memory }: { parameters: Parameters; gradients: Gradients; memory: OptimizerMemory },
  numbers: Record<string, tf.Tensor1D>,
): OptimizerMemory {
  const unknown = Object.keys(gradients).filter((path) => !Object.hasOwn(parameters, path));
  if (unknown.length > 0) throw new Error(`no parameter belongs to the gradient of ${unknown.join(', ')}`);
  const result = optimizer.update(gradients, memory, parameters, numbers);
  const paths = Object.keys(result.steps);
  const changed = subtractEach(
    paths.map((path) => parameters[path]),
    Object.values(result.steps),
  );
  for (const [i, path] of paths.entries()) parameters[path].assign(changed[i]);
  return result.memory;
}
