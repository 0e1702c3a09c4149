import type { QuantizationTables } from '@sandwich/codecs';
import type { DctSensitivities } from './sensitivity-tables.js';
import type { TableFamily } from './table-family.js';

/** Shape of tables by sensitivities and by what each step costs and loses; see `rateDistortionFamily`. */
export interface RateDistortionShape {
  /** Errors of a coefficient weigh as its sensitivity to the power of twice this: 0.5 by sensitivities, 0 all alike. */
  exponent: number;
  /** Factor on the weights of chroma. */
  chroma: number;
}

const MOST_STEP = 255;

/** The squared error and the bits of a coefficient in the mean, by its step. */
interface StepCosts {
  errors: Float64Array;
  bits: Float64Array;
}

/** @param counts how often each magnitude occurs, from 0 on, whole gray levels */
function stepCosts(counts: readonly number[]): StepCosts {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const errors = new Float64Array(MOST_STEP + 1);
  const bits = new Float64Array(MOST_STEP + 1);
  for (let step = 1; step <= MOST_STEP; step++) {
    const levels = new Float64Array(Math.floor((counts.length - 1) / step + 0.5) + 1);
    for (let magnitude = 0; magnitude < counts.length; magnitude++) {
      const level = Math.floor(magnitude / step + 0.5);
      // Magnitudes are counted to whole numbers: half of those in the middle between two levels belong to each.
      const lower = 2 * magnitude === (2 * level - 1) * step ? level - 1 : level;
      levels[level] += counts[magnitude] / 2;
      levels[lower] += counts[magnitude] / 2;
      errors[step] += (counts[magnitude] / total) * (magnitude - level * step) ** 2;
    }
    for (const count of levels) if (count > 0) bits[step] -= (count / total) * Math.log2(count / total);
    // A sign for each level that is not 0.
    bits[step] += 1 - levels[0] / total;
  }
  return { errors, bits };
}

/** The step that costs the least, the largest one of several. */
function bestStep({ errors, bits }: StepCosts, weight: number, price: number): number {
  let best = 1;
  const cost = (step: number) => weight * errors[step] + price * bits[step];
  for (let step = 2; step <= MOST_STEP; step++) if (cost(step) <= cost(best)) best = step;
  return best;
}

/**
 * Tables that lose the least at a rate where a loss grows by the sensitivity times the squared error of each coefficient: each step is the best one for
 * the squared errors that it makes in the pictures, the entropy of its levels and the price of a bit. Where levels are many that is a step in proportion
 * to s^-1/2; coefficients that are hardly worth their bits get larger steps, or none of their bits. The step is that of a coefficient of mean
 * sensitivity and many levels.
 *
 * After E.-H. Yang, C. Sun and J. Meng, "Quantization table design revisited for image/video coding", 2014, which takes all errors alike, and A. H. Salamah, K. Zheng, Y. Liu and
 * E.-H. Yang, "JPEG inspired deep learning", ICLR 2025, for the sensitivities.
 *
 * @throws Error where the counts were not measured
 */
export function rateDistortionFamily({ luma, chroma, counts }: DctSensitivities): TableFamily<RateDistortionShape> {
  if (!counts) throw new Error('there are no counts of coefficients: measure with `counts: true`');
  const logarithms = [luma, chroma].map((table) => table.map(Math.log));
  const mean = logarithms.flat().reduce((sum, value) => sum + value) / (luma.length + chroma.length);
  const costs = { luma: counts.luma.map(stepCosts), chroma: counts.chroma.map(stepCosts) };
  return {
    parameters: {
      chroma: { start: 0.5, stride: 0.7, range: [0.01, 10], log: true },
      exponent: { start: 0.5, stride: 0.1, range: [0, 1] },
    },
    steps: [0.1, 10_000],
    tables(step, shape): QuantizationTables {
      // Where levels are many, q^2 / 12 is lost and each doubling of the step saves a bit.
      const price = (step ** 2 * Math.LN2) / 6;
      const table = (of: readonly StepCosts[], values: readonly number[], factor: number) =>
        of.map((cost, i) => bestStep(cost, factor * Math.exp(2 * shape.exponent * (values[i] - mean)), price));
      return { luma: table(costs.luma, logarithms[0], 1), chroma: table(costs.chroma, logarithms[1], shape.chroma) };
    },
  };
}
