import { rgbFromYuv, yuvFromRgb } from '@sandwich/codec-proxy';
import { tf } from '@sandwich/engine';
import { binomial } from './binomial.js';
import {
  DETAIL_ENLARGEMENT,
  DETAIL_REDUCTION,
  DETAIL_WEIGHT,
  ENLARGEMENT,
  LUMA_ENLARGEMENT,
  RECEIVED_CHROMA_TAPS,
  REDUCTION,
  SENT_CHROMA_TAPS,
} from './half-size-filters.js';
import { depthToSpace } from './space-to-depth.js';

/*
 * A picture at half its height and width, with the details of luma in its chroma. d is a line of luma reduced, h what the reduction leaves out, s and
 * t binomial filters, and x the outer product of a filter along columns with one along rows:
 *
 *     Y' = d x d (Y)       Cb = s d x s d (U) + 0.7 d x h (Y)       Cr = s d x s d (V) + 0.7 h x d (Y)
 *
 *     U = t x t (Cb),  H = (Cb - U) / 0.7       V = t x t (Cr),  W = (Cr - V) / 0.7
 *
 * and at full size e d + ..., with e, l and g the enlargements of chroma, luma and details:
 *
 *     Y = l x l (Y') + l x g (H) + g x l (W)    U = e x e (U)       V = e x e (V)
 *
 * All of this is linear, and so are the matrices of YUV about it: either side is one convolution.
 */

/**
 * Kernels are kept in units of this. Adam moves a number by about the learning rate, whatever its size: at the rates that suit U-Nets it would destroy
 * kernels of hundreds of small taps within its first steps.
 */
export const TAP_UNIT = 0.01;

/** Images are padded to a multiple of this, so that the longest filter has something to mirror. */
const DETAIL_MULTIPLE = 16;

/** A filter of two dimensions, rows of taps. */
type Kernel = readonly (readonly number[])[];

/** How far the packer's kernel reaches before and behind the square of 2 x 2 pixels that it makes a sample of: pixels. */
const PACKER_REACH = 7;
const PACKER_TAPS = 2 * PACKER_REACH + 2;
/** How far the unpacker's kernel reaches to each side of the sample of which it makes 2 x 2 pixels: samples. */
const UNPACKER_REACH = 6;
const UNPACKER_TAPS = 2 * UNPACKER_REACH + 1;

/** How far both sides look beyond their own place, pixels of the image. */
export const detailReach = { pre: PACKER_REACH, post: 2 * UNPACKER_REACH + 1 };

const outer = (columns: readonly number[], rows: readonly number[]): Kernel =>
  columns.map((a) => rows.map((b) => a * b));

/** One filter behind another whose samples lie `spacing` apart. */
function behind(filter: readonly number[], after: readonly number[], spacing: number): number[] {
  const taps = new Array<number>(filter.length + spacing * (after.length - 1)).fill(0);
  for (const [a, weight] of after.entries())
    for (const [k, tap] of filter.entries()) taps[spacing * a + k] += weight * tap;
  return taps;
}

/** Zeros on both sides up to a number of taps. */
function centered(filter: readonly number[], taps: number): number[] {
  const zeros = new Array<number>((taps - filter.length) / 2).fill(0);
  return [...zeros, ...filter, ...zeros];
}

const combined = (...terms: readonly (readonly [number, Kernel])[]): Kernel =>
  terms[0][1].map((row, y) =>
    row.map((_, x) => terms.reduce((sum, [factor, kernel]) => sum + factor * kernel[y][x], 0)),
  );

/** Kernels between YUV and YUV, those from plane a to plane b at `${a}${b}`, as one between RGB and RGB: [taps, taps, 3, 3]. */
function betweenRgb(kernels: Readonly<Record<string, Kernel>>): number[][][][] {
  const entries = Object.entries(kernels).map(([planes, kernel]) => ({ from: +planes[0], to: +planes[1], kernel }));
  const [{ kernel: first }] = entries;
  const three = [0, 1, 2];
  return first.map((row, y) =>
    row.map((_, x) =>
      three.map((i) =>
        three.map((o) =>
          entries.reduce(
            (sum, { from, to, kernel }) => sum + yuvFromRgb[i][from] * kernel[y][x] * rgbFromYuv[to][o],
            0,
          ),
        ),
      ),
    ),
  );
}

function packingKernel(): number[][][][] {
  const [reduced, detail] = [REDUCTION, DETAIL_REDUCTION].map((filter) => centered(filter, PACKER_TAPS));
  const narrow = behind(REDUCTION, binomial(SENT_CHROMA_TAPS), 2);
  const [luma, chroma] = [outer(reduced, reduced), outer(narrow, narrow)];
  return betweenRgb({
    '00': luma,
    '11': chroma,
    '22': chroma,
    '01': combined([DETAIL_WEIGHT, outer(reduced, detail)]),
    '02': combined([DETAIL_WEIGHT, outer(detail, reduced)]),
  });
}

/** The kernel of the pixels in row `py` and column `px` of the squares of 2 x 2. */
function unpackingKernel(py: number, px: number): number[][][][] {
  const phase = (filter: readonly number[], odd: number, sign = 1) =>
    odd ? filter.toReversed().map((tap) => sign * tap) : filter;
  const narrow = binomial(RECEIVED_CHROMA_TAPS);
  const one = centered([1], RECEIVED_CHROMA_TAPS);
  // What is left of a detail when chroma has been taken out, enlarged along columns and rows.
  const detail = (columns: readonly number[], rows: readonly number[]) =>
    combined(
      [1 / DETAIL_WEIGHT, outer(behind(columns, one, 1), behind(rows, one, 1))],
      [-1 / DETAIL_WEIGHT, outer(behind(columns, narrow, 1), behind(rows, narrow, 1))],
    );
  const [plainY, plainX] = [phase(LUMA_ENLARGEMENT, py), phase(LUMA_ENLARGEMENT, px)];
  const [detailY, detailX] = [phase(DETAIL_ENLARGEMENT, py, -1), phase(DETAIL_ENLARGEMENT, px, -1)];
  const [chromaY, chromaX] = [phase(ENLARGEMENT, py), phase(ENLARGEMENT, px)].map((taps) => behind(taps, narrow, 1));
  const chroma = outer(chromaY, chromaX);
  return betweenRgb({
    '00': outer(centered(plainY, UNPACKER_TAPS), centered(plainX, UNPACKER_TAPS)),
    '10': detail(plainY, detailX),
    '20': detail(detailY, plainX),
    '11': chroma,
    '22': chroma,
  });
}

/** A convolution behind edges that are mirrored about the border between pixels. */
function convolve(x: tf.Tensor4D, kernel: tf.Variable, stride: number, border: number): tf.Tensor4D {
  const both: [number, number] = [border, border];
  const padded = tf.mirrorPad(x, [[0, 0], both, both, [0, 0]], 'symmetric') as tf.Tensor4D;
  return tf.conv2d(padded, tf.mul<tf.Tensor4D>(kernel, TAP_UNIT), stride, 'valid');
}

/** Reduces a picture to half its height and width, details packed into its chroma. Begins as the formula above; the kernel is trained. */
export class DetailPacker {
  readonly sizeMultiple = DETAIL_MULTIPLE;
  readonly stride = 2;
  readonly border = PACKER_REACH;
  /** `kernel` [16, 16, 3, 3], in units of `TAP_UNIT`. */
  readonly parameters: Readonly<Record<'kernel', tf.Variable>> = {
    kernel: tf.tidy(() => tf.variable(tf.div(tf.tensor4d(packingKernel()), TAP_UNIT))),
  };

  /** [B,H,W,3] -> [B,H/2,W/2,3], both about 0; H and W even. */
  apply(x: tf.Tensor4D): tf.Tensor4D {
    return tf.tidy(() => convolve(x, this.parameters.kernel, this.stride, this.border));
  }
}

/** Enlarges a picture of `DetailPacker`. Begins as the formula above; the kernel is trained. */
export class DetailUnpacker {
  readonly sizeMultiple = DETAIL_MULTIPLE;
  readonly stride = 1;
  readonly border = UNPACKER_REACH;
  /** `kernel` [13, 13, 3, 12], in units of `TAP_UNIT`: for RGB of the four pixels of each square of 2 x 2, row by row. */
  readonly parameters: Readonly<Record<'kernel', tf.Variable>> = {
    kernel: tf.tidy(() =>
      tf.variable(
        tf.concat(
          [0, 1].flatMap((py) => [0, 1].map((px) => tf.div(tf.tensor4d(unpackingKernel(py, px)), TAP_UNIT))),
          3,
        ),
      ),
    ),
  };

  /** [B,H,W,3] -> [B,2H,2W,3], both about 0. */
  apply(x: tf.Tensor4D): tf.Tensor4D {
    return tf.tidy(() => depthToSpace(convolve(x, this.parameters.kernel, this.stride, this.border)));
  }
}
