import type { tf } from '@sandwich/engine';
import type { LabelledPicture, Measure } from '@sandwich/evaluation';

/**
 * A network that says what a picture shows, with weights that are never trained. Codecs and pictures are optimised through it: `apply` and
 * `loss` are differentiable, to the images alone.
 *
 * @typeParam Item what its measures judge: pictures with a label, or with a label for each pixel
 */
export interface Recogniser<Item = LabelledPicture> {
  /** Such as `resnet20`. */
  readonly name: string;
  /** Number of classes; labels are 0 to `classes` - 1. */
  readonly classes: number;
  /** The shortest side of images, pixels. */
  readonly smallestSide: number;
  /** Scores (logits) of all classes, [B,classes] or [B,H,W,classes], for RGB images [B,H,W,3] in [0, 255]. @throws RangeError for other images */
  apply(images: tf.Tensor4D): tf.Tensor;
  /**
   * The cross entropy of the scores and the targets of each image, in nats; averaged over the pixels where each has a label of its own.
   *
   * @param targets labels [B] or [B,H,W], int32
   */
  loss(output: tf.Tensor, targets: tf.Tensor): tf.Tensor1D;
  /** How well it recognises what comes out of a coder, the most usual measure first. They belong to the recogniser, and end with it. */
  readonly measures: readonly Measure<Item>[];
  /** Frees the weights. */
  dispose(): void;
}
