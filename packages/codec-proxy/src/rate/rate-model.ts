import type { tf } from '@sandwich/engine';

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
