import { tf } from '@sandwich/engine';
import { withGradient } from '../custom-gradient.js';
import { BLOCK_AREA } from '../transforms/dct.js';
import type { RoundingFn } from './roundings.js';

// The gradient of a quantiser Q at a block of coefficients c, with the error e = Q(c) - c.
//
// Q is constant in the cell of c, which is convex and holds Q(c): between c and Q(c) nothing changes, Q(c + t e) = Q(c) for t in
// [0, 1]. (The same holds at t = 1 for every codec that leaves alone what it has decoded.) So whatever linear map J stands for the
// derivative, J e = 0 is what finite differences along e say. The straight-through estimator J = I says J e = e: it promises that a coefficient
// that was rounded to zero follows the input, and the gradient of the squared error at the identity, 2 e, asks for just that.
//
// The map nearest to I (Frobenius norm) with J e = 0 is the projection J = I - e e^T / <e, e>: the rows of J - I are to be as short as
// possible with (J - I) e = -e, so each is a multiple of e^T. It is symmetric, so the gradient at the coefficients is
//
//     J^T g = g - (<g, e> / <e, e>) e,
//
// with g that at the dequantised block. After arXiv 2602.00198.

/** Blocks with less squared error than this pass gradients as they are. */
const LEAST_ENERGY = 1e-12;

/**
 * What of `gradient` is orthogonal to `error`, for each block of each plane.
 *
 * @param gradient [B, h, w, planes * 64]
 * @param error of that shape
 */
export function withoutComponent(gradient: tf.Tensor, error: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const [g, e] = [gradient, error].map((blocks) => blocks.reshape([-1, BLOCK_AREA]));
    const energy = e.square().sum(1, true);
    const share = g.mul(e).sum(1, true).div(energy.maximum(LEAST_ENERGY));
    return g.sub(e.mul(share).mul(energy.greaterEqual(LEAST_ENERGY))).reshape(gradient.shape);
  });
}

/**
 * Quantised levels `rounding(c / steps)` with the projected gradient.
 *
 * A level l makes the dequantised coefficient l s, so a gradient dl at the levels is g = dl / s at the dequantised block, which is
 * projected. To the steps the gradient is that of the straight-through estimator, -dl c / s^2; with the l of l s the decoder adds it becomes
 * g e / s, that of learned step sizes (Esser et al. 2020).
 *
 * @param coefficients [B, h, w, planes * 64]
 * @param steps of a shape that broadcasts to that of the coefficients
 * @param rounding for its values only
 * @param decoded coefficients of what the codec really decodes, where that is another codec; default `rounding(c / steps) * steps`
 */
export function projectedLevels(
  coefficients: tf.Tensor4D,
  steps: tf.Tensor,
  rounding: RoundingFn,
  decoded?: tf.Tensor4D,
): tf.Tensor4D {
  return tf.customGrad<tf.Tensor4D>((...args) => {
    const [c, s, save] = args as unknown as [tf.Tensor4D, tf.Tensor, (tensors: tf.Tensor[]) => void];
    const levels = rounding(c.div(s)) as tf.Tensor4D;
    const error = (decoded ?? levels.mul(s)).sub(c);
    save([c, s, error]);
    const gradFunc = (dy: tf.Tensor4D, saved: tf.Tensor[]) => {
      const [c, s, error] = saved;
      const g = dy.div(s);
      const axes = tf.broadcast_util.getReductionAxes(s.shape, c.shape);
      const toSteps = g.mul(c).div(s).neg().sum(axes).reshape(s.shape);
      return [withoutComponent(g, error), toSteps];
    };
    return { value: levels, gradFunc };
  })(coefficients, steps);
}

/**
 * Blocks as they are, with the projected gradient of a codec that makes `decoded` of them.
 *
 * @param blocks coefficients, [B, h, w, planes * 64]
 * @param decoded coefficients of what it decodes, of that shape; held constant
 */
export const projectedBlocks = (blocks: tf.Tensor4D, decoded: tf.Tensor4D): tf.Tensor4D =>
  withGradient(
    blocks,
    (input, save) => {
      save([decoded.sub(input)]);
      return input.clone() as tf.Tensor4D;
    },
    (dy, [error]) => withoutComponent(dy, error),
  );
