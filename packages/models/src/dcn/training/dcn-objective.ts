import { toPictures } from '@sandwich/codec-proxy';
import { openPhotographStream } from '@sandwich/data';
import { tf } from '@sandwich/engine';
import { uniformSsim } from '@sandwich/losses';
import type { DataOptions, Metrics, Objective, Phase } from '@sandwich/trainer';
import { type Dcn, LATENT_STRIDE } from '../dcn.js';
import type { DcnSettings } from './dcn-settings.js';
import { hasConverged } from './has-converged.js';

/** Half of the samples of the published batch: what its loss is times the mean squared error in [0, 1]. */
const PUBLISHED_SCALE = (50 * 128 * 128 * 3) / 2;

/** What the loss of a DCN is made of. */
export type DcnLossSettings = Pick<DcnSettings, 'entropyWeight' | 'ssimWeight' | 'entropyOf'>;

/**
 * Loss of a batch, of any size, in the units of the published one of 50 patches of 128x128 pixels:
 *
 *     half the sum of squared errors in [0, 1] + ssimWeight (1 - SSIM of `uniformSsim`) + entropyWeight (bits per symbol)
 *
 * @param images [B, H, W, 3] in [0, 255]
 * @param withSsim whether SSIM is told where the loss does without it
 * @param rate of a network of a range of rates, at which the entropy weighs 4^(rateOctaves (1/2 - rate)) times as much as given: errors go with the square of
 *   the quantiser step
 */
export function dcnLoss(
  dcn: Dcn,
  images: tf.Tensor4D,
  { entropyWeight, ssimWeight, entropyOf }: DcnLossSettings,
  withSsim: boolean,
  rate?: number,
): Metrics {
  const { features, rateOctaves } = dcn.architecture;
  const { decoded, entropy } = dcn.apply(images, entropyOf, rate);
  const weight = rate === undefined ? entropyWeight : entropyWeight * 4 ** (rateOctaves * (0.5 - rate));
  const mse = tf.mean<tf.Scalar>(tf.squaredDifference(decoded, images));
  const similarity = withSsim || ssimWeight > 0 ? tf.mean<tf.Scalar>(uniformSsim(decoded, images)) : undefined;
  const terms = [tf.mul(mse, PUBLISHED_SCALE / 255 ** 2), tf.mul(entropy, weight)];
  if (similarity && ssimWeight > 0) terms.push(tf.mul(tf.sub(1, similarity), ssimWeight));
  return {
    loss: tf.addN<tf.Scalar>(terms as tf.Scalar[]),
    mse,
    entropy,
    bpp: tf.mul(entropy, features / LATENT_STRIDE ** 2),
    ...(similarity && { ssim: similarity }),
  };
}

/** Mean metrics of losses at several rates. */
function meanOf(losses: readonly Metrics[]): Metrics {
  const mean = (name: string) => tf.mean<tf.Scalar>(tf.stack(losses.map((metrics) => metrics[name])));
  return Object.fromEntries(Object.keys(losses[0]).map((name) => [name, mean(name)])) as Metrics;
}

/** The rates at which a step of a network of a range of rates is taken; all steps of one key have the same. */
interface DcnPhase extends Phase {
  rates: readonly (number | undefined)[];
}

/** What a DCN's training minimises, on photographs. A network of a range of rates takes its steps at one of them after the other. */
export function dcnObjective(dcn: Dcn, settings: DcnSettings, data: DataOptions): Objective<Dcn, DcnPhase> {
  const count = dcn.architecture.rates;
  const rates = count === 1 ? [undefined] : Array.from({ length: count }, (_, i) => i / (count - 1));
  const { entropyWeight, ssimWeight, entropyOf, convergence } = settings;
  return {
    system: dcn,
    description: { entropyWeight, ssimWeight, entropyOf },
    ...(convergence > 0 && {
      validate: { measure: 'ssim', better: 'more', stop: (history) => hasConverged(history, convergence) },
    }),
    batches: (ask) => openPhotographStream({ ...settings, data, ...ask }),
    phaseAt: (step, _progress, purpose) =>
      purpose === 'validate' || count === 1
        ? { key: purpose, rates }
        : { key: `${purpose}-${step % count}`, rates: [rates[step % count]] },
    loss: ({ images }, { key, rates }) =>
      meanOf(rates.map((rate) => dcnLoss(dcn, images as tf.Tensor4D, settings, key === 'validate', rate))),
    status: ({ mse }) => ({ psnr: 10 * Math.log10(255 ** 2 / mse) }),
    progress: ({ psnr, bpp }) => [`PSNR of mean error ${psnr.toFixed(2)} dB`, `${bpp.toFixed(3)} bpp estimated`],
    pictures({ images }) {
      const [height, width] = images.shape.slice(1, 3);
      const input = tf.slice(images as tf.Tensor4D, [0, 0, 0, 0], [1, height, width, 3]);
      const decoded = tf.tidy(() => dcn.decode(dcn.quantize(dcn.latent(input))));
      const pictures = { input: toPictures(input)[0], decoded: toPictures(decoded)[0] };
      tf.dispose([input, decoded]);
      return pictures;
    },
  };
}
