import type { RatePoint } from '../curves/rate-curve.js';

/** Four parameters of a curve. */
type Parameters = readonly [a: number, b: number, c: number, d: number];

/** A curve of a quality over bits per pixel, and how it is fitted. */
interface CurveModel {
  low: Parameters;
  high: Parameters;
  /** Where descents begin; the best one counts. */
  starts: readonly Parameters[];
  valueAt(p: Parameters, x: number): number;
  /** Derivatives by the parameters. */
  slopesAt(p: Parameters, x: number): Parameters;
  /** The expected error of a quality: larger ones count less. */
  sigma(y: number): number;
}

const logistic = ([a, b, c]: Parameters, x: number): number => 1 / (1 + Math.exp(-b * x ** a + c));

/** 1 / (1 + exp(-b x^a + c)) - d. */
const similarity: CurveModel = {
  low: [1e-4, 1e-2, -3, -0.5],
  high: [5, 15, 5, 0.5],
  starts: [
    [1, 1, 0, 0],
    [0.3, 3, 1, 0],
    [0.5, 8, 3, 0],
    [2, 0.5, -1, 0],
  ],
  valueAt: (p, x) => logistic(p, x) - p[3],
  slopesAt(p, x) {
    const [a, b] = p;
    const s = logistic(p, x);
    const slope = s * (1 - s);
    return [slope * b * x ** a * Math.log(x), slope * x ** a, -slope, -1];
  },
  sigma: (y) => Math.max(Math.abs(1 - y), 1e-9),
};

const LEAST_INSIDE = 1e-9;

/** a ln(b x^c + d), whose logarithm is taken of 1e-9 at least. */
const decibels: CurveModel = {
  low: [1e-4, 1e-5, 1e-2, -50],
  high: [100, 100, 3, 50],
  starts: [
    [5, 50, 0.5, 50],
    [10, 10, 1, 10],
    [3, 90, 2, 20],
    [20, 5, 0.3, 1],
  ],
  valueAt: ([a, b, c, d], x) => a * Math.log(Math.max(b * x ** c + d, LEAST_INSIDE)),
  slopesAt([a, b, c, d], x) {
    const inside = b * x ** c + d;
    if (inside <= LEAST_INSIDE) return [Math.log(LEAST_INSIDE), 0, 0, 0];
    const slope = a / inside;
    return [Math.log(inside), slope * x ** c, slope * b * x ** c * Math.log(x), slope];
  },
  sigma: () => 1,
};

const STEPS = 1000;

const within = ({ low, high }: CurveModel, p: readonly number[]): Parameters =>
  p.map((value, i) => Math.min(high[i], Math.max(low[i], value))) as unknown as Parameters;

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

/** Errors over their expected size, and their derivatives by the parameters. */
function residuals(
  model: CurveModel,
  points: readonly RatePoint[],
  p: Parameters,
): { errors: number[]; slopes: number[][] } {
  const errors: number[] = [];
  const slopes: number[][] = [];
  for (const { bpp: x, quality: y } of points) {
    const sigma = model.sigma(y);
    errors.push((model.valueAt(p, x) - y) / sigma);
    slopes.push(model.slopesAt(p, x).map((slope) => slope / sigma));
  }
  return { errors, slopes };
}

const squares = (errors: readonly number[]): number => errors.reduce((sum, error) => sum + error ** 2, 0);

/** Levenberg and Marquardt's descent within the bounds. */
function descend(model: CurveModel, points: readonly RatePoint[], start: Parameters): { p: Parameters; cost: number } {
  const { low, high } = model;
  let p = within(model, start);
  let { errors, slopes } = residuals(model, points, p);
  let damping = 1e-3;
  for (let step = 0; step < STEPS && damping < 1e12; step++) {
    const gradient = p.map((_, i) => slopes.reduce((sum, row, n) => sum + row[i] * errors[n], 0));
    // A parameter at a bound that would leave it stays there.
    const free = p.map((value, i) => !(value === low[i] && gradient[i] > 0) && !(value === high[i] && gradient[i] < 0));
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
    const next = within(
      model,
      p.map((value, i) => value - change[i]),
    );
    const tried = residuals(model, points, next);
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

function fit(caller: string, model: CurveModel, points: readonly RatePoint[]): (bpp: number) => number {
  if (points.length < 4) throw new RangeError(`${caller}: it takes four points at least, got ${points.length}`);
  const [best] = model.starts.map((start) => descend(model, points, start)).sort((x, y) => x.cost - y.cost);
  return (bpp) => model.valueAt(best.p, bpp);
}

/**
 * Fits 1 / (1 + exp(-b x^a + c)) - d to points of rate x and SSIM or MS-SSIM, with errors that count by 1 / |1 - y|, within the bounds of the neural imaging
 * toolbox: a from 1e-4 to 5, b from 1e-2 to 15, c from -3 to 5, d from -0.5 to 0.5. The best of several starts is taken.
 *
 * @param points at least four, of positive rates
 * @returns the fitted SSIM at a rate
 * @throws RangeError for fewer points
 */
export const fitSimilarityCurve = (points: readonly RatePoint[]): ((bpp: number) => number) =>
  fit('fitSimilarityCurve', similarity, points);

/**
 * Fits a ln(b x^c + d) to points of rate x and PSNR or MS-SSIM in dB, within the bounds of the neural imaging toolbox: a from 1e-4 to 100, b from 1e-5 to 100, c
 * from 1e-2 to 3, d from -50 to 50. The best of several starts is taken.
 *
 * @param points at least four, of positive rates
 * @returns the fitted dB at a rate
 * @throws RangeError for fewer points
 */
export const fitDecibelCurve = (points: readonly RatePoint[]): ((bpp: number) => number) =>
  fit('fitDecibelCurve', decibels, points);
