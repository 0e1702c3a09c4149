import { toPictures } from '@sandwich/codec-proxy';
import { annexKTables } from '@sandwich/codecs';
import { openPhotographStream, Random } from '@sandwich/data';
import { tf } from '@sandwich/engine';
import { adam, type DataOptions, frozen, type Objective, type Phase, partition } from '@sandwich/trainer';
import { learnedRate } from '../jpeg-tables/ljpeg/learned-rates.js';
import { publishedLevels } from '../jpeg-tables/ljpeg/published-levels.js';
import { percentOfAnnexK } from '../jpeg-tables/ljpeg/published-tables.js';
import {
  BLOCK,
  publishedCoefficients,
  publishedImages,
  SIDE,
  stepsOfBlock,
} from '../jpeg-tables/ljpeg/published-transform.js';
import { decayingRate } from '../training/decaying-rate.js';
import { openPerceivedError } from '../training/perceived-error.js';
import type { PreEditor } from './pre-editor.js';
import type { PreEditorSettings } from './pre-editor-settings.js';

const CHANNELS = 3;

/** What JPEG makes of edited pictures, and an estimate of their bits. */
export interface EditedCoding {
  edited: tf.Tensor4D;
  decoded: tf.Tensor4D;
  /** Bits an image, [B]. */
  rate: tf.Tensor1D;
}

/** How gradients pass the rounding and how bits are estimated, as in the settings. */
export type EditedCodingSettings = Pick<PreEditorSettings, 'rounding' | 'gradient'> &
  Partial<Pick<PreEditorSettings, 'rate'>>;

/** Annex K's steps of a block, [192], times a factor in per cent, by the rounding of the published code (see `publishedAnnexK`). */
function scaledSteps(percent: tf.Scalar): tf.Tensor1D {
  const table = (entries: ArrayLike<number>) => tf.tensor1d(Array.from(entries));
  const steps = stepsOfBlock({ luma: table(annexKTables.luma), chroma: table(annexKTables.chroma) });
  return tf.clipByValue(tf.round(steps.mul<tf.Tensor1D>(percent).add<tf.Tensor1D>(50).div<tf.Tensor1D>(100)), 1, 255);
}

/** What the bottleneck estimates: one density for each of Y, Cb and Cr, whatever the frequency. */
function bottleneckBits(system: PreEditor, unrounded: tf.Tensor4D, noise?: tf.Tensor): tf.Tensor1D {
  const [batch, rows, columns] = unrounded.shape;
  const latent = unrounded.reshape([batch, rows, columns, CHANNELS, BLOCK]).transpose([0, 1, 2, 4, 3]);
  return system.bottleneck.apply(latent, noise).bits;
}

/**
 * Edits images and codes them by differentiable JPEG.
 *
 * @param images as the network gets them, [B, H, W, 3], in about [0, 255]
 * @param percent factor on Annex K's tables, see `percentOfAnnexK`
 * @param noise uniform in [-1/2, 1/2), [B, rows, columns, 64, 3], which stands for rounding in the estimate of bits; without it levels are rounded there
 */
export function codeEdited(
  system: PreEditor,
  images: tf.Tensor4D,
  percent: tf.Scalar,
  { rounding, gradient, rate = 'bottleneck' }: EditedCodingSettings,
  { noise, isTraining = false }: { noise?: tf.Tensor; isTraining?: boolean } = {},
): EditedCoding {
  return tf.tidy(() => {
    const edited = system.edit(images, isTraining);
    const steps = scaledSteps(percent);
    const coefficients = publishedCoefficients(edited);
    const { unrounded, levels } = publishedLevels(coefficients, steps, { rounding, gradient });
    const size = images.shape.slice(1, 3) as [number, number];
    const bits =
      rate === 'bottleneck' ? bottleneckBits(system, unrounded, noise) : learnedRate(rate, unrounded, levels);
    return { edited, decoded: publishedImages(levels.mul(steps), size), rate: bits };
  });
}

/**
 * What deep pre-editing minimises on photographs: bits per pixel, plus lambda times the distortions between what JPEG makes of noisy pictures, edited,
 * and the pictures without noise: squared error, lpipsWeight LPIPS and msSsimWeight (1 - MS-SSIM). Where the bottleneck estimates bits, its quantiles
 * follow its densities by a loss and an Adam of their own.
 *
 * @throws Error when weights of LPIPS are needed that cannot be read
 */
export async function openPreEditorObjective(
  system: PreEditor,
  settings: PreEditorSettings,
  data: DataOptions,
): Promise<Objective<PreEditor, Phase>> {
  const { lambda, lpipsWeight, msSsimWeight, stepPower, auxiliaryRate, learningRate, batchSize, cropSize } = settings;
  const { leastQuality, mostQuality, noise: mostNoise, seed, rounding, gradient, rate } = settings;
  const learnsDensities = rate === 'bottleneck';
  const error = await openPerceivedError({ lpipsWeight, msSsimWeight });
  const blocks = cropSize / SIDE;
  return {
    system,
    description: {
      lambda,
      lpipsWeight,
      msSsimWeight,
      stepPower,
      leastQuality,
      mostQuality,
      noise: mostNoise,
      rounding,
      gradient,
      rate,
    },
    optimizer: partition({
      ...(learnsDensities
        ? { 'bottleneck/quantiles': adam({ learningRate: decayingRate(settings, auxiliaryRate * learningRate) }) }
        : { 'bottleneck/*': frozen() }),
      '*': adam({ learningRate: decayingRate(settings) }),
    }),
    batches: (ask) => openPhotographStream({ ...settings, data, ...ask }),
    phaseAt(step, _progress, purpose): Phase {
      const random = new Random(seed, [step, 0, 0]);
      const quality = leastQuality + (mostQuality - leastQuality) * random.uniform();
      if (purpose === 'validate') return { key: 'judged', scalars: { percent: percentOfAnnexK(mostQuality) } };
      return {
        key: 'noisy',
        scalars: { percent: percentOfAnnexK(quality), deviation: 255 * mostNoise * random.uniform() },
        noise: {
          pixels: { shape: [batchSize, cropSize, cropSize, CHANNELS], kind: 'normal' },
          levels: { shape: [batchSize, blocks, blocks, BLOCK, CHANNELS], kind: 'uniform' },
        },
      };
    },
    loss({ images, pixels, levels }, _phase, { percent, deviation }) {
      const originals = images as tf.Tensor4D;
      // A process that shares a batch with others takes as much noise as it has images.
      const ownOf = (noise: tf.Tensor) => tf.slice(noise, 0, originals.shape[0]);
      const seen = pixels ? originals.add<tf.Tensor4D>(ownOf(pixels).mul(deviation)) : originals;
      const noise = levels && ownOf(levels).sub(0.5);
      const options = { noise, isTraining: levels !== undefined };
      const { decoded, rate: bits } = codeEdited(system, seen, percent, { rounding, gradient, rate }, options);
      const { distortion, terms } = error.measure(decoded, originals);
      const weight = percent.div<tf.Scalar>(100).pow<tf.Scalar>(-stepPower).mul<tf.Scalar>(lambda);
      const bpp = tf.sum<tf.Scalar>(bits).div<tf.Scalar>(originals.size / CHANNELS);
      const auxiliary = learnsDensities ? system.bottleneck.auxiliaryLoss() : undefined;
      const parts = [distortion.mul<tf.Scalar>(weight), bpp, ...(auxiliary ? [auxiliary] : [])];
      return { ...terms, loss: tf.addN<tf.Scalar>(parts), bpp, ...(auxiliary && { auxiliary }) };
    },
    status: ({ mse }) => ({ psnr: 10 * Math.log10(255 ** 2 / mse) }),
    progress: ({ psnr, bpp, lpips, msSsim }) => [
      `PSNR of mean error ${psnr.toFixed(2)} dB`,
      `${bpp.toFixed(3)} bpp estimated`,
      ...(lpips === undefined ? [] : [`LPIPS ${lpips.toFixed(4)}`]),
      ...(msSsim === undefined ? [] : [`MS-SSIM ${msSsim.toFixed(4)}`]),
    ],
    pictures({ images }) {
      const [edited, decoded] = (['edited', 'decoded'] as const).map(
        (view) =>
          toPictures(() => {
            const first = tf.slice(images as tf.Tensor4D, [0, 0, 0, 0], [1, -1, -1, -1]);
            const percent = tf.scalar(percentOfAnnexK(mostQuality));
            return codeEdited(system, first, percent, { rounding: 'hard', gradient: 'rounding' })[view];
          })[0],
      );
      const [input] = toPictures(() => tf.slice(images as tf.Tensor4D, [0, 0, 0, 0], [1, -1, -1, -1]));
      return { input, edited, decoded };
    },
    dispose: error.dispose,
  };
}
