// TFJS, with the ops that are wrong themselves, whatever their kernels compute, put right.

import * as tfjs from '@tensorflow/tfjs';

export * from '@tensorflow/tfjs';

/** TFJS computes it as an image of one row, and pads that above and below too. */
export const conv1d: typeof tfjs.conv1d = (x, filter, stride, pad, ...rest) =>
  tfjs.conv1d(x, filter, stride, typeof pad === 'number' ? [[0, 0], [0, 0], [pad, pad], [0, 0]] : pad, ...rest); // biome-ignore format: one call

/** TFJS leaves out padding by numbers where windows are dilated. */
export const pool: typeof tfjs.pool = (x, window, kind, pad, dilations = 1, ...rest) => {
  const padded = typeof pad !== 'string' && [pad].flat(2).some((amount) => amount !== 0);
  if (padded && [dilations ?? 1].flat().some((dilation) => dilation !== 1)) {
    throw new Error(
      `pool: a pooling with dilations ${JSON.stringify(dilations)} cannot be padded by numbers, got ${JSON.stringify(pad)}; ` +
        "pad the images, and pool them with 'valid'",
    );
  }
  return tfjs.pool(x, window, kind, pad, dilations, ...rest);
};

/** TFJS's gradient uses x without saving it, and fails where x is disposed of by then. */
export const logSigmoid: typeof tfjs.logSigmoid = (x) => tfjs.tidy(() => tfjs.neg(tfjs.softplus(tfjs.neg(x)))) as never;

/** TFJS composes it of others, also where the engine has it as one kernel. */
export const logSoftmax: typeof tfjs.logSoftmax = (logits, axis = -1) => {
  const isFloat = logits instanceof tfjs.Tensor && logits.dtype === 'float32' && logits.rank > 0;
  const isFused = isFloat && [-1, logits.rank - 1].includes(axis) && tfjs.getKernel('LogSoftmax', tfjs.getBackend());
  if (!isFused) return tfjs.logSoftmax(logits, axis);
  return tfjs.engine().runKernel('LogSoftmax', { logits }, { axis: logits.rank - 1 }) as never;
};

/** TFJS takes the logarithms that its gradient is computed from for constants, and labels that do not sum to one for others. */
const softmaxCrossEntropy: typeof tfjs.losses.softmaxCrossEntropy = (
  labels,
  logits,
  weights,
  smoothing = 0,
  reduction = tfjs.Reduction.SUM_BY_NONZERO_WEIGHTS,
) =>
  tfjs.tidy(() => {
    const [given, scores] = [labels, logits].map((x) => tfjs.cast(x as tfjs.Tensor, 'float32'));
    tfjs.util.assertShapesMatch(given.shape, scores.shape, 'Error in softmaxCrossEntropy: ');
    const smooth = smoothing > 0 ? tfjs.add(tfjs.mul(given, 1 - smoothing), smoothing / given.shape.at(-1)!) : given;
    const losses = tfjs.neg(tfjs.sum(tfjs.mul(logSoftmax(scores), smooth), -1));
    return tfjs.losses.computeWeightedLoss(losses, weights, reduction);
  }) as never;

/** The loss functions of TensorFlow.js; softmaxCrossEntropy has second derivatives. */
export const losses: typeof tfjs.losses = { ...tfjs.losses, softmaxCrossEntropy };

/** Methods of tensors are the same ops. */
for (const [name, op] of Object.entries({ conv1d, logSigmoid, logSoftmax, pool })) {
  Object.assign(tfjs.Tensor.prototype, {
    [name](this: tfjs.Tensor, ...rest: unknown[]) {
      return (op as (...given: unknown[]) => tfjs.Tensor)(this, ...rest);
    },
  });
}
