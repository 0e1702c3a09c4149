import { tf } from '@sandwich/engine';
import { withGradient } from '../custom-gradient.js';

/** Levels of images, as a rate model looks at them. Lists hold luma with chroma of its size, or luma and then smaller chroma. */
export interface CodedLevels {
  /** c / q before rounding, each [B, h, w, planes * 64], by vertical and then horizontal frequency. */
  unrounded: tf.Tensor4D[];
  /** The same, rounded as the proxy does. */
  levels: tf.Tensor4D[];
  /** Quantiser steps q, each of a shape that broadcasts against the levels. */
  steps?: tf.Tensor[];
}

/** Estimates the bits of each image, [B], differentiably. */
export type RateModel = (coded: CodedLevels) => tf.Tensor1D;

/**
 * Sum of ln(1 + |q|) over the quantised levels of each image, which grows like the number of levels that are not zero.
 *
 * @param levels [B, …]
 * @returns [B]
 */
export function logMagnitude(levels: tf.Tensor4D): tf.Tensor1D {
  return tf.sum<tf.Tensor1D>(tf.log1p(tf.abs(levels)), [1, 2, 3]);
}

/**
 * Rate model fitted to real JPEG files: `rate = w * nz` with `nz` the `logMagnitude` of all levels, and w the
 * least-squares slope through (nz, bits), `w = nz * bits / (nz^2 + 1)`, which is held constant in the gradient
 * (sandwiched compression, after He and Mitra 2001). So the value is the real size, to a part in nz^2, and the
 * gradient is that of nz in bits.
 *
 * @param levels quantised coefficients, each [B, …]
 * @param bits size of the real files of each image, [B]
 * @returns bits, [B]
 */
export function jpegRate(levels: tf.Tensor4D[], bits: number[] | tf.Tensor1D): tf.Tensor1D {
  return tf.tidy(() =>
    withGradient(
      tf.addN(levels.map(logMagnitude)),
      (nz, save) => {
        const slope = nz.mul(Array.isArray(bits) ? tf.tensor1d(bits) : bits).div<tf.Tensor1D>(nz.square().add(1));
        save([slope]);
        return nz.mul<tf.Tensor1D>(slope);
      },
      (dy, [slope]) => dy.mul(slope),
    ),
  );
}

/**
 * Entropy of Gaussian variables quantised finely with step 1: for every block column, frequency and plane,
 * `h = max(0, ln std(q) + ln(2 pi e) / 2)` nats over the block rows (sandwiched compression; high-resolution theory).
 * Taken as `ln(max(2 pi e var(q), 1)) / 2`, which is the same and has a gradient, 0, for constants and for images one
 * block high.
 *
 * @param levels quantised coefficients, each [B, block rows, block columns, frequencies]
 * @returns bits, [B]
 */
export function gaussianRate(levels: tf.Tensor4D[]): tf.Tensor1D {
  return tf.tidy(() =>
    tf.addN(
      levels.map((q) => {
        const { variance } = tf.moments(q, 1);
        const nats = variance
          .mul(2 * Math.PI * Math.E)
          .maximum(1)
          .log()
          .mul(0.5);
        return nats.sum<tf.Tensor1D>([1, 2]).mul<tf.Tensor1D>(q.shape[1] / Math.LN2);
      }),
    ),
  );
}

// Keeps the slope of the entropy finite where all levels are 0.
const LEAST_MAGNITUDE = 1e-6;

/**
 * Entropy of levels whose magnitude is geometric, P(|q| = k) = (1 - r) r^k, with the signs of those not 0 at a bit each. With the mean
 * m = E|q| = r / (1 - r) that is, in bits a level,
 *
 *   H(m) = (1 + m) log2(1 + m) - m log2 m + m / (1 + m),
 *
 * and no distribution of magnitudes with that mean has more before the signs. The mean is taken over the blocks of an image, for every
 * frequency and plane. Unlike {@link jpegRate} it knows that a level costs several bits where most are 0 and, as H' ~ 1 / m nats for large m,
 * that halving the step of a busy frequency costs one bit a level; so it is the one to learn tables by.
 *
 * @param levels quantised levels of any number of planes, each [B, h, w, frequencies]
 * @returns bits, [B]
 */
export function geometricRate(levels: tf.Tensor4D[]): tf.Tensor1D {
  return tf.tidy(() =>
    tf.addN(
      levels.map((q) => {
        const mean = q.abs().mean([1, 2]).add(LEAST_MAGNITUDE);
        const more = mean.add(1);
        const nats = more.mul(more.log()).sub(mean.mul(mean.log()));
        const bits = nats.div(Math.LN2).add(mean.div(more));
        return bits.sum<tf.Tensor1D>(1).mul<tf.Tensor1D>(q.shape[1] * q.shape[2]);
      }),
    ),
  );
}
