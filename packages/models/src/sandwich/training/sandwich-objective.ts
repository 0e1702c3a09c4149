import { tf } from '@sandwich/engine';
import { type DistortionTerm, mse, type RateDistortionLoss, rateDistortionLoss } from '@sandwich/losses';
import { largestSample } from '@sandwich/pictures';
import type { Inputs, Metrics, Objective, Phase, TrainingSettings } from '@sandwich/trainer';
import { reduceCrops } from '../../training/reduce-crops.js';
import { type ActiveNetworks, scheduledNetworks } from '../active-networks.js';
import type { Sandwich } from '../sandwich.js';
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

/** Prediction, rate and bottleneck of a batch, with the codec proxy or without. */
function forward(model: Sandwich, images: tf.Tensor4D, codec: boolean, qstepFactor: tf.Scalar | undefined) {
  if (codec) return model.apply(images, qstepFactor && { stepScale: qstepFactor });
  const step = model.proxyStep();
  const bottleneck = model.preprocess(images, { step });
  const [, height, width] = images.shape;
  return {
    prediction: model.postprocess(tf.clipByValue(bottleneck, 0, 255), { height, width, step }),
    rate: tf.zeros([images.shape[0]]) as tf.Tensor1D,
    bottleneck,
  };
}

/**
 * Loss of a batch of images [B, H, W, C] and what it is made of.
 *
 * @param scalars of `qstepScalars`, as tensors
 */
export function lossOf(
  model: Sandwich,
  images: tf.Tensor4D,
  { gamma, rangePenalty, codec, distortions = squaredError }: SandwichLossOptions,
  scalars: Record<string, tf.Scalar> = {},
): RateDistortionLoss {
  const { prediction, rate, bottleneck } = forward(model, images, codec, scalars[QSTEP_FACTOR]);
  const inputs = { prediction, target: images, rate, bottleneck, gamma, rangePenalty };
  const weighted = Object.entries(distortions).map(([name, { weight, measure }]) => [
    name,
    { weight: (codec && scalars[weightOf(name)]) || weight, measure },
  ]);
  return rateDistortionLoss(inputs, Object.fromEntries(weighted));
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
  const { gamma, rangePenalty, qstepSpread, stepsWithoutCodec } = settings;
  const peak = largestSample(settings.bitDepth);
  const imagesOf = ({ images }: Inputs) => reduceCrops(images as tf.Tensor4D, settings);
  return {
    system: model,
    phaseAt(step, progress, purpose) {
      const networks = scheduledNetworks(progress, settings);
      const codec = step >= stepsWithoutCodec;
      const spread = codec && qstepSpread > 1 && purpose === 'train';
      return {
        key: `${networks}, ${codec ? 'with' : 'without'} the codec`,
        networks,
        codec,
        ...(spread && { scalars: qstepScalars(qstepFactorAt(step, qstepSpread), distortions) }),
      };
    },
    loss(inputs, { networks, codec }, scalars) {
      model.setActiveNetworks(networks);
      const options = { gamma, rangePenalty, codec, distortions };
      return lossOf(model, imagesOf(inputs), options, scalars) as unknown as Metrics;
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
