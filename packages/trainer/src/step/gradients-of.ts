import { type Parameters, tf } from '@sandwich/engine';
import { type Gradients, mapPaths } from '../optimizers/optimizer.js';

/**
 * Differentiates a loss.
 *
 * @param compute returns the loss, as `loss`, and whatever else is to be told of it
 * @returns all that `compute` returned, and gradients by path of the parameters that the loss depends on; the caller disposes them
 */
export function gradientsOf(
  parameters: Parameters,
  compute: () => Record<string, tf.Scalar>,
): { metrics: Record<string, tf.Scalar>; gradients: Gradients } {
  let terms: Record<string, tf.Scalar> = {};
  const { value, grads } = tf.variableGrads(() => {
    const { loss, ...rest } = compute();
    terms = rest;
    for (const term of Object.values(rest)) tf.keep(term);
    return loss;
  }, Object.values(parameters));
  const gradients: Gradients = {};
  for (const [path, { name }] of Object.entries(parameters)) if (grads[name]) gradients[path] = grads[name];
  const metrics = mapPaths({ loss: value, ...terms }, (term) => tf.clone(term));
  tf.dispose([value, terms]);
  return { metrics, gradients };
}
