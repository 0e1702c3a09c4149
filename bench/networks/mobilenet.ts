import { tf } from '@sandwich/engine';
import { classifier, type Network } from './network.js';

const { layers } = tf;

/** Depthwise separable convolutions as in MobileNet (Howard et al., 2017), for images of 64x64. */
export function mobilenet(batch: number): Network {
  const normed = (x: unknown, name: string) => {
    const norm = layers.batchNormalization({ name: `${name}_norm`, momentum: 0.9, epsilon: 1e-5 });
    return layers.reLU({ maxValue: 6 }).apply(norm.apply(x as tf.SymbolicTensor)) as tf.SymbolicTensor;
  };
  const common = { padding: 'same', useBias: false } as const;
  const input = tf.input({ shape: [64, 64, 3] });
  let x = normed(
    layers.conv2d({ ...common, name: 'stem', filters: 16, kernelSize: 3, strides: 2 }).apply(input),
    'stem',
  );
  const blocks = [
    [32, 1],
    [64, 2],
    [64, 1],
    [128, 2],
    [128, 1],
    [256, 2],
    [256, 1],
  ];
  for (const [i, [filters, strides]] of blocks.entries()) {
    const [deep, point] = [`block${i}_depth`, `block${i}_point`];
    x = normed(layers.depthwiseConv2d({ ...common, name: deep, kernelSize: 3, strides }).apply(x), deep);
    x = normed(layers.conv2d({ ...common, name: point, filters, kernelSize: 1 }).apply(x), point);
  }
  return classifier(batch, input, x);
}
