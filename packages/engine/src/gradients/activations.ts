// Gradients of activations and softmax that ATen has as one kernel each.

import { tf } from '../tf.js';
import { composedGradients, type GradientTable, gradient, hasKernel, isDifferentiated, runKernel } from './gradient.js';

/** x Phi(x), and its approximation by a hyperbolic tangent (Hendrycks and Gimpel, 2016). */
function gelu(x: tf.Tensor, approximate: 'none' | 'tanh'): tf.Tensor {
  const half = tf.mul(x, 0.5);
  if (approximate === 'none') return tf.mul(half, tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
  const cubic = tf.add(x, tf.mul(tf.mul(tf.square(x), x), 0.044715));
  return tf.mul(half, tf.add(tf.tanh(tf.mul(cubic, Math.sqrt(2 / Math.PI))), 1));
}

const SLOW = 'slow: several kernels';

export const activations: GradientTable = {
  Gelu: gradient<{ approximate: 'none' | 'tanh' }>({
    why: 'a kernel of ours',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attributes) => ({
      x: () =>
        isDifferentiated()
          ? composedGradients((x) => [gelu(x, attributes.approximate)], [x], [dy])[0]
          : runKernel('GeluGrad', { dy, x }, attributes),
    }),
  }),

  Softmax: gradient<tf.SoftmaxAttrs>({
    why: SLOW,
    outputsToSave: [true],
    gradFunc: (dy, [y], { dim }) => ({
      logits: () => {
        if (!isDifferentiated() && hasKernel('SoftmaxGrad')) return runKernel('SoftmaxGrad', { dy, y }, { dim });
        const product = tf.mul(dy, y);
        return tf.sub(product, tf.mul(tf.sum(product, dim, true), y));
      },
    }),
  }),

  LogSoftmax: gradient<tf.LogSoftmaxAttrs>({
    why: SLOW,
    outputsToSave: [true],
    gradFunc: (dy, [y], { axis }) => ({
      logits: () =>
        !isDifferentiated() && hasKernel('LogSoftmaxGrad')
          ? runKernel('LogSoftmaxGrad', { dy, y }, { dim: axis })
          : tf.sub(dy, tf.mul(tf.sum(dy, axis, true), tf.exp(y))),
    }),
  }),
};
