import { tf } from '@sandwich/engine';
import type { Gradients } from './optimizer.js';

/** Sums gradients by path; both arguments are disposed. */
export function addGradients(a: Gradients, b: Gradients): Gradients {
  const sum: Gradients = { ...a };
  for (const [path, gradient] of Object.entries(b)) {
    const other = a[path];
    sum[path] = other ? tf.add(other, gradient) : gradient;
    if (other) tf.dispose([other, gradient]);
  }
  return sum;
}

/** Multiplies gradients by a number; the argument is disposed. */
export function scaleGradients(gradients: Gradients, factor: number): Gradients {
  if (factor === 1) return gradients;
  const scaled: Gradients = {};
  for (const [path, gradient] of Object.entries(gradients)) {
    scaled[path] = tf.mul(gradient, factor);
    gradient.dispose();
  }
  return scaled;
}

/** Root of the sum of all squares, over every path. */
export const globalNorm = (gradients: Gradients): number => {
  const squares = tf.tidy(() => tf.addN([tf.scalar(0), ...Object.values(gradients).map((g) => tf.sum(tf.square(g)))]));
  const sum = squares.dataSync()[0];
  squares.dispose();
  return Math.sqrt(sum);
};

/**
 * Scales gradients so that their global norm is at most `maximum` (Pascanu et al., "On the difficulty of training recurrent
 * neural networks", 2013); the argument is disposed.
 */
export function clipGradients(gradients: Gradients, maximum: number): Gradients {
  const norm = globalNorm(gradients);
  return norm > maximum ? scaleGradients(gradients, maximum / norm) : gradients;
}

/** The same without a read of the norm, for a recorded step; the argument is disposed. */
export function clipGradientsUnread(gradients: Gradients, maximum: number): Gradients {
  return tf.tidy(() => {
    const norm = tf.sqrt(tf.addN(Object.values(gradients).map((gradient) => tf.sum(tf.square(gradient)))));
    const factor = tf.minimum(1, tf.div(maximum, norm));
    const clipped = Object.entries(gradients).map(([path, gradient]) => [path, tf.mul(gradient, factor)] as const);
    tf.dispose(gradients);
    return Object.fromEntries(clipped);
  });
}
