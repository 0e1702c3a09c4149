import { tf } from '@sandwich/engine';
import { sandwichLoss } from '@sandwich/losses';
import type { Sandwich } from '@sandwich/models';
import type { Gradients } from './optimizer.js';

export interface StepOptions {
  /** Weight of rate in bits against squared error. */
  gamma: number;
  rangePenalty: boolean;
  /** Whether the bottleneck goes through the codec proxy; without it the rate is zero. */
  codec: boolean;
}

/** Scalars of one step; `loss` is what the gradients are of. */
export type StepMetrics = Record<'loss' | 'mse' | 'bpp' | 'rangePenalty', number>;

/** Prediction, rate and bottleneck of a batch, with the codec proxy or without. */
function forward(model: Sandwich, images: tf.Tensor4D, codec: boolean) {
  if (codec) return model.apply(images);
  const bottleneck = model.preprocess(images);
  const [, height, width] = images.shape;
  return {
    prediction: model.postprocess(tf.clipByValue(bottleneck, 0, 255), { height, width }),
    rate: tf.zeros([images.shape[0]]) as tf.Tensor1D,
    bottleneck,
  };
}

/** Loss and gradients of a batch of images [B, H, W, C]; the caller disposes the gradients. */
export function computeGradients(
  model: Sandwich,
  images: tf.Tensor4D,
  { gamma, rangePenalty, codec }: StepOptions,
): { metrics: StepMetrics; gradients: Gradients } {
  const { parameters } = model;
  let terms: Record<string, tf.Scalar> = {};
  const { value, grads } = tf.variableGrads(() => {
    const { prediction, rate, bottleneck } = forward(model, images, codec);
    const { loss, ...rest } = sandwichLoss({ prediction, target: images, rate, bottleneck, gamma, rangePenalty });
    terms = rest;
    for (const term of Object.values(rest)) tf.keep(term);
    return loss;
  }, Object.values(parameters));
  const metrics = { loss: value.dataSync()[0] } as StepMetrics;
  for (const [name, term] of Object.entries(terms)) metrics[name as keyof StepMetrics] = term.dataSync()[0];
  tf.dispose([value, terms]);
  const gradients: Gradients = {};
  for (const [path, { name }] of Object.entries(parameters)) if (grads[name]) gradients[path] = grads[name];
  return { metrics, gradients };
}
