import type { RatePoint } from '../curves/rate-curve.js';

/** Parameters of 1 / (1 + exp(-b x^a + c)) - d. */
type Parameters = readonly [a: number, b: number, c: number, d: number];

const LOW: Parameters = [1e-4, 1e-2, -3, -0.5];
const HIGH: Parameters = [5, 15, 5, 0.5];
const STEPS = 300;

const valueAt = ([a, b, c, d]: Parameters, x: number): number => 1 / (1 + Math.exp(-b * x ** a + c)) - d;

const within = (p: readonly number[]): Parameters =>
  p.map((value, i) => Math.min(HIGH[i], Math.max(LOW[i], value))) as unknown as Parameters;

/** Solves A x = b for a symmetric, positive definite matrix, by Cholesky's decomposition. */
function solve(matrix: number[][], right: readonly number[]): number[] {
  const n = right.length;
  const l = matrix.map((row) => row.map(() => 0));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i][j];
      for (let k = 0; k < j; k++) sum -= l[i][k] * l[j][k];
      l[i][j] = i === j ? Math.sqrt(Math.max(sum, 1e-300)) : sum / l[j][j];
    }
  }
  const y = right.map(() => 0);
  for (let i = 0; i < n; i++) y[i] = (right[i] - l[i].slice(0, i).reduce((sum, v, k) => sum + v * y[k], 0)) / l[i][i];
  for (let i = n - 1; i >= 0; i--) {
    let sum = y[i];
    for (let k = i + 1; k < n; k++) sum -= l[k][i] * y[k];
    y[i] = sum / l[i][i];
  }
  return y;
}

/** Errors over their expected size, |1 - y|, and their derivatives by the parameters. */
function residuals(points: readonly RatePoint[], p: Parameters): { errors: number[]; slopes: number[][] } {
  const [a, b, , d] = p;
  const errors: number[] = [];
  const slopes: number[][] = [];
  for (const { bpp: x, quality: y } of points) {
    const sigma = Math.max(Math.abs(1 - y), 1e-9);
    const s = valueAt(p, x) + d;
    const slope = (s * (1 - s)) / sigma;
    errors.push((valueAt(p, x) - y) / sigma);
    slopes.push([slope * b * x ** a * Math.log(x), slope * x ** a, -slope, -1 / sigma]);
  }
  return { errors, slopes };
}

const squares = (errors: readonly number[]): number => errors.reduce((sum, error) => sum + error ** 2, 0);

/** Levenberg and Marquardt's descent within the bounds. */
function descend(points: readonly RatePoint[], start: Parameters): { p: Parameters; cost: number } {
  let p = within(start);
  let { errors, slopes } = residuals(points, p);
  let damping = 1e-3;
  for (let step = 0; step < STEPS && damping < 1e12; step++) {
    const gradient = p.map((_, i) => slopes.reduce((sum, row, n) => sum + row[i] * errors[n], 0));
    // A parameter at a bound that would leave it stays there.
    const free = p.map((value, i) => !(value === LOW[i] && gradient[i] > 0) && !(value === HIGH[i] && gradient[i] < 0));
    const matrix = p.map((_, i) =>
      p.map((_, j) => {
        if (!free[i] || !free[j]) return i === j ? 1 : 0;
        const sum = slopes.reduce((total, row) => total + row[i] * row[j], 0);
        return i === j ? sum * (1 + damping) + 1e-12 : sum;
      }),
    );
    const change = solve(
      matrix,
      gradient.map((value, i) => (free[i] ? value : 0)),
    );
    const next = within(p.map((value, i) => value - change[i]));
    const tried = residuals(points, next);
    if (squares(tried.errors) < squares(errors)) {
      p = next;
      ({ errors, slopes } = tried);
      damping /= 3;
    } else {
      damping *= 4;
    }
  }
  return { p, cost: squares(errors) };
}

/**
 * Fits 1 / (1 + exp(-b x^a + c)) - d to points of rate x and SSIM or MS-SSIM, with errors that count by 1 / |1 - y|, within the bounds of the neural imaging
 * toolbox: a from 1e-4 to 5, b from 1e-2 to 15, c from -3 to 5, d from -0.5 to 0.5. The best of several starts is taken.
 *
 * @param points at least four, of positive rates
 * @returns the fitted SSIM at a rate
 * @throws RangeError for fewer points
 */
export function fitSimilarityCurve(points: readonly RatePoint[]): (bpp: number) => number {
  if (points.length < 4)
    throw new RangeError(`fitSimilarityCurve: it takes four points at least, got ${points.length}`);
  const starts: Parameters[] = [
    [1, 1, 0, 0],
    [0.3, 3, 1, 0],
    [0.5, 8, 3, 0],
    [2, 0.5, -1, 0],
  ];
  const [best] = starts.map((start) => descend(points, start)).sort((x, y) => x.cost - y.cost);
  return (bpp) => valueAt(best.p, bpp);
}
