import { diffJpegDecode, diffJpegEncode, roundings } from '@sandwich/codec-proxy';
import { type LabelledPictures, labelledSettings, openLabelledStream } from '@sandwich/data';
import { tf } from '@sandwich/engine';
import { checkLabels } from '../../classifiers/check-labels.js';
import type { Recogniser } from '../../classifiers/recogniser.js';
import type { DctSensitivities } from './sensitivity-tables.js';

/** How sensitivities are measured. */
export interface SensitivityOptions {
  /** Side of the middle of each picture that is taken, pixels; default all of it. */
  cropSize?: number;
  /** Pictures at a time, without effect on the result but for rounding. Default 50. */
  batchSize?: number;
  /** Hears of pictures that cannot be used. */
  note(text: string): void;
  /** Called after every batch with the number of pictures done. */
  onBatch?(pictures: number): void;
}

/**
 * How sensitive the loss of recognisers is to each DCT coefficient: the mean over pictures and blocks of the squared gradient of a picture's
 * cross entropy with its label by the coefficient (Salamah, Zheng, Liu and Yang, "JPEG inspired deep learning", ICLR 2025), in nats over gray
 * levels squared. They take the gradient of the mean over a batch of 100 and sum over blocks and pictures; tables by sensitivity do not depend on
 * such a factor. The mean magnitudes of the coefficients are measured as well.
 *
 * @throws RangeError for a label that is no class of a recogniser
 */
export async function dctSensitivities(
  recognisers: readonly Recogniser[],
  pictures: LabelledPictures,
  { cropSize = 0, batchSize = 50, note, onBatch }: SensitivityOptions,
): Promise<DctSensitivities> {
  for (const recogniser of recognisers) checkLabels(recogniser, pictures.labels, pictures.names);
  const settings = { ...labelledSettings, cropSize, batchSize };
  const stream = openLabelledStream({ ...settings, pictures, seed: 0, purpose: 'validate', note });
  let sums: tf.Tensor | undefined;
  let count = 0;
  try {
    for (let batch = await stream.next(); batch !== null; batch = await stream.next()) {
      const { images, labels } = batch.arrays;
      const [size] = images.shape;
      const previous = sums;
      sums = tf.tidy(() => {
        const means = squaresAndMagnitudes(
          recognisers,
          tf.tensor4d(images.values as Float32Array, images.shape as [number, number, number, number]),
          tf.tensor(labels.values, labels.shape),
        ).mul(size);
        return previous ? means.add(previous) : means;
      });
      previous?.dispose();
      count += size;
      onBatch?.(count);
    }
    if (!sums) throw new Error(`dctSensitivities: none of ${pictures.description} can be used`);
    const [squares, magnitudes] = (await sums.div(count).array()) as number[][][];
    return { ...ofBothTables(squares), magnitudes: ofBothTables(magnitudes) };
  } finally {
    sums?.dispose();
    await stream.close();
  }
}

const ofBothTables = ([luma, cb, cr]: number[][]) => ({ luma, chroma: cb.map((value, i) => (value + cr[i]) / 2) });

/** Means over pictures and blocks of squared gradients and of the coefficients' magnitudes, [2, 3, 64]. */
function squaresAndMagnitudes(recognisers: readonly Recogniser[], images: tf.Tensor4D, labels: tf.Tensor): tf.Tensor {
  const [batch, height, width] = images.shape;
  // Steps of 1 that do not round: levels are coefficients.
  const quality = tf.fill<tf.Rank.R1>([batch], 50);
  const ones = tf.ones<tf.Rank.R2>([8, 8]);
  const rounding = roundings.identity;
  const options = { tableY: ones, tableC: ones, subsampling: '4:4:4', rounding, ste: true, check: false } as const;
  const { y, cb, cr } = diffJpegEncode(images, quality, options);
  const lossOf = (...[luma, blue, red]: tf.Tensor[]) => {
    const levels = { y: luma as tf.Tensor4D, cb: blue as tf.Tensor4D, cr: red as tf.Tensor4D };
    const decoded = diffJpegDecode(levels, quality, [height, width], options);
    const losses = recognisers.map((each) => each.loss(each.apply(decoded), labels.toInt()).sum());
    return tf.addN(losses).div<tf.Scalar>(losses.length);
  };
  const gradients = tf.grads(lossOf)([y, cb!, cr!]);
  const mean = (planes: tf.Tensor[]) => tf.stack(planes.map((plane) => plane.mean([0, 1, 2])));
  const magnitudes = [y, cb!, cr!].map((plane) => plane.abs());
  return tf.stack([mean(gradients.map((gradient) => gradient.square())), mean(magnitudes)]);
}
