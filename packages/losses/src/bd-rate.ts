import { cubicFit, pchip, type SmoothCurve } from './curve-fit.js';

/** A point of a rate-distortion curve: bits per source pixel, and a quality of which more is better. */
export interface RatePoint {
  bpp: number;
  quality: number;
}

/** Options of `bdRate` and `bdPsnr`. */
export interface BdOptions {
  /**
   * How points become a curve: 'cubic', Bjontegaard's polynomial of third degree, the least squares of more than four
   * points; or 'pchip', which goes through every point without overshooting. Default 'cubic'.
   */
  method?: 'cubic' | 'pchip';
  /**
   * Warns where the curves have less than this in common of the qualities (`bdRate`) or rates (`bdPsnr`) that both together span, 0 to 1:
   * an average over a sliver says little. Default 0.75, as in the Python package bjontegaard.
   */
  minimumOverlap?: number;
  /** Hears of curves on which quality falls while the rate rises, and of a small overlap. Default `console.warn`. */
  onWarning?: (message: string) => void;
}

const MINIMUM_POINTS = 4;

/** Six digits tell points apart. */
const short = (value: number): number => Number(value.toPrecision(6));
const show = ({ bpp, quality }: RatePoint): string => `(${short(bpp)} bpp, ${short(quality)})`;

/** The points of a curve by rising rate, checked. */
function orderedPoints(where: string, curve: string, points: readonly RatePoint[], warn: (text: string) => void) {
  const name = `${where}: the ${curve} curve`;
  if (points.length < MINIMUM_POINTS)
    throw new RangeError(`${name} needs at least ${MINIMUM_POINTS} points, got ${points.length}`);
  const bad = points.find(({ bpp, quality }) => !(bpp > 0 && Number.isFinite(bpp) && Number.isFinite(quality)));
  if (bad) throw new RangeError(`${name} has the point ${show(bad)}; rates must be positive, both numbers finite`);
  const ordered = [...points].sort((a, b) => a.bpp - b.bpp);
  for (const [i, point] of ordered.entries()) {
    const twin = ordered.slice(i + 1).find(({ bpp, quality }) => bpp === point.bpp || quality === point.quality);
    if (twin)
      throw new RangeError(
        `${name} has two points of one rate or one quality, ${show(point)} and ${show(twin)}; leave one out`,
      );
  }
  const falls = ordered
    .slice(1)
    .flatMap((point, i) => (point.quality < ordered[i].quality ? [[ordered[i], point]] : []));
  if (falls.length > 0)
    warn(
      `${name} is not monotone: quality falls from ${falls.map((pair) => pair.map(show).join(' to ')).join(' and from ')}`,
    );
  return ordered;
}

const percents = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;

/** What two sets of values have in common of the range that they span together, 0 to 1. */
function sharedPart(a: readonly number[], b: readonly number[]): number {
  const [lows, highs] = [[a, b].map((values) => Math.min(...values)), [a, b].map((values) => Math.max(...values))];
  const shared = Math.min(...highs) - Math.max(...lows);
  return shared > 0 ? shared / (Math.max(...highs) - Math.min(...lows)) : 0;
}

/**
 * How much two curves have in common: of the qualities over which `bdRate` averages, and of the logarithms of the rates over which
 * `bdPsnr` does, each as a part of what both curves together span.
 *
 * @returns 0, where they do not overlap, to 1
 * @example
 * bdOverlap(jpeg, sandwich).quality; // 0.62: the other 38 % have no part in the BD-rate
 */
export function bdOverlap(
  anchor: readonly RatePoint[],
  test: readonly RatePoint[],
): Record<'quality' | 'rate', number> {
  const of = (value: (point: RatePoint) => number) => sharedPart(anchor.map(value), test.map(value));
  return { quality: of(({ quality }) => quality), rate: of(({ bpp }) => Math.log10(bpp)) };
}

interface Axes {
  where: string;
  /** Over which both curves are compared. */
  x(point: RatePoint): number;
  /** Whose difference is averaged. */
  y(point: RatePoint): number;
  xName: string;
}

/** Mean difference of two curves, test - anchor, over the part of the axis that both cover. */
function meanDifference(
  anchor: readonly RatePoint[],
  test: readonly RatePoint[],
  { where, x, y, xName }: Axes,
  { method = 'cubic', minimumOverlap = 0.75, onWarning = console.warn }: BdOptions,
): number {
  const curves = { anchor, test };
  const fit = method === 'pchip' ? pchip : cubicFit;
  const fitted = Object.entries(curves).map(([name, points]) => {
    const ordered = orderedPoints(where, name, points, onWarning).sort((a, b) => x(a) - x(b));
    const xs = ordered.map(x);
    return { points: ordered, from: xs[0], to: xs[xs.length - 1], curve: fit(xs, ordered.map(y)) as SmoothCurve };
  });
  const from = Math.max(...fitted.map((curve) => curve.from));
  const to = Math.min(...fitted.map((curve) => curve.to));
  if (!(from < to)) {
    const range = (points: RatePoint[]) => `from ${show(points[0])} to ${show(points[points.length - 1])}`;
    throw new RangeError(
      `${where}: the curves do not overlap in ${xName}: the anchor goes ${range(fitted[0].points)}, the test ${range(fitted[1].points)}`,
    );
  }
  const share = sharedPart(anchor.map(x), test.map(x));
  if (share < minimumOverlap)
    onWarning(
      `${where}: the curves share ${percents(share)} of the ${xName} that they span, less than ${percents(minimumOverlap)}; ` +
        'what is outside does not count',
    );
  const [a, b] = fitted.map(({ curve }) => curve.integrate(from, to));
  return (b - a) / (to - from);
}

/**
 * Bjontegaard delta rate: by how many percent the test needs more bits than the anchor at equal quality, on average over
 * the qualities that both reach. With r(q) the fitted logarithm of the rate, 100 (10^mean(r_test - r_anchor) - 1). Source:
 * G. Bjontegaard, "Calculation of average PSNR differences between RD-curves", VCEG-M33, 2001; the piecewise fit is that of
 * JCT-VC's common test conditions.
 *
 * For a distance, of which less is better, give its negative as the quality.
 *
 * @param anchor Four points or more, in any order, no two of one rate or one quality.
 * @returns Percent; negative where the test needs fewer bits.
 * @throws RangeError for too few, non-positive or duplicate points, and curves without a common quality, naming the points.
 * A common part below `minimumOverlap` is a warning.
 * @example
 * bdRate(jpeg, sandwich, { method: 'pchip' }); // -12.3: 12.3 % fewer bits
 */
export function bdRate(anchor: readonly RatePoint[], test: readonly RatePoint[], options: BdOptions = {}): number {
  const axes: Axes = { where: 'bdRate', x: (p) => p.quality, y: (p) => Math.log10(p.bpp), xName: 'quality' };
  return 100 * (10 ** meanDifference(anchor, test, axes, options) - 1);
}

/**
 * Bjontegaard delta PSNR, or delta of any quality: how much higher the test's quality is at equal rate, on average over the
 * logarithms of the rates that both cover. See `bdRate`.
 *
 * @returns In the unit of the quality; positive where the test is better.
 * @throws RangeError as `bdRate`, for curves without a common rate.
 */
export function bdPsnr(anchor: readonly RatePoint[], test: readonly RatePoint[], options: BdOptions = {}): number {
  const axes: Axes = { where: 'bdPsnr', x: (p) => Math.log10(p.bpp), y: (p) => p.quality, xName: 'rate' };
  return meanDifference(anchor, test, axes, options);
}
