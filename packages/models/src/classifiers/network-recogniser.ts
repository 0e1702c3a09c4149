import { toTensor } from '@sandwich/codec-proxy';
import { inFloat32, tf, warnOfUnitRange } from '@sandwich/engine';
import { accuracy, type LabelledPicture } from '@sandwich/evaluation';
import { type Picture, withBitDepth } from '@sandwich/pictures';
import { crossEntropy } from './cross-entropy.js';
import type { FrozenNetwork } from './frozen-network.js';
import type { Recogniser } from './recogniser.js';

/** @throws RangeError for images that a recogniser cannot look at */
export function checkImages(name: string, images: tf.Tensor, smallestSide: number): void {
  const { shape } = images;
  if (shape.length !== 4 || shape[3] !== 3) {
    throw new RangeError(`${name}: images must be RGB of shape [B,H,W,3], got [${shape}]`);
  }
  if (Math.min(shape[1], shape[2]) < smallestSide) {
    throw new RangeError(
      `${name}: images must be at least ${smallestSide} x ${smallestSide}, got ${shape[1]} x ${shape[2]}`,
    );
  }
  warnOfUnitRange(name, [images]);
}

/** Scores of pictures, which may be of several sizes. */
async function scoresOf(
  { apply, classes }: Pick<Recogniser, 'apply' | 'classes'>,
  pictures: readonly Picture[],
): Promise<Float32Array[]> {
  const scores: Float32Array[] = [];
  for (const picture of pictures) {
    const output = tf.tidy(() => apply(toTensor(withBitDepth(picture, 8))));
    scores.push((await output.data<'float32'>()).subarray(0, classes));
    output.dispose();
  }
  return scores;
}

/** Makes a recogniser of a network that gives scores of classes, one set for each image; owns the network. */
export function networkRecogniser(name: string, network: FrozenNetwork): Recogniser<LabelledPicture> {
  const { classes, smallestSide } = network;
  const apply = (images: tf.Tensor4D) => {
    checkImages(name, images, smallestSide);
    return tf.tidy(() => inFloat32(() => network.logits(images)));
  };
  const classify = (pictures: readonly Picture[]) => scoresOf({ apply, classes }, pictures);
  return {
    name,
    classes,
    smallestSide,
    apply,
    loss: crossEntropy,
    measures: [1, 5].filter((k) => k < classes).map((k) => accuracy(classify, { k })),
    dispose: () => network.dispose(),
  };
}
