import { beforeAll, describe, expect, it } from 'vitest';
import { presentEngines, startEngine, tf } from '../index.js';

type Layer = tf.layers.Layer;

/** Trains a few steps; the losses before each of them. */
async function train(layers: Layer[], inputShape: number[]): Promise<number[]> {
  const model = tf.sequential({ layers: [tf.layers.inputLayer({ inputShape }), ...layers] });
  // The weights are sines: random ones differ from engine to engine.
  model.setWeights(
    model.getWeights().map((weight, k) => {
      const isVariance = model.weights[k].name.includes('variance');
      const values = Float32Array.from({ length: weight.size }, (_, i) => (isVariance ? 1 : Math.sin(1 + i + k)));
      return tf.tensor(values, weight.shape);
    }),
  );
  model.compile({ loss: 'meanSquaredError', optimizer: tf.train.sgd(0.05) });
  const shape = [4, ...inputShape];
  const x = tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => Math.sin(i * 0.37)),
    shape,
  );
  const y = tf.tensor2d([0.1, 0.9, 0.4, 0.2], [4, 1]);
  const { history } = await model.fit(x, y, { epochs: 4, batchSize: 4, shuffle: false, verbose: 0 });
  tf.dispose([x, y]);
  model.dispose();
  return history.loss as number[];
}

const head = () => [tf.layers.globalAveragePooling2d({}), tf.layers.dense({ units: 1 })];
const models: Record<string, [() => Layer[], number[]]> = {
  depthwiseConv2d: [() => [tf.layers.depthwiseConv2d({ kernelSize: 3, padding: 'same' }), ...head()], [5, 4, 2]],
  'a block of MobileNet': [
    () => [
      tf.layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: 'same', useBias: false }),
      tf.layers.batchNormalization({}),
      tf.layers.reLU({ maxValue: 6 }),
      tf.layers.zeroPadding2d({ padding: [[0, 1], [0, 1]] }), // biome-ignore format: paddings
      tf.layers.depthwiseConv2d({ kernelSize: 3, strides: 2, padding: 'valid', useBias: false }),
      tf.layers.batchNormalization({}),
      tf.layers.reLU({ maxValue: 6 }),
      tf.layers.conv2d({ filters: 5, kernelSize: 1, useBias: false }),
      ...head(),
    ],
    [8, 8, 3],
  ],
  'batchNormalization without scale': [
    () => [
      tf.layers.dense({ units: 3 }),
      tf.layers.batchNormalization({ scale: false }),
      tf.layers.dense({ units: 1 }),
    ],
    [2],
  ],
  'batchNormalization without centre': [
    () => [
      tf.layers.dense({ units: 3 }),
      tf.layers.batchNormalization({ center: false, axis: 1 }),
      tf.layers.dense({ units: 1 }),
    ],
    [2],
  ],
  'batchNormalization without either, of channels first': [
    () => [tf.layers.batchNormalization({ scale: false, center: false, axis: 1 }), ...head()],
    [3, 4, 2],
  ],
};

const losses: Record<string, number[]> = {};

describe.each(presentEngines())('layers on %s', (engine) => {
  beforeAll(async () => {
    await startEngine({ engine });
  });

  it.each(Object.keys(models))('trains %s', async (name) => {
    const [layers, inputShape] = models[name];
    const found = await train(layers(), inputShape);
    losses[name] ??= found;
    expect(found[3]).toBeLessThan(found[0]);
    found.forEach((loss, step) => {
      expect(loss).toBeCloseTo(losses[name][step], 4);
    });
  });

  it('predicts by batchNormalization without scale and centre', () => {
    tf.tidy(() => {
      const layer = tf.layers.batchNormalization({ scale: false, center: false, epsilon: 0 });
      expect((layer.apply(tf.tensor2d([2, 3], [1, 2])) as tf.Tensor).arraySync()).toEqual([[2, 3]]);
      layer.dispose();
    });
  });
});
