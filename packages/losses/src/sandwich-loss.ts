import { tf } from '@sandwich/engine';
import { checkImagePair } from './check-image-pair.js';
import { mse } from './mse.js';

export interface SandwichLossInputs {
  /** [B,H,W,C]. */
  prediction: tf.Tensor4D;
  /** [B,H,W,C]. */
  target: tf.Tensor4D;
  /** Bits of each image, [B]. */
  rate: tf.Tensor1D;
  /** The image handed to the codec, before it is clipped to [0, 255]; any shape with B images. */
  bottleneck: tf.Tensor4D;
  /** Squared error that one bit is worth, at least 0. */
  gamma: number;
  /** Whether bottleneck values beyond [0, 255] cost. Default true, as in the published image training. */
  rangePenalty?: boolean;
}

/** Scalars: `loss` is what is trained, the others what it is made of, averaged over the batch. */
export type SandwichLoss = Record<'loss' | 'mse' | 'bpp' | 'rangePenalty', tf.Scalar>;

/**
 * Rate and distortion of a sandwich (Guleryuz et al., "Sandwiched compression", and published code). With D the sum of
 * squared errors, R the bits and b the bottleneck of one image of H x W x C samples,
 *
 *     loss = (D + gamma R) / (H W C) + 255 / 26.5 * sum(relu(b - 255) + relu(-b)) / (H W C)
 *
 * averaged over the batch. `mse` is D / (H W C), `bpp` is R / (H W): H and W are those of the target, so that the bits
 * of padding count, and the loss is mse + gamma bpp / C + rangePenalty.
 *
 * @throws RangeError when the shapes of prediction and target differ, or gamma is negative.
 * @example
 * const { value, grads } = tf.variableGrads(() => sandwichLoss({ ...model.apply(images), target: images, gamma: 50 }).loss);
 */
export function sandwichLoss(inputs: SandwichLossInputs): SandwichLoss {
  const { prediction, target, rate, bottleneck, gamma, rangePenalty = true } = inputs;
  checkImagePair('sandwichLoss', prediction, target);
  if (!(gamma >= 0)) throw new RangeError(`sandwichLoss: gamma must be at least 0, got ${gamma}`);
  const [batch, height, width, channels] = target.shape;
  if (rate.shape.length !== 1 || rate.shape[0] !== batch)
    throw new RangeError(`sandwichLoss: rate must be [${batch}], one value an image, got [${rate.shape}]`);
  return tf.tidy(() => {
    const distortion = tf.mean<tf.Scalar>(mse(prediction, target));
    const bpp = tf.div<tf.Scalar>(tf.mean(rate), height * width);
    const penalty = rangePenalty
      ? tf.mul<tf.Scalar>(tf.sum(excess(bottleneck)), 255 / 26.5 / (batch * height * width * channels))
      : tf.scalar(0);
    const loss = distortion.add(bpp.mul(gamma / channels)).add<tf.Scalar>(penalty);
    return { loss, mse: distortion, bpp, rangePenalty: penalty };
  });
}

/** How far each value lies outside [0, 255]. */
function excess(x: tf.Tensor4D): tf.Tensor4D {
  return tf.add(tf.relu(tf.sub(x, 255)), tf.relu(tf.neg(x)));
}
