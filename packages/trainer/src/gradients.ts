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
