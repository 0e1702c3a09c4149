import { openPhotographStream } from '@sandwich/data';
import type { tf } from '@sandwich/engine';
import { rateDistortionLoss } from '@sandwich/losses';
import {
  adam,
  chain,
  type DataOptions,
  learningRateAt,
  type Metrics,
  type Objective,
  project,
} from '@sandwich/trainer';
import { type DistortionMix, loadDistortions, weightsOf } from '../training/distortions.js';
import { reduceCrops } from '../training/reduce-crops.js';
import { codeWithTables } from './code-with-tables.js';
import type { JpegTables } from './jpeg-tables.js';
import type { JpegTablesSettings } from './jpeg-tables-settings.js';
import { meanSteps } from './mean-steps.js';
import { stagePictures } from './stage-pictures.js';

/**
 * The objective of a run that trains quantisation tables on photographs: distortions and rate of what JPEG makes of them. Loads what the
 * distortions need.
 *
 * @throws Error as `loadDistortions`
 */
export async function openJpegTablesObjective(
  system: JpegTables,
  settings: JpegTablesSettings,
  mix: DistortionMix,
  data: DataOptions,
): Promise<Objective<JpegTables>> {
  const { terms, dispose } = await loadDistortions(mix);
  const { gamma, rounding, gradient, rate } = settings;
  const imagesOf = ({ images }: Record<string, tf.Tensor>) => reduceCrops(images as tf.Tensor4D, settings);
  const learningRate = (step: number, progress: number) => learningRateAt(settings, step, progress);
  return {
    system,
    description: { distortion: weightsOf(mix) },
    optimizer: chain(adam({ learningRate }), project('*', ...system.range)),
    batches: (ask) => openPhotographStream({ ...settings, data, ...ask }),
    phaseAt: () => ({ key: 'tables' }),
    loss(inputs) {
      const images = imagesOf(inputs);
      const { decoded, rate: bits } = codeWithTables(system, images, { rounding, gradient, rate });
      const { rangePenalty: _, ...metrics } = rateDistortionLoss(
        { prediction: decoded, target: images, rate: bits, bottleneck: images, gamma, rangePenalty: false },
        terms,
      );
      return metrics as Metrics;
    },
    status({ mse }) {
      return { psnr: 10 * Math.log10(255 ** 2 / mse), ...meanSteps(system) };
    },
    progress: ({ psnr, bpp }) => [`PSNR of mean error ${psnr.toFixed(2)} dB`, `${bpp.toFixed(3)} bpp`],
    pictures: (inputs) => stagePictures(system, () => imagesOf(inputs)),
    dispose,
  };
}
