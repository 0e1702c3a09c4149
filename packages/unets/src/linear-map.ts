/** Rows are inputs, columns outputs: y[j] = sum over i of x[i] map[i][j]. */
export type LinearMap = readonly (readonly number[])[];

/** Largest error of `sineLayerAsLinearMap` for inputs within +-0.5: a quarter of a gray level of 255. */
const tolerance = 0.25 / 255;

/**
 * Weights with which a sine layer and the linear layer after it compute x M, as nearly as `tolerance`.
 *
 * Two hidden units an input do it, with frequencies e and 2e. Since sin u = u - u^3/6 + u^5/120 - ...,
 *
 *     (8 sin(e x) - sin(2 e x)) / (6 e) = x - e^4 x^5 / 30 + ...
 *
 * the cubic terms cancel. An output sums the errors of its inputs, weighted by a column of M: with s the largest sum of
 * absolute values of a column and |x| <= 1/2, the error stays within s e^4 / (30 * 2^5), which gives the largest e. Small
 * frequencies would be more exact yet train badly, with output weights of 1/e. The other hidden units keep their random
 * input weights and begin with no say in the output.
 *
 * @param map M, [inputs][outputs].
 * @param hiddenKernel Random weights of the sine layer, [inputs, units] row by row.
 * @returns The weights of both layers, [inputs, units] and [units, outputs] row by row.
 * @throws RangeError when there are fewer than two units an input.
 */
export function sineLayerAsLinearMap(
  map: LinearMap,
  hiddenKernel: Float32Array,
): { hidden: Float32Array; output: Float32Array } {
  const [inputs, outputs] = [map.length, map[0].length];
  const units = hiddenKernel.length / inputs;
  if (units < 2 * inputs)
    throw new RangeError(`SinMlp: initial takes 2 hidden units an input channel, ${2 * inputs}, got channels ${units}`);
  const columnSums = map[0].map((_, j) => map.reduce((sum, row) => sum + Math.abs(row[j]), 0));
  const e = ((30 * 2 ** 5 * tolerance) / Math.max(1, ...columnSums)) ** 0.25;

  const hidden = hiddenKernel.slice();
  const output = new Float32Array(units * outputs);
  map.forEach((row, i) => {
    for (let input = 0; input < inputs; input++) {
      hidden[input * units + 2 * i] = input === i ? e : 0;
      hidden[input * units + 2 * i + 1] = input === i ? 2 * e : 0;
    }
    row.forEach((m, j) => {
      output[2 * i * outputs + j] = (8 * m) / (6 * e);
      output[(2 * i + 1) * outputs + j] = -m / (6 * e);
    });
  });
  return { hidden, output };
}
