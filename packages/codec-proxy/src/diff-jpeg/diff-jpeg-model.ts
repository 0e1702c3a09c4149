import { annexKTables, subsamplings } from '@sandwich/codecs';
import { isRecording, tf } from '@sandwich/engine';
import { checkTensors } from '../check-tensors.js';
import { withGradient } from '../custom-gradient.js';
import type { RateModel } from '../rate/rate-models.js';
import type { RateOf } from '../rate/unrounded-rate.js';
import {
  type ChromaFactors,
  type ChromaFilter,
  type ChromaSubsampling,
  chromaFactors,
} from '../resampling/chroma-resampling.js';
import { type RoundingFn, roundings } from '../rounding/roundings.js';
import { softClip, softFloor } from '../rounding/soft-steps.js';
import { rgbFromYuv, yuvFromRgb } from '../transforms/colorspace.js';
import { BLOCK_AREA, BLOCK_SIZE, GREY } from '../transforms/dct.js';
import { inverse3x3, invertMatrix } from '../transforms/invert-matrix.js';
import type { DiffJpegOptions } from './diff-jpeg-options.js';

/** Options of Diff-JPEG checked, complete and turned into tensors. */
export interface DiffJpegModel {
  subsampling: ChromaSubsampling;
  /** None for grayscale. */
  factors?: ChromaFactors;
  filter: ChromaFilter;
  integer: boolean;
  /** Forward clips without a slope outside. */
  hard: boolean;
  rounding: RoundingFn;
  /** Gradients of the levels are projected. */
  projected: boolean;
  /** The rate is that of coefficients before they are rounded. */
  rateOf: RateOf;
  /** In place of the size of files. */
  rateModel?: RateModel;
  /** Pixels are rows: [rgb][ycc] and [ycc][rgb]. */
  encodeMatrix: tf.Tensor2D;
  decodeMatrix: tf.Tensor2D;
  /** Added to Y, Cb and Cr, less the 128 that is taken from every plane before the transform. */
  shift: tf.Tensor1D;
  /** Quantiser steps of luma and chroma, [B, 64]. */
  steps: { y: tf.Tensor2D; c: tf.Tensor2D };
  /** The qualities that the caller gave. */
  quality: tf.Tensor1D;
  /** The tables of luma and chroma that the caller gave. */
  tables: [tf.Tensor | undefined, tf.Tensor | undefined];
}

// libjpeg's 16-bit fixed-point weights, [rgb][ycc] and [ycc][rgb]. Sums of such products are exact in float32.
const fixedPoint = (matrix: number[][]) => matrix.map((row) => row.map((weight) => weight / 65536));
const libjpegYccFromRgb = fixedPoint([
  [19595, -11059, 32768],
  [38470, -21709, -27439],
  [7471, 32768, -5329],
]);
const libjpegRgbFromYcc = fixedPoint([
  [65536, 65536, 65536],
  [0, -22554, 116130],
  [91881, -46802, 0],
]);

/**
 * Checks the arguments that encoder and decoder share and prepares what both compute from them.
 *
 * @param caller name of the public function, for the message
 * @param pixels images of the encoder, whose elements are checked along
 * @throws RangeError naming the argument and its value; elements of tensors only with `check`
 */
export function diffJpegModel(
  caller: string,
  [batch, channels]: [number, number],
  quality: tf.Tensor1D,
  options: DiffJpegOptions,
  pixels?: tf.Tensor4D,
): DiffJpegModel {
  const { tableY, tableC, colorMatrix, colorOffset, ste = false, arithmetic = 'real' } = options;
  const subsampling = channels === 1 ? '4:0:0' : (options.subsampling ?? '4:2:0');
  assertWords(caller, options);
  if ((colorMatrix || colorOffset) && options.forward === 'real') {
    throw new RangeError(
      `${caller}: colorMatrix and colorOffset must be left out with forward 'real': JPEG files are BT.601`,
    );
  }
  assertShape(caller, 'quality', quality, [batch]);
  assertShape(caller, 'tableY', tableY, [BLOCK_SIZE, BLOCK_SIZE], [batch, BLOCK_SIZE, BLOCK_SIZE]);
  assertShape(caller, 'tableC', tableC, [BLOCK_SIZE, BLOCK_SIZE], [batch, BLOCK_SIZE, BLOCK_SIZE]);
  assertShape(caller, 'colorMatrix', colorMatrix, [3, 3]);
  assertShape(caller, 'colorOffset', colorOffset, [3]);
  if (options.check ?? !isRecording()) {
    const values = checkTensors(caller, {
      image: pixels && { tensor: pixels, large: true },
      quality: { tensor: quality, range: [1, 100] },
      tableY: tableY && { tensor: tableY, range: [1, 255] },
      tableC: tableC && { tensor: tableC, range: [1, 255] },
      colorMatrix: colorMatrix && { tensor: colorMatrix },
      colorOffset: colorOffset && { tensor: colorOffset },
    });
    if (values.colorMatrix && !inverse3x3(values.colorMatrix).every(Number.isFinite)) {
      throw new RangeError(`${caller}: colorMatrix must have an inverse, got [${values.colorMatrix}]`);
    }
  }
  const integer = arithmetic === 'integer';
  const projected = options.gradient === 'projected';
  const scale = qualityScale(quality, options);
  return {
    subsampling,
    factors: subsampling === '4:0:0' ? undefined : chromaFactors[subsampling],
    filter: options.chromaFilter ?? 'antialiased',
    integer,
    hard: ste,
    rounding: options.rounding ?? defaultRounding(options),
    projected,
    rateOf: options.rateOf ?? 'rounded',
    rateModel: options.rateModel,
    encodeMatrix: colorMatrix?.transpose() ?? tf.tensor2d(integer ? libjpegYccFromRgb : yuvFromRgb),
    decodeMatrix: colorMatrix
      ? invertMatrix(colorMatrix).transpose()
      : tf.tensor2d(integer ? libjpegRgbFromYcc : rgbFromYuv),
    shift: colorOffset?.sub(GREY) ?? tf.tensor1d([-GREY, 0, 0]),
    steps: {
      y: quantizerSteps(tableY ?? tf.tensor(Array.from(annexKTables.luma)), scale, options),
      c: quantizerSteps(tableC ?? tf.tensor(Array.from(annexKTables.chroma)), scale, options),
    },
    quality,
    tables: [tableY, tableC],
  };
}

/** How coefficients are rounded where the caller does not say. */
export const defaultRounding = ({ gradient, ste }: Pick<DiffJpegOptions, 'gradient' | 'ste'>): RoundingFn =>
  gradient === 'projected' ? roundings.ste : ste ? roundings.cubicSte : roundings.cubic;

/** Per cent by which tables are scaled: floor(5000 / q) below 50, floor(200 - 2 q) from 50 up; [B, 1]. */
function qualityScale(
  quality: tf.Tensor1D,
  { ste = false, qualityGradient = 'polynomial' }: DiffJpegOptions,
): tf.Tensor {
  // TFJS looks for a gradient of the comparison, too.
  const percent = withGradient(
    quality,
    (q, save) => {
      save([q]);
      return tf.where(tf.less(q, 50), tf.div(5000, q), tf.sub(200, q.mul(2)));
    },
    (dy, [q]) => dy.mul(tf.where(tf.less(q, 50), tf.div(-5000, q.square()), tf.fill(q.shape, -2))),
  );
  return softFloor(percent, ste, qualityGradient).expandDims(1);
}

/**
 * Steps of a table at qualities, as `diffJpegModel` has them.
 *
 * @param quality [B]
 * @returns [B, 64]
 */
export const stepsAtQuality = (table: tf.Tensor, quality: tf.Tensor1D, options: DiffJpegOptions): tf.Tensor2D =>
  quantizerSteps(table, qualityScale(quality, options), options);

/** Steps of a table T at a scale of s per cent: clip(floor((T s + 50) / 100), 1, 255); [B, 64]. */
function quantizerSteps(
  table: tf.Tensor,
  scale: tf.Tensor,
  { ste = false, qualityGradient = 'polynomial' }: DiffJpegOptions,
): tf.Tensor2D {
  const scaled = table.reshape([-1, BLOCK_AREA]).mul(scale).add(50).div(100);
  return softClip(softFloor(scaled, ste, qualityGradient), 1, 255, ste) as tf.Tensor2D;
}

const words = {
  subsampling: ['4:0:0', ...subsamplings],
  chromaFilter: ['antialiased', 'libjpeg'],
  arithmetic: ['real', 'integer'],
  qualityGradient: ['polynomial', 'identity'],
  forward: ['proxy', 'real'],
  gradient: ['rounding', 'projected'],
  rateOf: ['rounded', 'unrounded'],
} as const;

function assertWords(caller: string, options: DiffJpegOptions): void {
  for (const [name, known] of Object.entries(words)) {
    const word = options[name as keyof typeof words];
    if (word === undefined || (known as readonly string[]).includes(word)) continue;
    throw new RangeError(`${caller}: ${name} must be ${known.slice(0, -1).join(', ')} or ${known.at(-1)}, got ${word}`);
  }
}

function assertShape(caller: string, name: string, tensor: tf.Tensor | undefined, ...shapes: number[][]): void {
  if (!tensor || shapes.some((shape) => shape.join() === tensor.shape.join())) return;
  const expected = shapes.map((shape) => `[${shape.join(', ')}]`).join(' or ');
  throw new RangeError(`${caller}: ${name} must have shape ${expected}, got [${tensor.shape.join(', ')}]`);
}
