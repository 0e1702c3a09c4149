import { tf } from '@sandwich/engine';
import type { Sandwich } from '@sandwich/models';
import { type Gradients, mapPaths } from '../optimizers/optimizer.js';
import { gradientsOf } from './gradients-of.js';
import type { StepMetrics } from './metrics.js';
import { qstepScalars, type SandwichLossOptions, sandwichLoss } from './sandwich-objective.js';

/** Options of `computeGradients`. */
export interface StepOptions extends SandwichLossOptions {
  /**
   * Factor applied to the quantiser step, default 1. Distortions, which grow with its square, are divided by that square: the rate at
   * which bits and distortion are traded moves with the step.
   */
  qstepFactor?: number;
}

/** Loss of a batch of images [B, H, W, C], without gradients. */
export function computeLoss(model: Sandwich, images: tf.Tensor4D, options: SandwichLossOptions): number {
  return tf.tidy(() => sandwichLoss(model, images, options).loss.dataSync()[0]);
}

/** Loss and gradients of a batch of images [B, H, W, C]; the caller disposes the gradients. */
export function computeGradients(
  model: Sandwich,
  images: tf.Tensor4D,
  { qstepFactor, ...options }: StepOptions,
): { metrics: StepMetrics; gradients: Gradients } {
  return tf.tidy(() => {
    const numbers = qstepFactor === undefined ? {} : qstepScalars(qstepFactor, options.distortions);
    const scalars = mapPaths(numbers, (value) => tf.scalar(value));
    const { metrics, gradients } = gradientsOf(model.parameters, () => sandwichLoss(model, images, options, scalars));
    return { metrics: mapPaths(metrics, (metric) => metric.dataSync()[0]) as StepMetrics, gradients };
  });
}
