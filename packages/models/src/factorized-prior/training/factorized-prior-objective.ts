import { toPictures } from '@sandwich/codec-proxy';
import { openPhotographStream } from '@sandwich/data';
import { tf } from '@sandwich/engine';
import {
  adam,
  chain,
  clipByNorm,
  type DataOptions,
  learningRateAt,
  type Metrics,
  type Objective,
  type Phase,
  partition,
} from '@sandwich/trainer';
import type { FactorizedPrior } from '../factorized-prior.js';
import { LATENT_STRIDE } from '../network/layers.js';
import type { FactorizedPriorSettings } from './factorized-prior-settings.js';

/** Largest norm of the gradients of all but the quantiles, as CompressAI trains: those of the quantiles would drown the others. */
const LARGEST_NORM = 1;

/**
 * Loss of a batch: lambda times the mean squared error, in squared gray levels, plus bits per pixel, plus the loss of the quantiles, whose gradient goes to
 * them alone.
 *
 * @param images [B, H, W, 3] in [0, 255]
 * @param noise uniform in [-1/2, 1/2), of the latent's shape; without it the latent is rounded
 */
export function factorizedPriorLoss(
  prior: FactorizedPrior,
  images: tf.Tensor4D,
  lambda: number,
  noise?: tf.Tensor,
): Metrics {
  const { decoded, bits } = prior.apply(images, noise);
  const [batch, height, width] = images.shape;
  const mse = tf.mean<tf.Scalar>(tf.squaredDifference(decoded, images));
  const bpp = tf.div<tf.Scalar>(tf.sum(bits), batch * height * width);
  const auxiliary = prior.bottleneck.auxiliaryLoss();
  const rateDistortion = tf.add<tf.Scalar>(tf.mul(mse, lambda), bpp);
  return { loss: tf.add(rateDistortion, auxiliary), rateDistortion, mse, bpp, auxiliary };
}

/** What the training of a factorised-prior codec minimises, on photographs. The quantiles of the bottleneck have an Adam of their own. */
export function factorizedPriorObjective(
  prior: FactorizedPrior,
  settings: FactorizedPriorSettings,
  data: DataOptions,
): Objective<FactorizedPrior, Phase> {
  const { lambda, auxiliaryRate, batchSize, cropSize, learningRate } = settings;
  const side = cropSize / LATENT_STRIDE;
  const shape = [batchSize, side, side, prior.architecture.latentChannels];
  const rate = (factor: number) => (step: number, progress: number) =>
    learningRateAt({ ...settings, learningRate: factor * learningRate }, step, progress);
  return {
    system: prior,
    description: { lambda },
    optimizer: partition({
      'entropy_bottleneck/quantiles': adam({ learningRate: rate(auxiliaryRate) }),
      '*': chain(clipByNorm(LARGEST_NORM), adam({ learningRate: rate(1) })),
    }),
    // Not by the loss of the quantiles, which is far larger for a long time and says nothing of pictures.
    validate: { measure: 'rateDistortion', better: 'less' },
    batches: (ask) => openPhotographStream({ ...settings, data, ...ask }),
    phaseAt: (_step, _progress, purpose) =>
      purpose === 'validate' ? { key: 'rounded' } : { key: 'noisy', noise: { uniform: { shape, kind: 'uniform' } } },
    loss({ images, uniform }) {
      const originals = images as tf.Tensor4D;
      // A process that shares a batch with others takes as much noise as it has images.
      const noise = uniform && tf.sub(tf.slice(uniform, 0, originals.shape[0]), 0.5);
      return factorizedPriorLoss(prior, originals, lambda, noise);
    },
    status: ({ mse }) => ({ psnr: 10 * Math.log10(255 ** 2 / mse) }),
    progress: ({ psnr, bpp }) => [`PSNR of mean error ${psnr.toFixed(2)} dB`, `${bpp.toFixed(3)} bpp estimated`],
    pictures({ images }) {
      const first = () => tf.slice(images as tf.Tensor4D, [0, 0, 0, 0], [1, -1, -1, -1]);
      const [input] = toPictures(first);
      const [decoded] = toPictures(() => prior.apply(first()).decoded);
      return { input, decoded };
    },
  };
}
