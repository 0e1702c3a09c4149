import { tf } from '@sandwich/engine';

const LEAST_SHARE = 1e-9;

/**
 * Entropy of shares in bits per symbol, -sum h log2 h, the mean over the groups. Shares are at least 1e-9, and scaled to sum to one.
 *
 * @param shares [groups, entries], of `softCodebook`
 */
export function entropyOfShares(shares: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => {
    const clipped = tf.maximum(shares, LEAST_SHARE);
    const h = tf.div(clipped, tf.sum(clipped, 1, true));
    const nats = tf.neg(tf.mean(tf.sum(tf.mul(h, tf.log(h)), 1)));
    return tf.div<tf.Scalar>(nats, Math.LN2);
  });
}
