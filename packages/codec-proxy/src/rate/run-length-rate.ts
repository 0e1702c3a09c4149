import { tf } from '@sandwich/engine';
import { straightThrough } from '../custom-gradient.js';
import { BLOCK_AREA } from '../transforms/dct.js';

/** Bits for a run of zeros and the size of the level behind it. */
const PAIR_BITS = 8;

/** Bits of levels of any shape: none for 0, else those of a pair of run and size and of the amplitude. */
function levelBits(levels: tf.Tensor): tf.Tensor {
  const magnitude = levels.abs();
  const smooth = tf.log1p(magnitude).div(Math.LN2).add(magnitude.minimum(1).mul(PAIR_BITS));
  return straightThrough(smooth, () => {
    // The size is the number of binary digits; a little less, so that whole powers of 2 are not rounded up.
    const size = tf.ceil(tf.log1p(magnitude.round()).div(Math.LN2).sub(1e-4));
    return tf.where(size.greater(0), size.add(PAIR_BITS), tf.zerosLike(size));
  });
}

/**
 * Rate by run lengths, after AutoJPEG, whose details are not published: each AC level that is not 0 takes 8 bits for its pair of run and size,
 * and the bits of its amplitude; so does each difference of successive DC levels of a plane, the first one against 0. The value is that of
 * rounded levels. The gradient is straight-through: that of 8 min(|k|, 1) + log2(1 + |k|).
 *
 * @param levels of any number of planes, each [B, h, w, planes * 64]
 * @returns bits, [B]
 */
export function runLengthRate(levels: readonly tf.Tensor4D[]): tf.Tensor1D {
  return tf.tidy(() => {
    const bits = levels.flatMap((group) => {
      const [batch, height, width, depth] = group.shape;
      const blocks = group.reshape([batch, height * width, depth / BLOCK_AREA, BLOCK_AREA]);
      const dc = tf.slice(blocks, [0, 0, 0, 0], [-1, -1, -1, 1]);
      const before = tf.pad(tf.slice(dc, [0, 0, 0, 0], [-1, height * width - 1, -1, -1]), [
        [0, 0],
        [1, 0],
        [0, 0],
        [0, 0],
      ]);
      const ac = tf.slice(blocks, [0, 0, 0, 1], [-1, -1, -1, BLOCK_AREA - 1]);
      return [levelBits(ac).sum([1, 2, 3]), levelBits(dc.sub(before)).sum([1, 2, 3])];
    });
    return tf.addN(bits) as tf.Tensor1D;
  });
}
