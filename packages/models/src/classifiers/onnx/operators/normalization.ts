import { tf } from '@sandwich/engine';
import { axisOf, type GraphNode, type Kernel, type Operator } from '../graph-node.js';

/** Batch normalisation by stored statistics: scale, offset, mean and variance of each channel. */
function batchNormalization(node: GraphNode): Kernel {
  if (node.number('training_mode', 0) !== 0) throw new Error('statistics of the batch itself are not supported');
  const epsilon = node.number('epsilon', 1e-5);
  return (inputs) => {
    const x = inputs.tensor(0);
    const [scale, offset, mean, variance] = [1, 2, 3, 4].map((i) => inputs.tensor(i));
    const factor = tf.mul(scale, tf.rsqrt(tf.add(variance, epsilon)));
    const perChannel = [1, scale.size, ...x.shape.slice(2).map(() => 1)];
    const shift = tf.sub(offset, tf.mul(mean, factor));
    return tf.add(tf.mul(x, tf.reshape(factor, perChannel)), tf.reshape(shift, perChannel));
  };
}

function layerNormalization(node: GraphNode): Kernel {
  if (node.outputs > 1) throw new Error('its mean and deviation as outputs are not supported');
  const epsilon = node.number('epsilon', 1e-5);
  return (inputs) => {
    const x = inputs.tensor(0);
    const first = axisOf(node.number('axis', -1), x.rank);
    const axes = x.shape.map((_, axis) => axis).slice(first);
    const { mean, variance } = tf.moments(x, axes, true);
    const scaled = tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon))), inputs.tensor(1));
    return inputs.has(2) ? tf.add(scaled, inputs.tensor(2)) : scaled;
  };
}

/** @param f over the last axis */
function overAxis(f: (x: tf.Tensor) => tf.Tensor): Operator {
  return (node) => (inputs) => {
    const x = inputs.tensor(0);
    const axis = axisOf(node.number('axis', node.opset < 13 ? 1 : -1), x.rank);
    if (axis === x.rank - 1) return f(x);
    if (node.opset < 13) {
      // All axes from this one on are one.
      const rows = x.shape.slice(0, axis).reduce((size, n) => size * n, 1);
      return tf.reshape(f(tf.reshape(x, [rows, -1])), x.shape);
    }
    const order = x.shape.map((_, i) => i);
    [order[axis], order[x.rank - 1]] = [x.rank - 1, axis];
    return tf.transpose(f(tf.transpose(x, order)), order);
  };
}

/** Normalisations. */
export const normalization: Record<string, Operator> = {
  BatchNormalization: batchNormalization,
  LayerNormalization: layerNormalization,
  LogSoftmax: overAxis((x) => tf.logSoftmax(x)),
  Softmax: overAxis((x) => tf.softmax(x)),
};
