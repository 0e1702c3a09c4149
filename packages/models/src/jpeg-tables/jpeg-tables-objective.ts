import { openPhotographStream } from '@sandwich/data';
import { tf } from '@sandwich/engine';
import { rateDistortionLoss, weighDistortions } from '@sandwich/losses';
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
import { stopGradient } from '../training/stop-gradient.js';
import { codeWithTables } from './code-with-tables.js';
import type { JpegTables } from './jpeg-tables.js';
import type { JpegTablesSettings } from './jpeg-tables-settings.js';
import { meanSteps } from './mean-steps.js';
import { perturbedFiles, withTableSigns } from './perturbed-tables.js';
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
  const trained = Object.fromEntries(Object.entries(terms).filter(([, { weight }]) => weight !== 0));
  const { gamma, rounding, gradient, rate } = settings;
  const imagesOf = ({ images }: Record<string, tf.Tensor>) => reduceCrops(images as tf.Tensor4D, settings);
  const learningRate = (step: number, progress: number) => learningRateAt(settings, step, progress);
  return {
    system,
    description: { distortion: weightsOf(mix) },
    optimizer: chain(adam({ learningRate }), project('*', ...system.range)),
    async batches(ask) {
      const stream = await openPhotographStream({ ...settings, data, ...ask });
      if (!stream || gradient !== 'perturbation' || ask.purpose !== 'train') return stream;
      return withTableSigns(stream, { ...settings, ...ask });
    },
    phaseAt: () => ({ key: 'tables' }),
    loss(inputs) {
      const images = imagesOf(inputs);
      const { lumaSigns, chromaSigns } = inputs;
      const { decoded, rate: bits } = codeWithTables(system, images, {
        rounding,
        gradient: gradient === 'perturbation' ? 'rounding' : gradient,
        rate,
      });
      const prediction = lumaSigns ? stopGradient(decoded) : decoded;
      const { rangePenalty: _, ...metrics } = rateDistortionLoss(
        { prediction, target: images, rate: bits, bottleneck: images, gamma, rangePenalty: false },
        terms,
      );
      if (lumaSigns) {
        const distortion = (seen: tf.Tensor4D) => tf.addN<tf.Scalar>(weighDistortions(trained, seen, images).weighed);
        const signs = { lumaSigns, chromaSigns };
        metrics.loss = metrics.loss.add(perturbedFiles(system, images, distortion, signs, settings.radius));
      }
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
