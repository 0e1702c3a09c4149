import { tf } from '@sandwich/engine';
import type { Sandwich } from '../src/sandwich/sandwich.js';

/** The mean squared error of a sandwich's prediction as `error`, whose gradients are taken, and as `value`, in double precision, for differences. */
export function predictionError(model: Sandwich, images: tf.Tensor4D): { error(): tf.Scalar; value(): number } {
  const target = images.dataSync();
  return {
    error: () => model.apply(images).prediction.sub(images).square().mean().asScalar(),
    value: () =>
      tf.tidy(() => {
        const made = Array.from(model.apply(images).prediction.dataSync());
        return made.reduce((sum, x, i) => sum + (x - target[i]) ** 2, 0) / made.length;
      }),
  };
}
