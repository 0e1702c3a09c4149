import { tf } from '@sandwich/engine';
import {
  type Distortion,
  type DistortionTerm,
  mse,
  type RateDistortionLoss,
  rateDistortionLoss,
  type WeighedDistortion,
} from '@sandwich/losses';
import { largestSample } from '@sandwich/pictures';
import type { Inputs, Metrics, Objective, Phase, TrainingSettings } from '@sandwich/trainer';
import { reduceCrops } from '../../training/reduce-crops.js';
import { type ActiveNetworks, scheduledNetworks } from '../active-networks.js';
import { levelsOf } from '../processor/companding-curve.js';
import type { Sandwich } from '../sandwich.js';
import { exponentAt, MIDDLE_EXPONENT } from './exponent-at.js';
import { exposureAt } from './exposure-at.js';
import { qstepFactorAt } from './qstep-factor.js';
import type { SandwichSettings } from './sandwich-settings.js';
import { stagePictures } from './stage-pictures.js';

/** What the loss of a sandwich is made of. */
export interface SandwichLossOptions {
  /** Weight of rate in bits against distortion. */
  gamma: number;
  /** By name; default the squared error. `mse` has to be among them. */
  distortions?: Record<string, DistortionTerm>;
  rangePenalty: boolean;
  /** Whether the bottleneck goes through the codec proxy; without it the rate is zero. */
  codec: boolean;
}

/** The phase of a sandwich's training. */
export interface SandwichPhase extends Phase {
  /** The networks that take part. */
  networks: ActiveNetworks;
  codec: boolean;
}

const squaredError = { mse: { weight: 1, measure: mse } };

const QSTEP_FACTOR = 'qstepFactor';
const EXPONENT = 'exponent';
const EXPOSURE = 'exposure';
const weightOf = (name: string): string => `weight of ${name}`;

/**
 * The numbers of a step whose quantiser step is multiplied by a factor. Distortions, which grow with its square, are divided by that square: the
 * rate at which bits and distortion are traded moves with the step.
 */
export function qstepScalars(
  factor: number,
  distortions: Record<string, DistortionTerm> = squaredError,
): Record<string, number> {
  const weights = Object.entries(distortions).filter(([, { weight }]) => weight > 0);
  return {
    [QSTEP_FACTOR]: factor,
    ...Object.fromEntries(weights.map(([name, { weight }]) => [weightOf(name), factor ** -2 * weight])),
  };
}

/** The number of a step behind a companding curve of an exponent. */
export const exponentScalar = (exponent: number): Record<string, number> => ({ [EXPONENT]: exponent });

/** Prediction, rate and bottleneck of a batch, with the codec proxy or without. */
function forward(model: Sandwich, images: tf.Tensor4D, codec: boolean, scalars: Record<string, tf.Scalar>) {
  const { [QSTEP_FACTOR]: stepScale, [EXPONENT]: exponent } = scalars;
  if (codec) return model.apply(images, stepScale && { stepScale }, { exponent });
  const step = model.proxyStep();
  const bottleneck = model.preprocess(images, { step, exponent });
  const [, height, width] = images.shape;
  return {
    prediction: model.postprocess(tf.clipByValue(bottleneck, 0, 255), { height, width, step, exponent }),
    rate: tf.zeros([images.shape[0]]) as tf.Tensor1D,
    bottleneck,
  };
}

/** Name of the squared error in levels of the companding curve, which has the weight of `mse`. */
const MSE_OF_LEVELS = 'mse-of-levels';

/**
 * Distortions and weights of a step. Behind a companding curve squared errors are those of its levels, as many as there are of light: weighed as those of
 * light, a step would see the noise of highlights and little else.
 */
function weighted(
  { peak }: Sandwich,
  { codec, distortions = squaredError }: SandwichLossOptions,
  scalars: Record<string, tf.Scalar>,
): Record<string, WeighedDistortion> {
  const terms = Object.fromEntries(
    Object.entries(distortions).map(([name, { weight, measure }]) => [
      name,
      { weight: (codec && scalars[weightOf(name)]) || weight, measure },
    ]),
  );
  const { [EXPONENT]: exponent } = scalars;
  if (!exponent) return terms;
  const ofLevels: Distortion = (prediction, target) =>
    tf.tidy(() => mse(levelsOf(prediction, exponent, peak), levelsOf(target, exponent, peak)));
  return {
    ...terms,
    mse: { ...terms.mse, weight: 0 },
    [MSE_OF_LEVELS]: { weight: terms.mse.weight, measure: ofLevels },
  };
}

/**
 * Loss of a batch of images [B, H, W, C] and what it is made of.
 *
 * @param scalars of `qstepScalars` and `exponentScalar`, as tensors
 */
export function lossOf(
  model: Sandwich,
  images: tf.Tensor4D,
  options: SandwichLossOptions,
  scalars: Record<string, tf.Scalar> = {},
): RateDistortionLoss {
  const { gamma, rangePenalty, codec } = options;
  const { prediction, rate, bottleneck } = forward(model, images, codec, scalars);
  const inputs = { prediction, target: images, rate, bottleneck, gamma, rangePenalty };
  return rateDistortionLoss(inputs, weighted(model, options, scalars));
}

/** Options of `sandwichObjective`. */
export interface SandwichObjectiveOptions {
  model: Sandwich;
  settings: Omit<SandwichSettings, keyof TrainingSettings | 'batchSize' | 'validationImages'>;
  /** What is traded against the rate; default the squared error. */
  distortions?: Record<string, DistortionTerm>;
}

/** What a sandwich's training minimises: rate and distortion of its images, which inputs name `images`. It opens no batches. */
export type SandwichObjective = Omit<Objective<Sandwich, SandwichPhase>, 'batches'>;

/** What a sandwich's training minimises, and what it tells and shows meanwhile. */
export function sandwichObjective({ model, settings, distortions }: SandwichObjectiveOptions): SandwichObjective {
  const { gamma, rangePenalty, qstepSpread, exposures, stepsWithoutCodec } = settings;
  const postOnly = settings.train === 'post';
  const peak = largestSample(settings.bitDepth);
  const imagesOf = ({ images }: Inputs) => reduceCrops(images as tf.Tensor4D, settings);
  return {
    system: model,
    phaseAt(step, progress, purpose) {
      const networks = postOnly ? 'full' : scheduledNetworks(progress, settings);
      const codec = step >= stepsWithoutCodec;
      const training = purpose === 'train';
      const scalars = {
        ...(training && codec && qstepSpread > 1 && qstepScalars(qstepFactorAt(step, qstepSpread), distortions)),
        ...(model.companding && exponentScalar(training ? exponentAt(step) : MIDDLE_EXPONENT)),
        ...(training && exposures > 1 && { [EXPOSURE]: exposureAt(step, exposures) }),
      };
      return {
        key: `${networks}, ${codec ? 'with' : 'without'} the codec`,
        networks,
        codec,
        ...(Object.keys(scalars).length > 0 && { scalars }),
      };
    },
    loss(inputs, { networks, codec }, scalars) {
      model.setActiveNetworks(networks);
      const options = { gamma, rangePenalty, codec, distortions };
      const { [EXPOSURE]: exposure } = scalars;
      const images = imagesOf(inputs);
      const exposed = exposure ? tf.minimum<tf.Tensor4D>(images.mul(exposure), peak) : images;
      return lossOf(model, exposed, options, scalars) as unknown as Metrics;
    },
    status: (mean) => ({ psnr: 10 * Math.log10(peak ** 2 / mean.mse), ...model.proxy.status?.() }),
    progress: ({ psnr, bpp }) => [`PSNR of mean error ${psnr.toFixed(2)} dB`, `${bpp.toFixed(3)} bpp`],
    pictures(inputs) {
      const images = tf.tidy(() => tf.clone(imagesOf(inputs)));
      try {
        return stagePictures(model, images, peak);
      } finally {
        images.dispose();
      }
    },
  };
}
