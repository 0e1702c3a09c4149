// The density of `EntropyBottleneck`, whose formula stands there, in float64 and without tensors.

/** Values and shapes of the parameters, by path. */
export type StoredParameters = Record<string, { data: ArrayLike<number>; shape: number[] }>;

export const sigmoid = (x: number) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)));

/** Probability of the unit interval around x, without loss of digits in either tail. @param logit of the cumulative distribution */
export function massAt(logit: (x: number) => number, x: number): number {
  const [lower, upper] = [logit(x - 0.5), logit(x + 0.5)];
  const side = lower + upper > 0 ? -1 : 1;
  return side * (sigmoid(side * upper) - sigmoid(side * lower));
}

/**
 * Logit of the cumulative distribution of one channel.
 *
 * @param steps number of steps in the chain
 */
export function logitOnHost(parameters: StoredParameters, steps: number, channel: number, x: number): number {
  let h = [x];
  for (let k = 0; k < steps; k++) {
    const { data: matrix, shape } = parameters[`matrix${k}`];
    const [, to, from] = shape;
    const bias = parameters[`bias${k}`].data;
    const factor = parameters[`factor${k}`]?.data;
    const input = h;
    h = Array.from({ length: to }, (_, row) => {
      const at = channel * to + row;
      let sum = bias[at];
      for (let column = 0; column < from; column++) sum += softplus(matrix[at * from + column]) * input[column];
      return factor ? sum + Math.tanh(factor[at]) * Math.tanh(sum) : sum;
    });
  }
  return h[0];
}

const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
