import type { OnnxGraph, OnnxValue } from '@sandwich/onnx';
import { BATCH_NORM_EPSILON, type ConvolutionalNetwork } from './convolutional-network.js';
import { LEAKY_SLOPE } from './operations.js';

/**
 * Adds a network to a graph, batch normalisations with their kept statistics.
 *
 * @param input [N, channels, H, W]
 * @param prefix of the names of its weights
 */
export function addNetwork(
  graph: OnnxGraph,
  input: OnnxValue,
  { description, parameters, state }: ConvolutionalNetwork,
  prefix: string,
): OnnxValue {
  const constant = (path: string) => {
    const variable = parameters[path] ?? state[path];
    const kept = variable.rank === 4 ? variable.transpose([3, 2, 0, 1]) : variable.clone();
    try {
      return graph.constant(kept.dataSync<'float32'>(), kept.shape, 'float', `${prefix}/${path}`);
    } finally {
      kept.dispose();
    }
  };
  return description<OnnxValue>(
    {
      convolution: (x, { name, size }) => {
        const [before, after] = [Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)];
        const weights = ['kernel', 'bias'].map((part) => constant(`${name}/${part}`));
        return graph.node('Conv', [x, ...weights], { pads: [before, before, after, after] });
      },
      batchNorm: (x, { name }) => {
        const parts = ['gamma', 'beta', 'mean', 'variance'].map((part) => constant(`${name}/${part}`));
        return graph.node('BatchNormalization', [x, ...parts], { epsilon: { float: BATCH_NORM_EPSILON } });
      },
      activation: (x, name) => {
        if (name === 'leaky-relu') return graph.node('LeakyRelu', [x], { alpha: { float: LEAKY_SLOPE } });
        return graph.node(name === 'relu' ? 'Relu' : 'Sigmoid', [x]);
      },
      maxPool: (x) => graph.node('MaxPool', [x], { kernel_shape: [2, 2], strides: [2, 2] }),
      add: (a, b) => graph.node('Add', [a, b]),
    },
    input,
  );
}
