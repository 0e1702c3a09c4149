import { mse } from './mse.js';
import { type RateDistortionInputs, type RateDistortionLoss, rateDistortionLoss } from './rate-distortion-loss.js';

/** As for `rateDistortionLoss`. */
export type SandwichLossInputs = RateDistortionInputs;
/** Scalars: `loss`, and what it is made of. */
export type SandwichLoss = RateDistortionLoss<'mse'>;

/**
 * The loss of "Sandwiched compression" (Guleryuz et al.) and its published code, `rateDistortionLoss` with the squared error
 * as its distortion: with D the sum of squared errors, R the bits and b the bottleneck of one image of H x W x C samples,
 *
 *     loss = (D + gamma R) / (H W C) + 255 / 26.5 * sum(relu(b - 255) + relu(-b)) / (H W C)
 *
 * averaged over the batch; mse + gamma bpp / C + rangePenalty.
 *
 * @throws RangeError as `rateDistortionLoss`.
 * @example
 * const { value, grads } = tf.variableGrads(() => sandwichLoss({ ...model.apply(images), target: images, gamma: 50 }).loss);
 */
export const sandwichLoss = (inputs: SandwichLossInputs): SandwichLoss =>
  rateDistortionLoss(inputs, { mse: { weight: 1, measure: mse } });
