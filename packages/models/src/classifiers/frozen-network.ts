import type { tf } from '@sandwich/engine';

/** A network with weights that are never trained, which gives scores of classes. */
export interface FrozenNetwork {
  readonly classes: number;
  /** The shortest side of images, pixels. */
  readonly smallestSide: number;
  /** Scores of all classes for RGB images [B,H,W,3] in [0, 255]. */
  logits(images: tf.Tensor4D): tf.Tensor;
  /** Frees the weights. */
  dispose(): void;
}
