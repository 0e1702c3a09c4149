// TFJS's Adam makes some fourteen kernels for each variable: two for all of them, where the engine has these.

import { adamSteps } from '../adam-steps.js';
import { hasKernel } from '../gradients/gradient.js';
import { subtractEach } from '../subtract-each.js';
import { tf } from '../tf.js';

interface Moment {
  originalName: string;
  variable: tf.Variable;
}

/** What is used of TFJS's `AdamOptimizer` beyond its public types. */
interface Adam {
  learningRate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  accBeta1: tf.Variable;
  accBeta2: tf.Variable;
  accumulatedFirstMoment: Moment[];
  accumulatedSecondMoment: Moment[];
  incrementIterations(): void;
  applyGradients(gradients: tf.NamedTensorMap | { name: string; tensor: tf.Tensor }[]): void;
}

type Gradients = Parameters<Adam['applyGradients']>[0];

/** The variables in TFJS's order, with their gradients; null for those that have none in this step. */
function pairs(gradients: Gradients): [tf.Variable, string, tf.Tensor | null][] {
  const named = Array.isArray(gradients)
    ? gradients.map(({ name, tensor }) => [name, tensor] as const)
    : Object.entries(gradients);
  return named.map(([name, tensor]) => [tf.engine().state.registeredVariables[name], name, tensor]);
}

function momentOf(moments: Moment[], i: number, name: string, variable: tf.Variable): tf.Variable {
  moments[i] ??= { originalName: name, variable: tf.tidy(() => tf.variable(tf.zerosLike(variable), false)) };
  return moments[i].variable;
}

/**
 * rate m / (sqrt(v) + epsilon) with the moments corrected for their bias is the same with the corrections in rate and epsilon:
 * both are tensors, which a recorded step finds anew each time.
 */
function applyFused(adam: Adam, gradients: [tf.Variable, string, tf.Tensor | null][]): void {
  const { beta1, beta2, accBeta1, accBeta2, accumulatedFirstMoment, accumulatedSecondMoment } = adam;
  const moved = gradients.flatMap(([variable, name, gradient], i) => {
    const m = momentOf(accumulatedFirstMoment, i, `${name}/m`, variable);
    const v = momentOf(accumulatedSecondMoment, i, `${name}/v`, variable);
    return gradient ? [{ variable, gradient, m, v }] : [];
  });
  const variables = moved.map(({ variable }) => variable);
  const root = tf.sqrt(tf.sub(1, accBeta2));
  const forEach = (value: tf.Tensor) => tf.broadcastTo(value, [moved.length]) as tf.Tensor1D;
  const { steps, moments } = adamSteps(
    moved.map(({ gradient }) => gradient),
    { m: moved.map(({ m }) => m), v: moved.map(({ v }) => v) },
    {
      beta1,
      beta2,
      rates: forEach(tf.mul(tf.div(root, tf.sub(1, accBeta1)), adam.learningRate)),
      epsilons: forEach(tf.mul(root, adam.epsilon)),
    },
  );
  const next = subtractEach(variables, steps);
  for (const [i, { variable, m, v }] of moved.entries()) {
    variable.assign(next[i]);
    m.assign(moments.m[i]);
    v.assign(moments.v[i]);
  }
  accBeta1.assign(tf.mul(accBeta1, beta1));
  accBeta2.assign(tf.mul(accBeta2, beta2));
}

let fused = false;

/** Replaces the update of `tf.train.adam`. Idempotent. */
export function fuseAdam(): void {
  if (fused) return;
  fused = true;
  const prototype = tf.AdamOptimizer.prototype as unknown as Adam;
  const { applyGradients } = prototype;
  prototype.applyGradients = function (gradients) {
    const all = pairs(gradients);
    if (!hasKernel('Adam') || all.some(([variable]) => variable?.dtype !== 'float32'))
      return applyGradients.call(this, gradients);
    tf.tidy(() => applyFused(this, all));
    this.incrementIterations();
  };
}
