import type { StoredTensor } from '@sandwich/engine';

/** Tensors of a trained batch normalisation, one value per channel. */
export interface BatchNorm {
  weight: StoredTensor;
  bias: StoredTensor;
  mean: StoredTensor;
  variance: StoredTensor;
}

/** Added to the variance; PyTorch's default. */
export const EPSILON = 1e-5;

/**
 * The convolution with bias that a convolution without one and the batch normalisation behind it are together:
 * (k * x - mean) w / sqrt(variance + epsilon) + b.
 *
 * @param kernel OIHW
 */
export function foldBatchNorm(
  kernel: StoredTensor,
  { weight, bias, mean, variance }: BatchNorm,
): { kernel: StoredTensor; bias: StoredTensor } {
  const size = kernel.values.length / kernel.shape[0];
  const factors = Float64Array.from(weight.values, (w, o) => w / Math.sqrt(variance.values[o] + EPSILON));
  return {
    kernel: {
      shape: kernel.shape,
      values: Float32Array.from(kernel.values, (value, i) => value * factors[Math.floor(i / size)]),
    },
    bias: {
      shape: bias.shape,
      values: Float32Array.from(bias.values, (b, o) => b - mean.values[o] * factors[o]),
    },
  };
}
