import { tf } from '@sandwich/engine';
import { checkImagePair } from './check-image-pair.js';
import { weighDistortions } from './weigh-distortions.js';

/** How far each of two batches' images are apart: [B,H,W,C] pairs to [B], 0 for equal images. Differentiable. */
export type Distortion = (prediction: tf.Tensor4D, target: tf.Tensor4D) => tf.Tensor1D;

/** A distortion's share in a loss. */
export interface DistortionTerm {
  /** At least 0; terms of weight 0 are reported only. */
  weight: number;
  measure: Distortion;
}

/** A distortion's share in one loss; a weight that is a tensor is positive. */
export interface WeighedDistortion {
  weight: number | tf.Scalar;
  measure: Distortion;
}

/** What `rateDistortionLoss` weighs: outputs of a model, what they should have been, and the price of a bit. */
export interface RateDistortionInputs {
  /** [B,H,W,C]. */
  prediction: tf.Tensor4D;
  /** [B,H,W,C]. */
  target: tf.Tensor4D;
  /** Bits of each image, [B]. */
  rate: tf.Tensor1D;
  /** The image handed to the codec, before it is clipped to [0, 255]; any shape with B images. */
  bottleneck: tf.Tensor4D;
  /** Distortion that one bit per sample is worth, at least 0. */
  gamma: number;
  /** Whether bottleneck values beyond [0, 255] cost. Default true, as in the published image training. */
  rangePenalty?: boolean;
}

/** Scalars: `loss` is what is trained, the others what it is made of, averaged over the batch. */
export type RateDistortionLoss<Name extends string = string> = Record<
  Name | 'loss' | 'bpp' | 'rangePenalty',
  tf.Scalar
>;

const RESERVED = ['loss', 'bpp', 'rangePenalty'];

/**
 * Rate and any mix of distortions. With D_i the distortions, w_i their weights, R the bits and b the bottleneck of one image of
 * H x W x C samples,
 *
 *     loss = sum of w_i D_i + gamma R / (H W C) + 255 / 26.5 * sum(relu(b - 255) + relu(-b)) / (H W C)
 *
 * averaged over the batch. H and W are those of the target, so that the bits of padding count; `bpp` is R / (H W). The range
 * penalty and, with squared error as the only distortion, the whole are those of "Sandwiched compression" (Guleryuz et al.) and
 * its published code.
 *
 * @param distortions By name; each is reported under its name, not weighted.
 * @returns `loss`, `bpp`, `rangePenalty` and the distortions.
 * @throws RangeError when the shapes of prediction and target differ, gamma or a weight is negative, or a name is taken.
 * @example
 * rateDistortionLoss({ ...model.apply(images), target: images, gamma: 50 }, {
 *   mse: { weight: 0.5, measure: mse },
 *   lpips: { weight: 0.5, measure: scaledLpips(lpips, LPIPS_SCALE.alex) },
 * });
 */
export function rateDistortionLoss<Name extends string>(
  inputs: RateDistortionInputs,
  distortions: Readonly<Record<Name, WeighedDistortion>>,
): RateDistortionLoss<Name> {
  const { prediction, target, rate, bottleneck, gamma, rangePenalty = true } = inputs;
  checkImagePair('rateDistortionLoss', prediction, target);
  if (!(gamma >= 0)) throw new RangeError(`rateDistortionLoss: gamma must be at least 0, got ${gamma}`);
  for (const [name, { weight }] of Object.entries<WeighedDistortion>(distortions)) {
    if (typeof weight === 'number' && !(weight >= 0))
      throw new RangeError(`rateDistortionLoss: the weight of ${name} must be at least 0, got ${weight}`);
    if (RESERVED.includes(name))
      throw new RangeError(
        `rateDistortionLoss: a distortion cannot be called ${name}; ${RESERVED.join(', ')} are taken`,
      );
  }
  const [batch, height, width, channels] = target.shape;
  if (rate.shape.length !== 1 || rate.shape[0] !== batch)
    throw new RangeError(`rateDistortionLoss: rate must be [${batch}], one value an image, got [${rate.shape}]`);
  return tf.tidy(() => {
    const bpp = tf.div<tf.Scalar>(tf.mean(rate), height * width);
    const penalty = rangePenalty
      ? tf.mul<tf.Scalar>(tf.sum(excess(bottleneck)), 255 / 26.5 / (batch * height * width * channels))
      : tf.scalar(0);
    const { means, weighed } = weighDistortions(distortions, prediction, target);
    const loss = weighed.reduce(
      (sum, distortion) => tf.add(sum, distortion),
      tf.add<tf.Scalar>(tf.mul(bpp, gamma / channels), penalty),
    );
    return { ...means, loss, bpp, rangePenalty: penalty } as RateDistortionLoss<Name>;
  });
}

/** How far each value lies outside [0, 255]. */
function excess(x: tf.Tensor4D): tf.Tensor4D {
  return tf.add(tf.relu(tf.sub(x, 255)), tf.relu(tf.neg(x)));
}
