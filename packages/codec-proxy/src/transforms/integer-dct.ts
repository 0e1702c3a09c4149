import { tf } from '@sandwich/engine';
import { floorThrough } from '../rounding/soft-steps.js';
import { BLOCK_AREA, BLOCK_SIZE, type BlockTransform } from './dct.js';
import { exactMatMul } from './exact-mat-mul.js';

// libjpeg's accurate integer transform ("islow") in float32. Between its shifts it is linear, with whole numbers for weights:
// 2^13 sqrt(8) times the orthonormal DCT, each entry a sum of constants that were rounded to 13 fractional bits. The inverse has
// the transposed matrix. Each pass adds half and shifts right: floor(x / 2^n + 1/2). Sums of the first pass are whole numbers
// below 2^24, so that float32 holds them exactly; those of the second can be larger and are off by a part in 2^24.
const HALF_ROWS = [
  [8192, 8192, 8192, 8192],
  [11363, 9633, 6437, 2260],
  [10703, 4433, -4433, -10703],
  [9633, -2259, -11362, -6436],
  [8192, -8192, -8192, 8192],
  [6437, -11362, 2261, 9633],
  [4433, -10704, 10704, -4433],
  [2260, -6436, 9633, -11363],
];

/** Weight of sample `x` in frequency `u`; even rows are symmetric, odd ones antisymmetric. */
const weight = (u: number, x: number): number => {
  const value = HALF_ROWS[u][x < 4 ? x : 7 - x];
  return x >= 4 && u % 2 === 1 ? -value : value;
};

/**
 * One pass as a [64, 64] matrix for flattened blocks: the transform of each row or of each column, at `scale`.
 *
 * @param inverse from frequencies to samples
 */
function passMatrix(axis: 'rows' | 'columns', inverse: boolean, scale: number): Float32Array {
  const matrix = new Float32Array(BLOCK_AREA * BLOCK_AREA);
  for (let line = 0; line < BLOCK_SIZE; line++) {
    const place = (i: number) => (axis === 'rows' ? BLOCK_SIZE * line + i : BLOCK_SIZE * i + line);
    for (let from = 0; from < BLOCK_SIZE; from++) {
      for (let to = 0; to < BLOCK_SIZE; to++) {
        matrix[place(from) * BLOCK_AREA + place(to)] = scale * (inverse ? weight(from, to) : weight(to, from));
      }
    }
  }
  return matrix;
}

const pass = (blocks: tf.Tensor2D, matrix: Float32Array): tf.Tensor2D =>
  floorThrough(exactMatMul(blocks, tf.tensor2d(matrix, [BLOCK_AREA, BLOCK_AREA])), 0.5);

const forwardRows = passMatrix('rows', false, 2 ** -11);
const forwardColumns = passMatrix('columns', false, 2 ** -15);
const inverseColumns = passMatrix('columns', true, 2 ** -11);
const inverseRows = passMatrix('rows', true, 2 ** -18);

/** Coefficients of blocks of whole numbers as libjpeg computes them, multiples of 1/8; the gradient passes the shifts straight. */
export const integerDct: BlockTransform = (blocks) => pass(pass(blocks, forwardRows), forwardColumns).mul(1 / 8);

/** Samples, whole numbers, of blocks of dequantised coefficients as libjpeg computes them, before it clips. */
export const integerInverseDct: BlockTransform = (blocks) => pass(pass(blocks, inverseColumns), inverseRows);
