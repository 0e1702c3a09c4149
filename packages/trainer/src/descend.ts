import { tf } from '@sandwich/engine';
import type { Gradients, Parameters } from './optimizer.js';
import type { Optimizer } from './optimizers/optimizer.js';
import { type Schedule, valueAt } from './optimizers/schedule.js';

/** Random numbers that are drawn anew for each step. */
export interface Noise {
  shape: number[];
  /** Uniform in [0, 1), or normal with mean 0 and variance 1. */
  kind: 'uniform' | 'normal';
}

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

  const losses: number[] = [];
  let memory = tf.tidy(() => optimizer.init(parameters));
  let gradients: Gradients = {};
  try {
    for (let step = 0; step < steps; step++) {
      const result = tf.tidy(() => {
        const drawn = Object.entries(noise).map(([name, one], i) => [name, draw(one, mixed(seed, step, i))]);
        const numbers = Object.entries(scalars).map(([name, value]) => [name, tf.scalar(valueAt(value, step))]);
        const all = { ...inputs, ...Object.fromEntries(drawn) };
        const variables = Object.values(parameters);
        const { value, grads } = tf.variableGrads(() => loss(all, Object.fromEntries(numbers)), variables);
        return { value, gradients: byPath(parameters, grads) };
      });
      gradients = result.gradients;
      const [value] = await result.value.data();
      result.value.dispose();
      if (!Number.isFinite(value)) throw new Error(`descend: the loss is ${value} at step ${step + 1} of ${steps}`);
      losses.push(value);

      const last = memory;
      memory = tf.tidy(() => {
        const next = optimizer.update(gradients, last, parameters);
        for (const [path, change] of Object.entries(next.steps)) parameters[path].assign(parameters[path].sub(change));
        return next.memory;
      });
      const kept = new Set(tf.tensor_util.getTensorsInContainer(memory));
      tf.dispose(tf.tensor_util.getTensorsInContainer(last).filter((tensor) => !kept.has(tensor)));
      tf.dispose(gradients);
      await onStep?.(step + 1, value);
    }
    return losses;
  } finally {
    tf.dispose([gradients, memory]);
  }
}

const draw = ({ shape, kind }: Noise, seed: number): tf.Tensor =>
  kind === 'uniform' ? tf.randomUniform(shape, 0, 1, 'float32', seed) : tf.randomNormal(shape, 0, 1, 'float32', seed);

/** A seed for each step and each name, all different for the numbers of steps and names that occur. */
const mixed = (seed: number, step: number, index: number): number => (seed * 1_000_003 + step) * 101 + index + 1;

/** The gradients that there are, by path instead of by the name of the variable. */
function byPath(parameters: Parameters, grads: Record<string, tf.Tensor>): Gradients {
  const gradients: Gradients = {};
  for (const [path, { name }] of Object.entries(parameters)) if (grads[name]) gradients[path] = grads[name];
  return gradients;
}
