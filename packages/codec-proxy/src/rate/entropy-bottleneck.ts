import { checkInteger, fromFloat16, tf, toFloat16 } from '@sandwich/engine';
import { atLeast, straightThrough, withGradient } from '../custom-gradient.js';
import { logitOnHost, massAt, type StoredParameters, sigmoid } from './density-on-host.js';
import { integerCdf } from './integer-cdf.js';

// A density for each channel that is learned together with what it codes (Ballé, Minnen, Singh, Hwang and Johnston, "Variational image
// compression with a scale hyperprior", ICLR 2018, appendix 6.1; the layer of TensorFlow Compression 1).
//
// The cumulative distribution of a channel is c(x) = sigmoid(l(x)), where the logit l is a chain of K + 1 steps through vectors of r_k
// numbers, r_0 = r_{K+1} = 1 and r_1 ... r_K the filters:
//
//   h_{k+1} = g_k(softplus(M_k) h_k + b_k),   g_k(x) = x + tanh(f_k) tanh(x),   and g_K is the identity.
//
// softplus(M_k) > 0 and tanh(f_k) > -1, so every step increases in each of its arguments and c is a distribution. Convolved with the
// uniform density of rounding it has the mass c(x + 1/2) - c(x - 1/2) at x. To the right of the median both terms lie next to 1 and
// their difference loses its digits, so there 1 - c is taken, sigmoid(-l): with s = -1 where the two logits add up to more than 0, else 1,
//
//   mass = s (sigmoid(s l(x + 1/2)) - sigmoid(s l(x - 1/2))).

/** Defaults are those of TensorFlow Compression 1. */
export interface EntropyBottleneckOptions {
  /** Number of channels, each with a density of its own. */
  channels: number;
  /** Widths r_1 ... r_K of the chain. Default 3, 3, 3. */
  filters?: readonly number[];
  /** Half the width of the region over which the density is spread at first. Default 10. */
  initScale?: number;
  /** Probability outside of the outer quantiles, and so of an escape when coding. Default 2^-8. */
  tailMass?: number;
  /** Least likelihood, which keeps the logarithm finite. Default 1e-9. */
  likelihoodBound?: number;
  /** Seed of the initial biases. Default 0. */
  seed?: number;
}

/** What a latent costs. */
export interface CodedLatent {
  /** The latent with noise added, or rounded. Same shape as the latent. */
  values: tf.Tensor;
  /** Probability of each value, at least `likelihoodBound`. Same shape. */
  likelihoods: tf.Tensor;
  /** Sum of -log2(likelihood) over each item of the batch, [B]. */
  bits: tf.Tensor1D;
}

/** The integer distribution of one channel, for a range coder. */
export interface ChannelCdf {
  /** Cumulative frequencies, from 0 to 2^16, strictly increasing: `cdf[i]` to `cdf[i + 1]` is level `lowest + i`; the last interval is an escape. */
  cdf: Uint32Array;
  /** Level of the first interval. A level is round(value - median). */
  lowest: number;
}

/** CDFs have so many bits. */
const PRECISION = 16;

/**
 * A learned factorised prior: what a latent costs when each channel is coded by a density of its own, with the gradients that train both.
 *
 * The median and the outer quantiles of each density are parameters, too. They follow the density by {@link auxiliaryLoss}, which is
 * minimised beside the main loss, as a rule by an optimiser of its own.
 *
 * @example
 * const prior = new EntropyBottleneck({ channels: 8 });
 * const latent = tf.randomNormal([2, 16, 16, 8]);
 * const { values, bits } = prior.apply(latent, tf.randomUniform(latent.shape, -0.5, 0.5));
 */
export class EntropyBottleneck {
  /** By path: `matrix0`, `bias0`, `factor0` and so on, each [channels, …], and `quantiles`, [channels, 3]. */
  readonly parameters: Readonly<Record<string, tf.Variable>>;
  readonly channels: number;
  private readonly tailMass: number;
  private readonly likelihoodBound: number;
  /** Number of steps in the chain. */
  private readonly steps: number;

  /** @throws RangeError naming the option and its value */
  constructor(options: EntropyBottleneckOptions) {
    const {
      channels,
      filters = [3, 3, 3],
      initScale = 10,
      tailMass = 2 ** -8,
      likelihoodBound = 1e-9,
      seed = 0,
    } = options;
    checkInteger('EntropyBottleneck', 'channels', channels, 1);
    for (const [i, width] of filters.entries()) checkInteger('EntropyBottleneck', `filters[${i}]`, width, 1);
    if (!(initScale > 0 && Number.isFinite(initScale)))
      throw new RangeError(`EntropyBottleneck: initScale must be positive, got ${initScale}`);
    for (const [name, value] of Object.entries({ tailMass, likelihoodBound })) {
      if (!(value > 0 && value < 1))
        throw new RangeError(`EntropyBottleneck: ${name} must be between 0 and 1, got ${value}`);
    }
    this.channels = channels;
    this.tailMass = tailMass;
    this.likelihoodBound = likelihoodBound;
    this.steps = filters.length + 1;
    this.parameters = tf.tidy(() => initialParameters(channels, filters, initScale, seed));
  }

  /**
   * What a latent costs.
   *
   * @param latent [B, …, channels]
   * @param noise uniform in [-1/2, 1/2), of the latent's shape, which stands for rounding while training. Without it the latent is
   *   rounded to whole distances from the median, and gradients pass straight through.
   * @throws RangeError when a shape does not fit
   */
  apply(latent: tf.Tensor, noise?: tf.Tensor): CodedLatent {
    this.checkShape('apply', latent);
    if (noise && `${noise.shape}` !== `${latent.shape}`)
      throw new RangeError(`EntropyBottleneck.apply: noise is [${noise.shape}], the latent [${latent.shape}]`);
    return tf.tidy(() => {
      const values = noise ? latent.add(noise) : this.rounded(latent);
      const likelihoods = this.likelihood(values);
      const batch = latent.shape[0];
      const nats = likelihoods.log().neg().reshape([batch, -1]).sum<tf.Tensor1D>(1);
      return { values, likelihoods, bits: nats.div<tf.Tensor1D>(Math.LN2) };
    });
  }

  /**
   * Probability of values after rounding, at least `likelihoodBound`. Below the bound the gradient passes only where it raises the
   * likelihood, so that a value in the far tail finds its way back.
   *
   * @param values [B, …, channels]
   * @returns the same shape, in [likelihoodBound, 1]
   */
  likelihood(values: tf.Tensor): tf.Tensor {
    this.checkShape('likelihood', values);
    return tf.tidy(() => {
      const x = channelsFirst(values, this.channels);
      const lower = this.logits(x.sub(0.5));
      const upper = this.logits(x.add(0.5));
      const side = withoutGradient(lower.add(upper), (sum) => tf.where(sum.greater(0), tf.scalar(-1), tf.scalar(1)));
      const mass = side.mul(tf.sigmoid(side.mul(upper)).sub(tf.sigmoid(side.mul(lower))));
      return channelsLast(atLeast(mass, this.likelihoodBound), values.shape);
    });
  }

  /**
   * How far the quantiles are from where the density has them: the sum over channels of |l(q) - t| for the three targets t = -T, 0, T
   * with sigmoid(-T) = tailMass / 2. Its gradient goes to the quantiles alone.
   */
  auxiliaryLoss(): tf.Scalar {
    return tf.tidy(() => {
      const target = Math.log(2 / this.tailMass - 1);
      const x = this.parameters.quantiles.reshape([this.channels, 1, 3]);
      const logits = this.logits(x, (parameter) => withoutGradient(parameter, tf.clone));
      return logits
        .sub(tf.tensor3d([-target, 0, target], [1, 1, 3]))
        .abs()
        .sum<tf.Scalar>();
    });
  }

  /** The median of each channel, [channels]. The caller disposes it. */
  medians(): tf.Tensor1D {
    return tf.tidy(() => this.parameters.quantiles.slice([0, 1], [-1, 1]).reshape<tf.Tensor1D>([this.channels]));
  }

  /**
   * The distributions of the levels of each channel between the outer quantiles, as frequencies of 16 bits. They are computed in float64
   * on the host, so that encoder and decoder have the same ones, whatever their engine.
   *
   * @param precision `float16`: those of parameters that are rounded to it, so that a run and its packed weights have the same ones. Default `float32`,
   *   the parameters as they are
   * @throws RangeError when the quantiles of a channel are out of order or hold more than 2^16 - 1 levels
   */
  async integerCdfs(precision: 'float32' | 'float16' = 'float32'): Promise<ChannelCdf[]> {
    const stored: StoredParameters = {};
    for (const [path, variable] of Object.entries(this.parameters)) {
      const values = await variable.data<'float32'>();
      stored[path] = {
        data: precision === 'float16' ? fromFloat16(toFloat16(values)) : values,
        shape: variable.shape,
      };
    }
    return Array.from({ length: this.channels }, (_, channel) => {
      const [low, median, high] = Array.from({ length: 3 }, (_, i) => stored.quantiles.data[3 * channel + i]);
      const below = Math.ceil(median - low);
      const above = Math.ceil(high - median);
      const levels = below + above + 1;
      if (!(below >= 0 && above >= 0 && levels < 2 ** PRECISION)) {
        throw new RangeError(
          `EntropyBottleneck.integerCdfs: channel ${channel} has the quantiles ${low}, ${median}, ${high}; ` +
            `they must increase and lie fewer than ${2 ** PRECISION - 1} apart: minimise auxiliaryLoss() first`,
        );
      }
      const logit = (x: number) => logitOnHost(stored, this.steps, channel, x);
      const probabilities = Array.from({ length: levels }, (_, i) => massAt(logit, median - below + i));
      const tails = sigmoid(logit(median - below - 0.5)) + sigmoid(-logit(median + above + 0.5));
      return { cdf: integerCdf([...probabilities, tails], PRECISION), lowest: -below };
    });
  }

  /** Frees the parameters. */
  dispose(): void {
    for (const parameter of Object.values(this.parameters)) parameter.dispose();
  }

  private rounded(latent: tf.Tensor): tf.Tensor {
    const medians = this.medians();
    return straightThrough(latent, (x) => x.sub(medians).round().add(medians));
  }

  /** l(x) of every channel. @param x [channels, 1, n] */
  private logits(x: tf.Tensor, take: (parameter: tf.Tensor) => tf.Tensor = (parameter) => parameter): tf.Tensor {
    let h = x;
    for (let k = 0; k < this.steps; k++) {
      h = tf.matMul(tf.softplus(take(this.parameters[`matrix${k}`])), h).add(take(this.parameters[`bias${k}`]));
      if (k < this.steps - 1) h = h.add(tf.tanh(take(this.parameters[`factor${k}`])).mul(tf.tanh(h)));
    }
    return h;
  }

  private checkShape(method: string, latent: tf.Tensor): void {
    if (latent.rank < 2 || latent.shape[latent.rank - 1] !== this.channels) {
      throw new RangeError(`EntropyBottleneck.${method}: expected [batch, …, ${this.channels}], got [${latent.shape}]`);
    }
  }
}

function initialParameters(
  channels: number,
  filters: readonly number[],
  initScale: number,
  seed: number,
): Record<string, tf.Variable> {
  const widths = [1, ...filters, 1];
  const scale = initScale ** (1 / (filters.length + 1));
  const parameters: Record<string, tf.Variable> = {};
  for (let k = 0; k <= filters.length; k++) {
    const [from, to] = [widths[k], widths[k + 1]];
    // softplus of it is 1 / (scale r_{k+1}), so that the chain as a whole divides by initScale
    const matrix = Math.log(Math.expm1(1 / scale / to));
    parameters[`matrix${k}`] = tf.variable(tf.fill([channels, to, from], matrix));
    // A part of the seed for each step: equal seeds would make the biases of two steps of one width the same.
    const bias = tf.randomUniform([channels, to, 1], -0.5, 0.5, 'float32', seed * widths.length + k);
    parameters[`bias${k}`] = tf.variable(bias);
    if (k < filters.length) parameters[`factor${k}`] = tf.variable(tf.zeros([channels, to, 1]));
  }
  parameters.quantiles = tf.variable(tf.tile(tf.tensor2d([[-initScale, 0, initScale]]), [channels, 1]));
  return parameters;
}

const channelsFirst = (values: tf.Tensor, channels: number): tf.Tensor =>
  values.reshape([-1, channels]).transpose().reshape([channels, 1, -1]);

const channelsLast = (values: tf.Tensor, shape: number[]): tf.Tensor =>
  values
    .reshape([shape[shape.length - 1], -1])
    .transpose()
    .reshape(shape);

/** A constant in the gradient, whatever it is made from. */
const withoutGradient = (x: tf.Tensor, make: (x: tf.Tensor) => tf.Tensor): tf.Tensor =>
  withGradient(x, make, (dy) => tf.zerosLike(dy));
