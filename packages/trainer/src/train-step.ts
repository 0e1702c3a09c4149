import { tf } from '@sandwich/engine';
import { type DistortionTerm, mse, type RateDistortionLoss, rateDistortionLoss } from '@sandwich/losses';
import type { Sandwich } from '@sandwich/models';
import type { Gradients } from './optimizer.js';

/** Options of `computeGradients`. */
export interface StepOptions {
  /** Weight of rate in bits against distortion. */
  gamma: number;
  /** By name; default the squared error. `mse` has to be among them. */
  distortions?: Record<string, DistortionTerm>;
  rangePenalty: boolean;
  /** Whether the bottleneck goes through the codec proxy; without it the rate is zero. */
  codec: boolean;
  /**
   * By what the quantiser step is multiplied, default 1. Distortions, which grow with its square, are divided by that square: the rate at
   * which bits and distortion are traded moves with the step.
   */
  qstepFactor?: number;
}

/** Scalars of one step: `loss`, which the gradients are of, what it is made of, and each distortion. */
export type StepMetrics = Record<string, number> & Record<'loss' | 'mse' | 'bpp' | 'rangePenalty', number>;

const squaredError = { mse: { weight: 1, measure: mse } };

/** Prediction, rate and bottleneck of a batch, with the codec proxy or without. */
function forward(model: Sandwich, images: tf.Tensor4D, codec: boolean, qstepFactor: number) {
  if (codec)
    return model.apply(images, qstepFactor === 1 ? {} : { qstep: tf.mul<tf.Scalar>(model.proxy.qstep(), qstepFactor) });
  const bottleneck = model.preprocess(images);
  const [, height, width] = images.shape;
  return {
    prediction: model.postprocess(tf.clipByValue(bottleneck, 0, 255), { height, width }),
    rate: tf.zeros([images.shape[0]]) as tf.Tensor1D,
    bottleneck,
  };
}

function lossOf(
  model: Sandwich,
  images: tf.Tensor4D,
  { gamma, rangePenalty, codec, qstepFactor = 1, distortions = squaredError }: StepOptions,
): RateDistortionLoss {
  const { prediction, rate, bottleneck } = forward(model, images, codec, qstepFactor);
  const inputs = { prediction, target: images, rate, bottleneck, gamma, rangePenalty };
  return rateDistortionLoss(inputs, codec ? scaled(distortions, qstepFactor ** -2) : distortions);
}

const scaled = (distortions: Record<string, DistortionTerm>, factor: number): Record<string, DistortionTerm> =>
  Object.fromEntries(
    Object.entries(distortions).map(([name, term]) => [name, { ...term, weight: factor * term.weight }]),
  );

/** The mean of each metric. */
export const meanOf = (metrics: readonly StepMetrics[]): StepMetrics => {
  const names = Object.keys(metrics[0]);
  const mean = (name: string) => metrics.reduce((sum, step) => sum + step[name], 0) / metrics.length;
  return Object.fromEntries(names.map((name) => [name, mean(name)])) as StepMetrics;
};

/** Loss of a batch of images [B, H, W, C], without gradients. */
export function computeLoss(model: Sandwich, images: tf.Tensor4D, options: StepOptions): number {
  const loss = tf.tidy(() => lossOf(model, images, options).loss);
  const value = loss.dataSync()[0];
  loss.dispose();
  return value;
}

/** Metrics, of which `loss` is one, and gradients of a batch of images [B, H, W, C], as tensors; the caller disposes them. */
export function gradientTensors(
  model: Sandwich,
  images: tf.Tensor4D,
  options: StepOptions,
): { metrics: Record<string, tf.Scalar>; gradients: Gradients } {
  const { parameters } = model;
  let terms: Record<string, tf.Scalar> = {};
  const { value, grads } = tf.variableGrads(() => {
    const { loss, ...rest } = lossOf(model, images, options) as Record<string, tf.Scalar>;
    terms = rest;
    for (const term of Object.values(rest)) tf.keep(term);
    return loss;
  }, Object.values(parameters));
  const gradients: Gradients = {};
  for (const [path, { name }] of Object.entries(parameters)) if (grads[name]) gradients[path] = grads[name];
  return { metrics: { loss: value, ...terms }, gradients };
}

/** Loss and gradients of a batch of images [B, H, W, C]; the caller disposes the gradients. */
export function computeGradients(
  model: Sandwich,
  images: tf.Tensor4D,
  options: StepOptions,
): { metrics: StepMetrics; gradients: Gradients } {
  const { metrics: tensors, gradients } = gradientTensors(model, images, options);
  const numbers = Object.entries(tensors).map(([name, tensor]) => [name, tensor.dataSync()[0]]);
  tf.dispose(tensors);
  return { metrics: Object.fromEntries(numbers) as StepMetrics, gradients };
}
