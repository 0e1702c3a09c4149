import { tf } from '@sandwich/engine';
import { NORM_EPSILON } from './backbones.js';

/**
 * Feature vectors of length 1, those of zeros left so: u = f r, r = 1 / |f|. With the gradient g to u, the one to f is
 * r (g - u (u . g)), finite where f is 0.
 */
const normalized = (features: tf.Tensor4D): tf.Tensor4D =>
  tf.customGrad((f, save) => {
    const squares = tf.sum(tf.square(f as tf.Tensor), 3, true);
    const inverse = tf.rsqrt(tf.add(squares, NORM_EPSILON ** 2));
    const unit = tf.mul<tf.Tensor4D>(f as tf.Tensor, inverse);
    (save as tf.GradSaveFunc)([unit, inverse]);
    return {
      value: unit,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [u, r] = saved;
        const along = tf.sum(tf.mul(u, dy), 3, true);
        return tf.mul(tf.sub(dy, tf.mul(u, along)), r);
      },
    };
  })(features);

/** Squares weighed by channel, summed over the channels and averaged over the image: sum of w d^2 / (H W), slope 2 w d / (H W). */
const weighedMeanSquare = (difference: tf.Tensor4D, head: tf.Tensor1D): tf.Tensor1D =>
  tf.customGrad((d, save) => {
    const [batch, height, width, channels] = difference.shape;
    const pixels = height * width;
    const squares = tf.reshape<tf.Rank.R2>(tf.square(d as tf.Tensor), [batch * pixels, channels]);
    const weighed = tf.matMul(squares, tf.reshape<tf.Rank.R2>(head, [channels, 1]));
    (save as tf.GradSaveFunc)([d as tf.Tensor]);
    return {
      value: tf.mean<tf.Tensor1D>(tf.reshape(weighed, [batch, pixels]), 1),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const perImage = tf.reshape(tf.mul(dy, 2 / pixels), [batch, 1, 1, 1]);
        return tf.mul(saved[0], tf.mul(perImage, head));
      },
    };
  })(difference);

/**
 * Distance of two layers of features [B,H,W,C]: each pixel's vectors scaled to length 1, squared differences weighed by
 * channel, averaged over the image.
 *
 * @returns [B]. Differentiable to both.
 */
export function featureDistance(a: tf.Tensor4D, b: tf.Tensor4D, head: tf.Tensor1D): tf.Tensor1D {
  return weighedMeanSquare(tf.sub(normalized(a), normalized(b)), head);
}
