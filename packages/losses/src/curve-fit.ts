/** A fitted function of one variable, of which only integrals are wanted. */
export interface SmoothCurve {
  integrate(from: number, to: number): number;
}

/** Integral of a polynomial, coefficients by rising power, from 0 to x. */
const antiderivative = (coefficients: readonly number[], x: number): number =>
  coefficients.reduceRight((sum, c, power) => (sum + c / (power + 1)) * x, 0);

/** Solves A x = b by elimination with row exchanges. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]]);
  const n = rows.length;
  for (let k = 0; k < n; k++) {
    const pivot = rows.reduce((best, row, i) => (i >= k && Math.abs(row[k]) > Math.abs(rows[best][k]) ? i : best), k);
    [rows[k], rows[pivot]] = [rows[pivot], rows[k]];
    for (let i = k + 1; i < n; i++) {
      const factor = rows[i][k] / rows[k][k];
      for (let j = k; j <= n; j++) rows[i][j] -= factor * rows[k][j];
    }
  }
  const solution = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    const known = rows[i].slice(i + 1, n).reduce((sum, value, j) => sum + value * solution[i + 1 + j], 0);
    solution[i] = (rows[i][n] - known) / rows[i][i];
  }
  return solution;
}

/**
 * The cubic polynomial that is nearest to the points in the sense of least squares, by the normal equations; of four
 * points the one through them. The variable is mapped to [-1, 1], which keeps the equations well conditioned.
 *
 * @param xs At least four different values, rising.
 */
export function cubicFit(xs: readonly number[], ys: readonly number[]): SmoothCurve {
  const [low, high] = [xs[0], xs[xs.length - 1]];
  const half = (high - low) / 2;
  const scaled = (x: number) => (x - low) / half - 1;
  const powers = [0, 1, 2, 3];
  const sumOf = (f: (t: number, i: number) => number) => xs.reduce((sum, x, i) => sum + f(scaled(x), i), 0);
  const coefficients = solve(
    powers.map((j) => powers.map((k) => sumOf((t) => t ** (j + k)))),
    powers.map((j) => sumOf((t, i) => t ** j * ys[i])),
  );
  return {
    integrate: (from, to) =>
      half * (antiderivative(coefficients, scaled(to)) - antiderivative(coefficients, scaled(from))),
  };
}

/** Slope at an end: of the parabola through three points, limited so that the curve keeps its shape. */
function endSlope(h0: number, h1: number, d0: number, d1: number): number {
  const slope = ((2 * h0 + h1) * d0 - h0 * d1) / (h0 + h1);
  if (slope * d0 <= 0) return 0;
  return d0 * d1 < 0 && Math.abs(slope) > 3 * Math.abs(d0) ? 3 * d0 : slope;
}

/**
 * Piecewise cubic Hermite interpolation that keeps monotone what is monotone: slopes are weighted harmonic means of the
 * neighbouring secants, zero where those differ in sign. Source: F. N. Fritsch, J. Butland, "A method for constructing
 * local monotone piecewise cubic interpolants", 1984, with the three-point ends of "Numerical Computing with MATLAB".
 *
 * @param xs At least three different values, rising.
 */
export function pchip(xs: readonly number[], ys: readonly number[]): SmoothCurve {
  const last = xs.length - 1;
  const h = xs.slice(1).map((x, i) => x - xs[i]);
  const d = h.map((width, i) => (ys[i + 1] - ys[i]) / width);
  const slopes = xs.map((_, i) => {
    if (i === 0) return endSlope(h[0], h[1], d[0], d[1]);
    if (i === last) return endSlope(h[last - 1], h[last - 2], d[last - 1], d[last - 2]);
    if (d[i - 1] * d[i] <= 0) return 0;
    const [w0, w1] = [2 * h[i] + h[i - 1], h[i] + 2 * h[i - 1]];
    return (w0 + w1) / (w0 / d[i - 1] + w1 / d[i]);
  });
  const pieces = h.map((width, i) => [
    ys[i],
    slopes[i],
    (3 * d[i] - 2 * slopes[i] - slopes[i + 1]) / width,
    (slopes[i] + slopes[i + 1] - 2 * d[i]) / width ** 2,
  ]);
  return {
    integrate: (from, to) =>
      pieces.reduce((sum, coefficients, i) => {
        const [low, high] = [Math.max(from, xs[i]), Math.min(to, xs[i + 1])];
        if (!(low < high)) return sum;
        return sum + antiderivative(coefficients, high - xs[i]) - antiderivative(coefficients, low - xs[i]);
      }, 0),
  };
}
