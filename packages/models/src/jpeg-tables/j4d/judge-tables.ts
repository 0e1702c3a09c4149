import { toTensor } from '@sandwich/codec-proxy';
import {
  decodeJpeg,
  encodeJpeg,
  type JpegCoefficients,
  jpegScanSize,
  type QuantizationTables,
  type Subsampling,
} from '@sandwich/codecs';
import { tf } from '@sandwich/engine';
import type { Picture } from '@sandwich/pictures';
import { checkLabels } from '../../classifiers/check-labels.js';
import { inBatches } from '../../classifiers/in-batches.js';
import type { Recogniser } from '../../classifiers/recogniser.js';

/** How well each picture is recognised after one way of coding it, in the order of the pictures, and what that costs. */
export interface Judgement {
  /** 1 where the most likely class is the label, or what another judge says. */
  right: number[];
  /** Bits a pixel of the file. */
  bpp: number[];
  /** Bits a pixel of the entropy-coded scan alone, without headers. */
  scanBpp: number[];
}

/** How files are written by which tables are judged, besides their tables. */
export interface TableFiles {
  /** Squared steps that are worth a bit: levels are searched with the tables' steps as the unit of errors. Default 0: they are rounded. */
  trellis?: number;
  /** Default 4:4:4. */
  subsampling?: Subsampling;
}

/** A way of coding: tables that depend on the picture's place, and how files are written. */
export interface TableChoice extends TableFiles {
  tables(place: number): QuantizationTables;
  /** Levels in place of the rounded ones. */
  levels?(picture: Picture<Uint8Array>, tables: QuantizationTables, place: number): JpegCoefficients;
  /** Default `isRight`. */
  judge?: PictureJudge;
}

/** How files are written by which tables are judged: with optimised Huffman codes. */
export const tableFileOptions = ({ trellis = 0, subsampling = '4:4:4' }: TableFiles) =>
  ({ subsampling, optimizeHuffman: true, trellis, trellisError: 'steps' }) as const;

/** How right scores [B,classes] are about each picture, [B], by the labels, [B], int32, each of a class. */
export type PictureJudge = (scores: tf.Tensor, labels: tf.Tensor1D) => tf.Tensor;

/** 1 where the most likely class is the label, else 0. */
export const isRight: PictureJudge = (scores, labels) => tf.equal(tf.argMax(scores, -1), labels);

/**
 * How far the score of the label is before all others, between 0 and 1, 1/2 where the best other one is as high: a share of right pictures that
 * changes gradually, sigmoid(margin / 2).
 */
export const almostRight: PictureJudge = (scores, labels) => {
  const ofLabel = tf.oneHot(labels, scores.shape.at(-1)!).toFloat();
  const best = tf.max(scores.sub(ofLabel.mul(1e9)), -1);
  return tf.sigmoid(tf.sum(scores.mul(ofLabel), -1).sub(best).div(2));
};

/**
 * How right a recogniser is about each of several pictures, which may be of several sizes.
 *
 * @throws RangeError for a label that is no class of the recogniser
 */
export function judgePictures(
  recogniser: Recogniser,
  pictures: readonly Picture<Uint8Array>[],
  labels: ArrayLike<number>,
  judge = isRight,
): number[] {
  checkLabels(recogniser, labels);
  const right: number[] = [];
  for (const batch of inBatches(pictures)) {
    const known = Array.from(batch, (_, i) => labels[right.length + i]);
    right.push(...tf.tidy(() => judge(recogniser.apply(toTensor(batch)), tf.tensor1d(known, 'int32')).dataSync()));
  }
  return right;
}

/**
 * Writes every picture into a real file with optimised Huffman codes, and has a recogniser look at what libjpeg decodes from it.
 *
 * @throws RangeError for a label that is no class of the recogniser
 */
export async function judgeTables(
  recogniser: Recogniser,
  pictures: readonly Picture<Uint8Array>[],
  labels: ArrayLike<number>,
  { tables: tablesAt, levels, judge, ...files }: TableChoice,
): Promise<Judgement> {
  checkLabels(recogniser, labels);
  const decoded: Picture<Uint8Array>[] = [];
  const [bpp, scanBpp]: [number[], number[]] = [[], []];
  for (const [i, picture] of pictures.entries()) {
    const tables = tablesAt(i);
    const source = levels?.(picture, tables, i) ?? picture;
    const file = encodeJpeg(source, { tables, ...tableFileOptions(files) });
    const pixels = picture.width * picture.height;
    bpp.push((8 * file.length) / pixels);
    scanBpp.push((8 * jpegScanSize(file)) / pixels);
    decoded.push(await decodeJpeg(file));
  }
  return { right: judgePictures(recogniser, decoded, labels, judge), bpp, scanBpp };
}
