import { type Parameters, tf } from '@sandwich/engine';
import { applyUpdate, numbersOf } from './optimizers/apply-update.js';
import { type Gradients, mapPaths, movedBy, type Optimizer, type OptimizerMemory } from './optimizers/optimizer.js';
import { type Schedule, valueAt } from './optimizers/schedule.js';
import { gradientsOf } from './step/gradients-of.js';
import { drawNoise, type Noise } from './step/noise.js';

/** Options of `descend`. */
export interface DescendOptions {
  /** Makes steps of gradients, such as `adam({ learningRate: 0.1 })`. */
  optimizer: Optimizer;
  steps: number;
  /** Handed to the loss at each step, the caller's to dispose. */
  inputs?: Record<string, tf.Tensor>;
  /** Numbers for the loss, constant or a schedule; it gets them as scalars. */
  scalars?: Record<string, number | Schedule>;
  /** Drawn for each step and handed to the loss among its inputs. */
  noise?: Record<string, Noise>;
  /** Makes the noise repeatable. Default 0. */
  seed?: number;
  /** Called after each step with the number of steps done and the loss before it; the next step waits for it. */
  onStep?(done: number, loss: number): void | Promise<void>;
}

/**
 * Minimises a function of variables, which are changed in place: a training without run directory, log and checkpoints.
 *
 * @param parameters by path
 * @param loss a differentiable function of the parameters, which it closes over
 * @returns the loss before each step
 * @throws RangeError when `steps` is not a whole number, or noise bears the name of an input
 * @throws Error when the loss is not finite, naming the step; the parameters are those before it
 * @example
 * const x = tf.variable(tf.tensor1d([3, -2]));
 * await descend({ x }, () => x.square().sum().asScalar(), { optimizer: adam({ learningRate: 0.1 }), steps: 100 });
 */
export async function descend(
  parameters: Parameters,
  loss: (inputs: Record<string, tf.Tensor>, scalars: Record<string, tf.Scalar>) => tf.Scalar,
  { optimizer, steps, inputs = {}, scalars = {}, noise = {}, seed = 0, onStep }: DescendOptions,
): Promise<number[]> {
  if (!(Number.isInteger(steps) && steps >= 0)) {
    throw new RangeError(`descend: steps must be a whole number, got ${steps}`);
  }
  const taken = Object.keys(noise).find((name) => Object.hasOwn(inputs, name));
  if (taken !== undefined) throw new RangeError(`descend: '${taken}' names both an input and noise`);

  const moved = movedBy(optimizer, parameters);
  const losses: number[] = [];
  const updates: Record<string, number> = {};
  const memory: OptimizerMemory = {};
  let gradients: Gradients = {};
  try {
    for (let step = 0; step < steps; step++) {
      const progress = step / steps;
      const result = tf.tidy(() => {
        const all = { ...inputs, ...drawNoise(noise, { seed, step }) };
        const numbers = mapPaths(scalars, (value) => tf.scalar(valueAt(value, { step, progress })));
        return gradientsOf(moved, () => ({ loss: loss(all, numbers) }));
      });
      gradients = result.gradients;
      const [value] = await result.metrics.loss.data();
      tf.dispose(result.metrics);
      if (!Number.isFinite(value)) throw new Error(`descend: the loss is ${value} at step ${step + 1} of ${steps}`);
      losses.push(value);

      const before = { ...memory };
      tf.tidy(() => {
        const paths = Object.keys(gradients);
        const fresh = paths.filter((path) => updates[path] === undefined);
        Object.assign(memory, optimizer.init(Object.fromEntries(fresh.map((path) => [path, parameters[path]]))));
        for (const path of fresh) updates[path] = 0;
        const own = Object.fromEntries(paths.map((path) => [path, updates[path]]));
        const numbers = numbersOf(optimizer, { step, progress, updates: own });
        Object.assign(memory, applyUpdate(optimizer, { parameters, gradients, memory }, numbers));
        for (const path of paths) updates[path]++;
        for (const tensor of tf.tensor_util.getTensorsInContainer(memory)) tf.keep(tensor);
      });
      const kept = new Set(tf.tensor_util.getTensorsInContainer(memory));
      tf.dispose(tf.tensor_util.getTensorsInContainer(before).filter((tensor) => !kept.has(tensor)));
      tf.dispose(gradients);
      await onStep?.(step + 1, value);
    }
    return losses;
  } finally {
    tf.dispose([gradients, memory]);
  }
}
