import { beforeAll, describe, expect, it } from 'vitest';
import { kernelProfile, presentEngines, startEngine, startKernelProfile, stopKernelProfile, tf } from '../index.js';
import { checkGradient } from '../testing/index.js';
import { scattered } from '../testing/scattered.js';
import type { Operation } from '../testing/second-derivatives.js';

// Layers that the torch engine has a kernel for: values as those of TFJS's own layers on the other engines, gradients and
// Hessian-vector products against central differences.

interface Case {
  layer: () => tf.layers.Layer;
  /** The input's shape. */
  shape: number[];
  /** The kernel of the torch engine. */
  kernel: string;
}

const { layers } = tf;
const units = 2;
const recurrent = (name: 'lstm' | 'gru', settings: object = {}): Case => ({
  layer: () => layers[name]({ units, recurrentActivation: 'sigmoid', returnSequences: true, ...settings } as never),
  shape: [2, 3, 2],
  kernel: name.toUpperCase(),
});

const cases: Record<string, Case> = {
  'layerNormalization of the last axis': {
    layer: () => layers.layerNormalization({}),
    shape: [2, 3, 5],
    kernel: 'LayerNorm',
  },
  'layerNormalization of two axes, without scale': {
    layer: () => layers.layerNormalization({ axis: [1, 2], scale: false }),
    shape: [3, 2, 4],
    kernel: 'LayerNorm',
  },
  'layerNormalization without centre': {
    layer: () => layers.layerNormalization({ center: false }),
    shape: [3, 4],
    kernel: 'LayerNorm',
  },
  'batchNormalization of rows': {
    layer: () => layers.batchNormalization({}),
    shape: [5, 3],
    kernel: 'BatchNormTraining',
  },
  'batchNormalization of sequences, without scale': {
    layer: () => layers.batchNormalization({ scale: false }),
    shape: [2, 4, 3],
    kernel: 'BatchNormTraining',
  },
  'batchNormalization of images, without centre': {
    layer: () => layers.batchNormalization({ center: false }),
    shape: [2, 3, 2, 3],
    kernel: 'BatchNormTraining',
  },
  gelu: { layer: () => layers.activation({ activation: 'gelu' as never }), shape: [7], kernel: 'Gelu' },
  gelu_new: { layer: () => layers.activation({ activation: 'gelu_new' as never }), shape: [7], kernel: 'Gelu' },
  lstm: recurrent('lstm'),
  'lstm, last state': recurrent('lstm', { returnSequences: false, useBias: false }),
  'lstm, hard gates, backwards': recurrent('lstm', { recurrentActivation: 'hardSigmoid', goBackwards: true }),
  'lstm, all states': recurrent('lstm', { returnState: true }),
  gru: recurrent('gru'),
  'gru, last state': recurrent('gru', { returnSequences: false, useBias: false }),
  'gru, hard gates, backwards': recurrent('gru', { recurrentActivation: 'hardSigmoid', goBackwards: true }),
  'gru, all states': recurrent('gru', { returnState: true }),
};

/** The layer in training as a function of its input and of its trained weights; several results are joined. */
function functionOf({ layer: create, shape }: Case): { operation: Operation; shapes: number[][] } {
  const layer = create();
  tf.dispose(layer.apply(tf.zeros(shape)) as tf.Tensor);
  const weights = layer.trainableWeights;
  return {
    shapes: [shape, ...weights.map((weight) => weight.shape as number[])],
    operation: (x, ...values) => {
      for (const [i, weight] of weights.entries()) weight.read = () => values[i] as never;
      const results = [layer.apply(x, { training: true })].flat() as tf.Tensor[];
      return results.length === 1 ? results[0] : tf.concat(results.map((result) => tf.reshape(result, [-1])));
    },
  };
}

/** The gradient of an operation's square, which depends on all weights, to its input, as an operation on both. */
const gradientOf =
  (operation: Operation, dy: tf.Tensor): Operation =>
  (x, ...weights) =>
    tf.grad((x) => tf.square(operation(x, ...weights)))(x, dy);

const values: Record<string, Float32Array> = {};

describe.each(presentEngines())('fused layers on %s', (engine) => {
  beforeAll(async () => {
    await startEngine({ engine });
  });

  it.each(Object.keys(cases))('computes %s as TFJS does', (name) => {
    const { operation, shapes } = functionOf(cases[name]);
    const inputs = shapes.map((shape, i) => scattered(shape, i + 1));
    startKernelProfile();
    const found = tf.tidy(() => operation(...inputs).dataSync<'float32'>());
    stopKernelProfile();
    const kernels = kernelProfile().map(({ kernel }) => kernel);
    if (engine === 'torch') expect(kernels).toContain(cases[name].kernel);
    values[name] ??= found;
    expect(found.length).toBe(values[name].length);
    found.forEach((value, i) => {
      expect(Math.abs(value - values[name][i])).toBeLessThan(1e-5);
    });
    tf.dispose(inputs);
  });

  const check = (operation: Operation, inputs: tf.Tensor[]) => {
    const before = tf.memory().numTensors;
    checkGradient(operation, inputs, { tolerance: 1e-3, absoluteTolerance: 1e-3 });
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose(inputs);
  };

  it.each(Object.keys(cases))('differentiates %s', (name) => {
    const { operation, shapes } = functionOf(cases[name]);
    check(
      operation,
      shapes.map((shape, i) => scattered(shape, i + 1)),
    );
  });

  it.each(Object.keys(cases))('differentiates %s twice', (name) => {
    const { operation, shapes } = functionOf(cases[name]);
    // Hard gates have corners beyond: a difference across one of these is no derivative.
    const inputs = shapes.map((shape, i) => scattered(shape, i + 1, [-1, 1]));
    const dy = tf.tidy(() => scattered(operation(...inputs).shape, 9, [-1, 1]));
    check(gradientOf(operation, dy), inputs);
    dy.dispose();
  });
});
