import { diffJpegDecode, diffJpegEncode, roundings } from '@sandwich/codec-proxy';
import { type LabelledPictures, labelledSettings, openLabelledStream } from '@sandwich/data';
import { tf } from '@sandwich/engine';
import { checkLabels } from '../../classifiers/check-labels.js';
import type { Recogniser } from '../../classifiers/recogniser.js';
import { countLevels, type LevelCounts, sumOfCounts } from '../level-counts.js';
import type { DctSensitivities } from './sensitivity-tables.js';

/** How sensitivities are measured. */
export interface SensitivityOptions {
  /** Side of the middle of each picture that is taken, pixels; default all of it. */
  cropSize?: number;
  /** Pictures at a time, without effect on the result but for rounding. Default 50. */
  batchSize?: number;
  /** Counts how often each magnitude occurs, too, which `rateDistortionFamily` needs. Default false. */
  counts?: boolean;
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
  { cropSize = 0, batchSize = 50, counts = false, note, onBatch }: SensitivityOptions,
): Promise<DctSensitivities> {
  for (const recogniser of recognisers) checkLabels(recogniser, pictures.labels, pictures.names);
  const settings = { ...labelledSettings, cropSize, batchSize };
  const stream = openLabelledStream({ ...settings, pictures, seed: 0, purpose: 'validate', note });
  let sums: tf.Tensor | undefined;
  let levels: LevelCounts[] | undefined;
  let count = 0;
  try {
    for (let batch = await stream.next(); batch !== null; batch = await stream.next()) {
      const { images, labels } = batch.arrays;
      const [size] = images.shape;
      const previous = sums;
      sums = tf.tidy(() => {
        const pixels = tf.tensor4d(images.values as Float32Array, images.shape as [number, number, number, number]);
        const coding = coefficientsOf(pixels);
        if (counts) levels = withCounts(levels, coding.planes);
        const means = squaresAndMagnitudes(recognisers, coding, tf.tensor(labels.values, labels.shape)).mul(size);
        return previous ? means.add(previous) : means;
      });
      previous?.dispose();
      count += size;
      onBatch?.(count);
    }
    if (!sums) throw new Error(`dctSensitivities: none of ${pictures.description} can be used`);
    const [squares, magnitudes] = (await sums.div(count).array()) as number[][][];
    const measured = { ...ofBothTables(squares), magnitudes: ofBothTables(magnitudes) };
    if (!levels) return measured;
    const [luma, chroma] = levels.map(magnitudeCounts);
    return { ...measured, counts: { luma, chroma } };
  } finally {
    sums?.dispose();
    await stream.close();
  }
}

const ofBothTables = ([luma, cb, cr]: number[][]) => ({ luma, chroma: cb.map((value, i) => (value + cr[i]) / 2) });

/** Counts of levels of luma and chroma, and those of more planes. */
function withCounts(before: LevelCounts[] | undefined, [luma, cb, cr]: readonly tf.Tensor4D[]): LevelCounts[] {
  const counted = [luma, tf.concat([cb, cr], 3)].map((each) => countLevels(each.round()));
  return before?.map((one, i) => sumOfCounts([one, counted[i]])) ?? counted;
}

/** Counts of magnitudes at each frequency, from 0 to the largest one that occurs. */
function magnitudeCounts({ counts, reach }: LevelCounts): number[][] {
  return Array.from({ length: 64 }, (_, i) => {
    const countOf = (level: number) => counts[(level + reach) * 64 + i];
    const magnitudes = Array.from({ length: reach + 1 }, (_, m) => countOf(m) + (m > 0 ? countOf(-m) : 0));
    return magnitudes.slice(0, magnitudes.findLastIndex((count) => count > 0) + 1);
  });
}

/** Coefficients of images, and the way back. */
interface Coding {
  /** Coefficients of Y, Cb and Cr, [B, h, w, 64] each. */
  planes: tf.Tensor4D[];
  decode(planes: readonly tf.Tensor4D[]): tf.Tensor4D;
}

/** Coding with steps of 1 that does not round: levels are coefficients. */
function coefficientsOf(images: tf.Tensor4D): Coding {
  const [batch, height, width] = images.shape;
  const quality = tf.fill<tf.Rank.R1>([batch], 50);
  const ones = tf.ones<tf.Rank.R2>([8, 8]);
  const rounding = roundings.identity;
  const options = { tableY: ones, tableC: ones, subsampling: '4:4:4', rounding, ste: true, check: false } as const;
  const { y, cb, cr } = diffJpegEncode(images, quality, options);
  return {
    planes: [y, cb!, cr!],
    decode: ([luma, blue, red]) => diffJpegDecode({ y: luma, cb: blue, cr: red }, quality, [height, width], options),
  };
}

/** Means over pictures and blocks of squared gradients and of the coefficients' magnitudes, [2, 3, 64]. */
function squaresAndMagnitudes(
  recognisers: readonly Recogniser[],
  { planes, decode }: Coding,
  labels: tf.Tensor,
): tf.Tensor {
  const lossOf = (...changed: tf.Tensor[]) => {
    const decoded = decode(changed as tf.Tensor4D[]);
    const losses = recognisers.map((each) => each.loss(each.apply(decoded), labels.toInt()).sum());
    return tf.addN(losses).div<tf.Scalar>(losses.length);
  };
  const gradients = tf.grads(lossOf)(planes);
  const mean = (each: tf.Tensor[]) => tf.stack(each.map((plane) => plane.mean([0, 1, 2])));
  return tf.stack([mean(gradients.map((gradient) => gradient.square())), mean(planes.map((plane) => plane.abs()))]);
}
