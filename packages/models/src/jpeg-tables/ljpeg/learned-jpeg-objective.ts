import { openPhotographStream } from '@sandwich/data';
import { tf } from '@sandwich/engine';
import {
  adam,
  chain,
  type DataOptions,
  frozen,
  type Objective,
  type Optimizer,
  type Phase,
  partition,
  project,
} from '@sandwich/trainer';
import { decayingRate } from '../../training/decaying-rate.js';
import { openPerceivedError } from '../../training/perceived-error.js';
import { reduceCrops } from '../../training/reduce-crops.js';
import { stopGradient } from '../../training/stop-gradient.js';
import type { TableValues } from '../jpeg-tables.js';
import { meanSteps } from '../mean-steps.js';
import { perturbedTables, withTableSigns } from '../perturbed-tables.js';
import { codeLearned, decodeLearned } from './code-learned.js';
import type { LearnedJpeg } from './learned-jpeg.js';
import type { LearnedJpegSettings } from './learned-jpeg-settings.js';
import { learnedStages } from './learned-stages.js';

/** Adam for all parameters, the tables at a rate of their own or not at all, and within 1 to 255. */
function optimizerOf(system: LearnedJpeg, settings: LearnedJpegSettings): Optimizer {
  const { learnTables, tableLearningRate, learningRate } = settings;
  const tables = learnTables
    ? adam({ learningRate: decayingRate(settings, tableLearningRate || learningRate) })
    : frozen();
  return chain(
    partition({ 'tables/*': tables, '*': adam({ learningRate: decayingRate(settings) }) }),
    project('tables/*', ...system.tables.range),
  );
}

/**
 * What LearnedJPEG minimises on photographs:
 *
 *     lambda (squared error + lpipsWeight LPIPS) + tableRegularizer sum 1/q + attentionRegularizer mean(factors) + rateWeight bpp
 *
 * with the squared error in squared gray levels. A factor s on the steps of one training step, where they are spread, goes with lambda s^-stepSpreadPower.
 *
 * @throws Error when weights of LPIPS are needed that cannot be read
 */
export async function openLearnedJpegObjective(
  system: LearnedJpeg,
  settings: LearnedJpegSettings,
  data: DataOptions,
): Promise<Objective<LearnedJpeg>> {
  const { lambda, lpipsWeight, tableRegularizer, attentionRegularizer, rateWeight, stepSpread, stepSpreadPower } =
    settings;
  const { rounding, gradient, rate, radius } = settings;
  const perturbs = gradient === 'perturbation';
  const imagesOf = ({ images }: Record<string, tf.Tensor>) => reduceCrops(images as tf.Tensor4D, settings);
  const error = await openPerceivedError({ lpipsWeight });
  const spread = stepSpread > 1;
  return {
    system,
    description: { lambda, lpipsWeight, tableRegularizer, attentionRegularizer, rateWeight, rate, rounding, gradient },
    optimizer: optimizerOf(system, settings),
    async batches(ask) {
      const stream = await openPhotographStream({ ...settings, data, ...ask });
      if (!stream || !perturbs || ask.purpose !== 'train') return stream;
      return withTableSigns(stream, { ...settings, ...ask });
    },
    phaseAt: (step, _progress, purpose): Phase => {
      if (!spread || purpose === 'validate') return { key: 'tables' };
      const stepScale = stepSpread ** (2 * vanDerCorput(step) - 1);
      return { key: 'spread', scalars: { stepScale, weight: stepScale ** -stepSpreadPower } };
    },
    loss(inputs, _phase, { stepScale, weight }) {
      const originals = imagesOf(inputs);
      const { lumaSigns, chromaSigns } = inputs;
      const coding = { rounding, gradient: perturbs ? 'rounding' : gradient, rate, stepScale } as const;
      const coded = codeLearned(system, originals, coding);
      const { distortion: straight, terms: measured } = error.measure(
        lumaSigns ? stopGradient(coded.decoded) : coded.decoded,
        originals,
      );
      const perturbed = (tables: TableValues) => {
        const decoded = decodeLearned(system, originals, { rounding: 'hard', stepScale, tables });
        return error.measure(decoded, originals).distortion;
      };
      const distortion = lumaSigns
        ? straight.add<tf.Scalar>(perturbedTables(system.tables, perturbed, { lumaSigns, chromaSigns }, radius))
        : straight;
      const pixels = originals.size / 3;
      const bpp = tf.sum<tf.Scalar>(coded.rate).div<tf.Scalar>(pixels);
      const weighed = distortion.mul<tf.Scalar>(lambda);
      const terms: tf.Tensor[] = [weight ? weighed.mul(weight) : weighed];
      if (tableRegularizer > 0) {
        const { luma, chroma } = system.tables.steps();
        const inverse = tf.sum(tf.div(1, luma)).add(tf.sum(tf.div(1, chroma)));
        terms.push(inverse.mul(tableRegularizer));
      }
      const kept = coded.factors && tf.mean<tf.Scalar>(coded.factors);
      if (kept && attentionRegularizer > 0) terms.push(kept.mul(attentionRegularizer));
      if (rateWeight > 0) terms.push(bpp.mul(rateWeight));
      return {
        ...measured,
        loss: tf.addN<tf.Scalar>(terms as tf.Scalar[]),
        bpp,
        ...(kept && { attention: kept }),
      };
    },
    status: ({ mse }) => ({ psnr: 10 * Math.log10(255 ** 2 / mse), ...meanSteps(system.tables) }),
    progress: ({ psnr, bpp, lpips }) => [
      `PSNR of mean error ${psnr.toFixed(2)} dB`,
      `${bpp.toFixed(3)} bpp`,
      ...(lpips === undefined ? [] : [`LPIPS ${lpips.toFixed(4)}`]),
    ],
    pictures: (inputs) => learnedStages(system, () => imagesOf(inputs)),
    dispose: error.dispose,
  };
}

/** The van der Corput sequence: any run of its numbers is spread evenly over [0, 1), and it depends on the step alone. */
function vanDerCorput(step: number): number {
  let [value, digit] = [0, 0.5];
  for (let rest = step + 1; rest > 0; rest = Math.floor(rest / 2), digit /= 2) value += digit * (rest % 2);
  return value;
}
