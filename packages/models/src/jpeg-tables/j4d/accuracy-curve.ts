import { bootstrapInterval } from '@sandwich/evaluation';
import type { Judgement } from './judge-tables.js';

/** Points of a curve that are judged on the same pictures. */
export type JudgedCurve = readonly Judgement[];

/** Which bits count: those of the whole file or of its scan. */
export type CountedBits = 'bpp' | 'scanBpp';

interface Point {
  rate: number;
  accuracy: number;
}

const meanOf = (values: readonly number[], drawn: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < drawn.length; i++) sum += values[drawn[i]];
  return sum / drawn.length;
};

/** Means over the pictures drawn, in the order of rising rate, each as accurate as the best at no more bits: the monotone envelope. */
export function envelope(curve: JudgedCurve, drawn: ArrayLike<number>, bits: CountedBits): Point[] {
  const points = curve.map((judged) => ({ rate: meanOf(judged[bits], drawn), accuracy: meanOf(judged.right, drawn) }));
  points.sort((a, b) => a.rate - b.rate);
  let best = 0;
  return points.map(({ rate, accuracy }) => {
    best = Math.max(best, accuracy);
    return { rate, accuracy: best };
  });
}

/** Accuracy at a rate, linear in its logarithm between points; NaN outside of the curve. */
export function accuracyAt(points: readonly Point[], rate: number): number {
  for (let i = 1; i < points.length; i++) {
    const [low, high] = [points[i - 1], points[i]];
    if (rate < low.rate || rate > high.rate) continue;
    const weight = high.rate > low.rate ? Math.log(rate / low.rate) / Math.log(high.rate / low.rate) : 1;
    return low.accuracy + weight * (high.accuracy - low.accuracy);
  }
  return Number.NaN;
}

/** The least rate at which an accuracy is reached; NaN where the first point has more, or none has it. */
export function rateAtAccuracy(points: readonly Point[], accuracy: number): number {
  for (let i = 1; i < points.length; i++) {
    const [low, high] = [points[i - 1], points[i]];
    if (low.accuracy >= accuracy || high.accuracy < accuracy) continue;
    const weight = (accuracy - low.accuracy) / (high.accuracy - low.accuracy);
    return low.rate * (high.rate / low.rate) ** weight;
  }
  return Number.NaN;
}

/** A number with its 95 % interval, by the bootstrap over pictures, which are the same for both sides. */
export interface Estimate {
  value: number;
  low: number;
  high: number;
}

function estimate(pictures: number, statistic: (drawn: ArrayLike<number>) => number): Estimate {
  const value = statistic(Array.from({ length: pictures }, (_, i) => i));
  if (Number.isNaN(value)) return { value, low: value, high: value };
  const [low, high] = bootstrapInterval(pictures, statistic, { resamples: 1000 });
  return { value, low, high };
}

/** How much more accurate one way of coding is than another, as a share of the pictures. */
export const accuracyDifference = (one: Judgement, other: Judgement): Estimate =>
  estimate(one.right.length, (drawn) => meanOf(one.right, drawn) - meanOf(other.right, drawn));

/** Gain in accuracy of one curve over another, at a rate or at that of a point of the other. */
export const gainAtRate = (
  candidate: JudgedCurve,
  anchor: JudgedCurve,
  at: number | Judgement,
  bits: CountedBits,
): Estimate =>
  estimate(candidate[0].right.length, (drawn) => {
    const rate = typeof at === 'number' ? at : meanOf(at[bits], drawn);
    return accuracyAt(envelope(candidate, drawn, bits), rate) - accuracyAt(envelope(anchor, drawn, bits), rate);
  });

/** The bits of one curve as a share of those of another where both lose so much accuracy against the pictures themselves. */
export const rateShareAtLoss = (
  candidate: JudgedCurve,
  anchor: JudgedCurve,
  uncompressed: readonly number[],
  loss: number,
  bits: CountedBits,
): Estimate =>
  estimate(uncompressed.length, (drawn) => {
    const accuracy = meanOf(uncompressed, drawn) - loss;
    return (
      rateAtAccuracy(envelope(candidate, drawn, bits), accuracy) /
      rateAtAccuracy(envelope(anchor, drawn, bits), accuracy)
    );
  });
