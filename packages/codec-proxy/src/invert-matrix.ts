import { tf } from '@sandwich/engine';
import { withGradient } from './custom-gradient.js';
import { exactMatMul } from './exact-mat-mul.js';

/** Inverse of a 3x3 matrix given row by row, by its adjugate; not finite if the matrix is singular. */
export function inverse3x3([a, b, c, d, e, f, g, h, i]: ArrayLike<number> & Iterable<number>): number[] {
  const adjugate = [
    e * i - f * h,
    c * h - b * i,
    b * f - c * e,
    f * g - d * i,
    a * i - c * g,
    c * d - a * f,
    d * h - e * g,
    b * g - a * h,
    a * e - b * d,
  ];
  const determinant = a * adjugate[0] + b * adjugate[3] + c * adjugate[6];
  return adjugate.map((cofactor) => cofactor / determinant);
}

/**
 * Inverse of a 3x3 matrix, differentiable: with Y = X^-1, dY = -Y dX Y, so the gradient is -Y^T G Y^T.
 *
 * @param values elements of the matrix, row by row, if they have been read already
 */
export const invertMatrix = (
  matrix: tf.Tensor2D,
  values: ArrayLike<number> & Iterable<number> = matrix.dataSync(),
): tf.Tensor2D =>
  withGradient<tf.Tensor2D>(
    matrix,
    (_, save) => {
      const inverse = tf.tensor2d(inverse3x3(values), [3, 3]);
      save([inverse]);
      return inverse;
    },
    (dy, [inverse]) => exactMatMul(exactMatMul(inverse, dy, true, false), inverse, false, true).neg(),
  );
