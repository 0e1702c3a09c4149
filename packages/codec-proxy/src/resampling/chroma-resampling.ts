import type { Subsampling } from '@sandwich/codecs';
import { tf } from '@sandwich/engine';
import { floorThrough } from '../rounding/soft-steps.js';
import { resampleColumns, resampleRows } from './resample.js';

/** How finely chroma is sampled beside luma: not at all (grayscale), alike, at half the width, at half of both sides. */
export type ChromaSubsampling = '4:0:0' | Subsampling;

/** Pixels of luma, across and down, for each sample of chroma. */
export interface ChromaFactors {
  horizontal: 1 | 2;
  vertical: 1 | 2;
}

export const chromaFactors: Record<Exclude<ChromaSubsampling, '4:0:0'>, ChromaFactors> = {
  '4:2:0': { horizontal: 2, vertical: 2 },
  '4:2:2': { horizontal: 2, vertical: 1 },
  '4:4:4': { horizontal: 1, vertical: 1 },
};

/**
 * The filter by which chroma is reduced: `libjpeg` takes the mean of the pixels that a sample stands for; `antialiased` blurs
 * before that, with the weights of `blurredPairMatrix` (Diff-JPEG).
 */
export type ChromaFilter = 'antialiased' | 'libjpeg';

/**
 * Reduces planes of chroma by the factors, which divide their sides.
 *
 * @param planes [B, H, W, 2]
 * @param integer samples are whole numbers and stay so: means are rounded down and up in turn, as libjpeg does
 */
export function reduceChroma(
  planes: tf.Tensor4D,
  { horizontal, vertical }: ChromaFactors,
  filter: ChromaFilter,
  integer: boolean,
): tf.Tensor4D {
  const [, height, width] = planes.shape;
  if (horizontal === 1) return planes;
  if (filter === 'antialiased') {
    const rows = vertical === 1 ? planes : resampleRows(planes, blurredPairMatrix(height), height / 2);
    const reduced = resampleColumns(rows, blurredPairMatrix(width), width / 2);
    return integer ? floorThrough(reduced, 0.5) : reduced;
  }
  const means = meanOfPixels(planes, horizontal, vertical);
  if (!integer) return means;
  // h2v2_downsample: (sum + 1 + (x & 1)) >> 2, h2v1_downsample: (sum + (x & 1)) >> 1
  return floorThrough(means, vertical === 2 ? alternating(width / 2, 1 / 4, 2 / 4) : alternating(width / 2, 0, 1 / 2));
}

/** Mean of the pixels of each `vertical` x `horizontal` cell. */
function meanOfPixels(planes: tf.Tensor4D, horizontal: number, vertical: number): tf.Tensor4D {
  const [batch, height, width, channels] = planes.shape;
  const [rows, columns] = [height / vertical, width / horizontal];
  const sums = vertical === 1 ? planes : planes.reshape([batch * rows, vertical, width * channels]).sum(1);
  return sums
    .reshape([batch * rows * columns, horizontal, channels])
    .sum(1)
    .mul(1 / (horizontal * vertical))
    .reshape([batch, rows, columns, channels]);
}

/**
 * Enlarges planes of chroma by the factors with a triangle filter: weights 3/4 and 1/4 for the two nearest samples along each side,
 * the edges repeated. This is libjpeg's "fancy" upsampling and also the bilinear filter of Diff-JPEG.
 *
 * @param planes [B, h, w, 2]
 * @param integer samples are whole numbers and stay so: rounded as libjpeg does, which also repeats samples instead where there
 * are only one or two in a row
 */
export function enlargeChroma(
  planes: tf.Tensor4D,
  { horizontal, vertical }: ChromaFactors,
  integer: boolean,
): tf.Tensor4D {
  const [, height, width] = planes.shape;
  if (horizontal === 1) return planes;
  const size: [number, number] = [vertical * height, horizontal * width];
  if (integer && width <= 2) return repeatSamples(planes, size);
  const enlarged = tf.image.resizeBilinear(planes, size, false, true);
  if (!integer) return enlarged;
  // h2v2_fancy_upsample: (9 a + 3 b + 3 c + d + 8) >> 4 and + 7 in turn, h2v1_fancy_upsample: (3 a + b + 1) >> 2 and + 2
  return floorThrough(
    enlarged,
    vertical === 2 ? alternating(2 * width, 8 / 16, 7 / 16) : alternating(2 * width, 1 / 4, 2 / 4),
  );
}

function repeatSamples(planes: tf.Tensor4D, [height, width]: [number, number]): tf.Tensor4D {
  const rows = resampleRows(planes, repeatMatrix(planes.shape[1], height), height);
  return resampleColumns(rows, repeatMatrix(planes.shape[2], width), width);
}

/** Row-major [outputSize, inputSize] matrix that repeats each of `inputSize` samples. */
function repeatMatrix(inputSize: number, outputSize: number): Float32Array {
  const matrix = new Float32Array(outputSize * inputSize);
  for (let output = 0; output < outputSize; output++) {
    matrix[output * inputSize + Math.floor((output * inputSize) / outputSize)] = 1;
  }
  return matrix;
}

/** One value for even and one for odd columns, [1, 1, width, 1]. */
const alternating = (width: number, even: number, odd: number): tf.Tensor4D =>
  tf.tensor4d(
    Float32Array.from({ length: width }, (_, x) => (x % 2 === 0 ? even : odd)),
    [1, 1, width, 1],
  );

/**
 * Row-major [size / 2, size] matrix of the antialiased reduction of Diff-JPEG: a Gaussian blur with standard deviation 1/2, taps
 * e^(-2 d^2) at d = -1, 0, 1 scaled to sum to one, and edges mirrored about the outermost pixel; then the mean of pairs.
 */
function blurredPairMatrix(size: number): Float32Array {
  const side = Math.exp(-2);
  const taps = [side, 1, side].map((tap) => tap / (1 + 2 * side));
  const matrix = new Float32Array((size / 2) * size);
  for (let output = 0; output < size / 2; output++) {
    for (const centre of [2 * output, 2 * output + 1]) {
      for (const [k, tap] of taps.entries()) {
        const position = Math.abs(centre + k - 1);
        const input = position < size ? position : 2 * size - 2 - position;
        matrix[output * size + input] += tap / 2;
      }
    }
  }
  return matrix;
}
