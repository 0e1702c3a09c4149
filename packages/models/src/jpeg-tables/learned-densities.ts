import { EntropyBottleneck, type RateModel } from '@sandwich/codec-proxy';
import { type Parameters, tf } from '@sandwich/engine';
import { adam, descend } from '@sandwich/trainer';
import { type LevelCounts, sumOfCounts } from './level-counts.js';

const AREA = 64;
const LEARNING_RATE = 0.05;

/** All levels up to a reach, once for each frequency: [2 reach + 1, 64]. */
const allLevels = (reach: number): tf.Tensor2D =>
  tf.tidy(() => tf.tile(tf.range(-reach, reach + 1).expandDims<tf.Tensor2D>(1), [1, AREA]));

/**
 * The estimate of Luo et al.: a learned density of each frequency's levels, of luma and of chroma, the same for all pictures
 * (`EntropyBottleneck`, as J4D implements it). As levels are whole numbers, it learns from how often each occurs, and is evaluated once for each.
 */
export class LearnedDensities {
  private readonly priors = [0, 1].map((seed) => new EntropyBottleneck({ channels: AREA, seed }));

  /** What is learned, by path: `luma/matrix0` and so on; without the quantiles, on which no bits depend. */
  readonly parameters: Parameters = Object.fromEntries(
    this.priors.flatMap((prior, i) =>
      Object.entries(prior.parameters)
        .filter(([path]) => path !== 'quantiles')
        .map(([path, variable]) => [`${['luma', 'chroma'][i]}/${path}`, variable]),
    ),
  );

  /** What levels of luma and of chroma cost, differentiable in the levels and in the parameters. */
  readonly rate: RateModel = ({ levels }) =>
    tf.tidy(() =>
      tf.addN(
        levels.map((group, i) => {
          const blocks = group.reshape([group.shape[0], -1, AREA]);
          return this.priors[i].likelihood(blocks).log().sum<tf.Tensor1D>([1, 2]).div<tf.Tensor1D>(-Math.LN2);
        }),
      ),
    );

  /**
   * Fits the densities to levels by Adam, all at once.
   *
   * @param pictures levels of luma and of chroma of each picture
   */
  async train(pictures: readonly (readonly LevelCounts[])[], steps: number): Promise<void> {
    for (const [i, prior] of this.priors.entries()) {
      const { counts, reach } = sumOfCounts(pictures.map((planes) => planes[i]));
      const { quantiles: _, ...parameters } = prior.parameters;
      const levels = allLevels(reach);
      const weights = tf.tidy(() => {
        const total = tf.tensor2d(counts, [2 * reach + 1, AREA]);
        return total.div(total.sum());
      });
      try {
        await descend(parameters, () => prior.likelihood(levels).log().mul(weights).sum().neg() as tf.Scalar, {
          steps,
          optimizer: adam({ learningRate: LEARNING_RATE }),
        });
      } finally {
        tf.dispose([levels, weights]);
      }
    }
  }

  /** Bits of each picture. */
  bits(pictures: readonly (readonly LevelCounts[])[]): number[] {
    const bits = pictures.map(() => 0);
    for (const [i, prior] of this.priors.entries()) {
      const reach = Math.max(...pictures.map((planes) => planes[i].reach));
      const cost = tf.tidy(() => prior.likelihood(allLevels(reach)).log().div(-Math.LN2).dataSync<'float32'>());
      for (const [picture, planes] of pictures.entries()) {
        const { counts, reach: own } = planes[i];
        const shift = (reach - own) * AREA;
        let sum = 0;
        for (const [at, count] of counts.entries()) if (count > 0) sum += count * cost[shift + at];
        bits[picture] += sum;
      }
    }
    return bits;
  }

  /** Frees the parameters. */
  dispose(): void {
    for (const prior of this.priors) prior.dispose();
  }
}
