import { toTensor } from '@sandwich/codec-proxy';
import { inFloat32, tf, warnOfUnitRange } from '@sandwich/engine';
import { accuracy, type LabelledPicture, meanIou, type SegmentedPicture } from '@sandwich/evaluation';
import { type Picture, withBitDepth } from '@sandwich/pictures';
import { crossEntropy } from './cross-entropy.js';
import type { FrozenNetwork } from './frozen-network.js';
import { inBatches } from './in-batches.js';
import type { Recogniser } from './recogniser.js';

/** @throws RangeError for images that a recogniser cannot look at */
function checkImages(name: string, images: tf.Tensor, smallestSide: number): void {
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

/** All of a recogniser but its measures. */
function frozenRecogniser(name: string, network: FrozenNetwork): Omit<Recogniser, 'measures'> {
  const { classes, smallestSide } = network;
  return {
    name,
    classes,
    smallestSide,
    apply(images) {
      checkImages(name, images, smallestSide);
      return tf.tidy(() => inFloat32(() => network.logits(images)));
    },
    loss: crossEntropy,
    dispose: () => network.dispose(),
  };
}

/** The numbers that a function of images [B,H,W,3] makes of each of some pictures, which may be of several sizes. */
async function ofEach<Numbers extends Float32Array | Int32Array>(
  pictures: readonly Picture[],
  compute: (images: tf.Tensor4D) => tf.Tensor,
): Promise<Numbers[]> {
  const all: Numbers[] = [];
  for (const batch of inBatches(pictures)) {
    const output = tf.tidy(() =>
      compute(tf.concat(batch.map((picture) => toTensor(withBitDepth(picture, 8)) as tf.Tensor4D))),
    );
    const numbers = (await output.data()) as Numbers;
    output.dispose();
    const each = numbers.length / batch.length;
    for (const i of batch.keys()) all.push(numbers.slice(i * each, (i + 1) * each) as Numbers);
  }
  return all;
}

/** Makes a recogniser of a network that gives scores of classes, one set for each image; owns the network. */
export function networkRecogniser(name: string, network: FrozenNetwork): Recogniser<LabelledPicture> {
  const recogniser = frozenRecogniser(name, network);
  const classify = (pictures: readonly Picture[]) => ofEach<Float32Array>(pictures, recogniser.apply);
  const measures = [1, 5].filter((k) => k < network.classes).map((k) => accuracy(classify, { k }));
  return { ...recogniser, measures };
}

/** The same of a network that gives scores of classes for each pixel. */
export function pixelRecogniser(name: string, network: FrozenNetwork): Recogniser<SegmentedPicture> {
  const recogniser = frozenRecogniser(name, network);
  const { classes } = network;
  const segment = (pictures: readonly Picture[]) =>
    ofEach<Int32Array>(pictures, (images) => tf.argMax(recogniser.apply(images), 3));
  return { ...recogniser, measures: [meanIou(segment, { classes })] };
}
