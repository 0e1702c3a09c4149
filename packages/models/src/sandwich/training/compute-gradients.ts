import { tf } from '@sandwich/engine';
import { type Gradients, gradientsOf, type StepMetrics } from '@sandwich/trainer';
import type { Sandwich } from '../sandwich.js';
import { exponentScalar, lossOf, qstepScalars, type SandwichLossOptions } from './sandwich-objective.js';

/** Options of `computeGradients`. */
export interface StepOptions extends SandwichLossOptions {
  /**
   * Factor applied to the quantiser step, default 1. Distortions, which grow with its square, are divided by that square: the rate at
   * which bits and distortion are traded moves with the step.
   */
  qstepFactor?: number;
  /** Exponent of the companding curve, where there is one. */
  exponent?: number;
}

/** Loss and gradients of a batch of images [B, H, W, C]; the caller disposes the gradients. */
export function computeGradients(
  model: Sandwich,
  images: tf.Tensor4D,
  { qstepFactor, exponent, ...options }: StepOptions,
): { metrics: StepMetrics; gradients: Gradients } {
  return tf.tidy(() => {
    const numbers = {
      ...(qstepFactor !== undefined && qstepScalars(qstepFactor, options.distortions)),
      ...(exponent !== undefined && exponentScalar(exponent)),
    };
    const scalars = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, tf.scalar(value)]));
    const { metrics, gradients } = gradientsOf(model.parameters, () => lossOf(model, images, options, scalars));
    const values = Object.entries(metrics).map(([name, metric]) => [name, metric.dataSync()[0]]);
    return { metrics: Object.fromEntries(values) as StepMetrics, gradients };
  });
}
