import { computeOnHost, type tf } from '@sandwich/engine';
import { withGradient } from '../custom-gradient.js';
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
 */
export const invertMatrix = (matrix: tf.Tensor2D): tf.Tensor2D =>
  withGradient<tf.Tensor2D>(
    matrix,
    (x, save) => {
      const [inverse] = computeOnHost([x], [[3, 3]], (values) => [Float32Array.from(inverse3x3(values))]) as [
        tf.Tensor2D,
      ];
      save([inverse]);
      return inverse;
    },
    (dy, [inverse]) => exactMatMul(exactMatMul(inverse, dy, true, false), inverse, false, true).neg(),
  );
