import { roundings } from '@sandwich/codec-proxy';
import { openLabelledStream } from '@sandwich/data';
import type { tf } from '@sandwich/engine';
import { adam, chain, type DataOptions, learningRateAt, type Objective, project } from '@sandwich/trainer';
import { orDispose } from '../../training/or-dispose.js';
import { stopGradient } from '../../training/stop-gradient.js';
import type { JpegTables } from '../jpeg-tables.js';
import { meanSteps } from '../mean-steps.js';
import { perturbedFiles, withTableSigns } from '../perturbed-tables.js';
import { stagePictures } from '../stage-pictures.js';
import { codeSoftly } from './code-softly.js';
import { openJ4dPictures } from './j4d-pictures.js';
import type { J4dSettings } from './j4d-settings.js';
import { loadRecognisers } from './load-recognisers.js';
import { recognitionLoss } from './recognition-loss.js';
import { softRates } from './soft-rates.js';
import { startDensities } from './start-densities.js';

/**
 * The objective of tables for recognition (J4D): what frozen classifiers lose when they see decoded pictures, and the rate, over soft
 * quantisers.
 *
 * @param images what is taken from `SANDWICH_DATA` where no images are named
 */
export async function openJ4dObjective(
  system: JpegTables,
  settings: J4dSettings,
  data: DataOptions,
  images: string,
): Promise<Objective<JpegTables>> {
  const recognisers = await loadRecognisers(settings);
  const dispose = () => {
    for (const recogniser of recognisers) recogniser.dispose();
  };
  const pictures = await orDispose({ dispose }, openJ4dPictures(settings, data, images));
  const {
    lambda,
    mse,
    gradient,
    radius,
    target,
    rate,
    rounding,
    forward,
    alpha,
    hardness,
    finalHardness,
    support,
    bits,
    jpegDlWindow,
    seed,
  } = settings;
  const window = { support, bits, compat: jpegDlWindow ? ('jpeg-dl' as const) : undefined };
  const learningRate = (step: number, progress: number) => learningRateAt(settings, step, progress);
  return {
    system,
    description: {
      recognisers: settings.recognisers,
      lambda,
      rate,
      forward,
      ...(rounding !== 'soft' && { rounding }),
      ...(gradient !== 'rounding' && { gradient }),
      target,
      mse,
    },
    optimizer: chain(adam({ learningRate }), project('luma', ...system.range), project('chroma', ...system.range)),
    async batches({ purpose, position, share }) {
      if (purpose === 'validate') return null;
      const stream = openLabelledStream({ ...settings, pictures, seed, purpose, position, share, note: data.note });
      return gradient === 'perturbation' ? withTableSigns(stream, { ...settings, position }) : stream;
    },
    async begin() {
      if (system.densities) await startDensities(system.densities, system.fileTables(), pictures);
    },
    phaseAt: (_, progress) => ({
      key: 'tables',
      scalars: { hardness: hardness * (finalHardness / hardness) ** progress },
    }),
    loss({ images, labels, lumaSigns, chromaSigns }, _, scalars) {
      const originals = images as tf.Tensor4D;
      const soft = alpha > 0 ? { alpha } : { hardness: scalars.hardness };
      const { decoded, rate: imageBits } = codeSoftly(system, originals, {
        ...soft,
        ...window,
        forward,
        rounding: rounding === 'soft' ? undefined : roundings[rounding],
        rateModel: softRates[rate](system),
      });
      const judge = recognitionLoss(recognisers, { images: originals, labels }, target);
      const losses = (seen: tf.Tensor4D) => {
        const { task, accuracy } = judge(seen);
        const squares = seen.sub(originals).square().mean<tf.Scalar>();
        return { task, accuracy, mse: squares, loss: task.add<tf.Scalar>(squares.mul(mse)) };
      };
      const { loss: straight, ...metrics } = losses(lumaSigns ? stopGradient(decoded) : decoded);
      const distortion = lumaSigns
        ? straight.add<tf.Scalar>(
            perturbedFiles(system, originals, (seen) => losses(seen).loss, { lumaSigns, chromaSigns }, radius),
          )
        : straight;
      const [, height, width] = originals.shape;
      const bpp = imageBits.mean().div<tf.Scalar>(height * width);
      return { loss: distortion.add<tf.Scalar>(bpp.mul(lambda)), ...metrics, bpp };
    },
    status: () => meanSteps(system),
    progress: ({ accuracy, bpp }) => [`${(100 * accuracy).toFixed(1)} % right`, `${bpp.toFixed(3)} bpp`],
    pictures: ({ images }) => stagePictures(system, () => images.clone() as tf.Tensor4D),
    dispose,
  };
}
