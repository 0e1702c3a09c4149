import { openPhotographStream } from '@sandwich/data';
import { tf } from '@sandwich/engine';
import { loadLpips, mse } from '@sandwich/losses';
import {
  adam,
  chain,
  type DataOptions,
  frozen,
  type Metrics,
  type Objective,
  type Optimizer,
  type Phase,
  partition,
  project,
} from '@sandwich/trainer';
import { decayingRate } from '../../training/decaying-rate.js';
import { lpipsWeightsFile } from '../../training/distortions.js';
import { meanSteps } from '../mean-steps.js';
import { codeLearned } from './code-learned.js';
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
  const { rounding, gradient, rate } = settings;
  const lpips = lpipsWeight > 0 ? await loadLpips({ net: 'alex', weights: lpipsWeightsFile('alex') }) : undefined;
  const spread = stepSpread > 1;
  return {
    system,
    description: { lambda, lpipsWeight, tableRegularizer, attentionRegularizer, rateWeight, rate, rounding, gradient },
    optimizer: optimizerOf(system, settings),
    batches: (ask) => openPhotographStream({ ...settings, data, ...ask }),
    phaseAt: (step, _progress, purpose): Phase => {
      if (!spread || purpose === 'validate') return { key: 'tables' };
      const stepScale = stepSpread ** (2 * vanDerCorput(step) - 1);
      return { key: 'spread', scalars: { stepScale, weight: stepScale ** -stepSpreadPower } };
    },
    loss({ images }, _phase, { stepScale, weight }) {
      const originals = images as tf.Tensor4D;
      const coded = codeLearned(system, originals, { rounding, gradient, rate, stepScale });
      const squared = tf.mean<tf.Scalar>(mse(coded.decoded, originals));
      const perceived = lpips && tf.mean<tf.Scalar>(lpips(coded.decoded, originals));
      const pixels = originals.size / 3;
      const bpp = tf.sum<tf.Scalar>(coded.rate).div<tf.Scalar>(pixels);
      const distortion = perceived ? squared.add<tf.Scalar>(perceived.mul(lpipsWeight)) : squared;
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
        loss: tf.addN(terms as tf.Scalar[]),
        mse: squared,
        bpp,
        ...(perceived && { lpips: perceived }),
        ...(kept && { attention: kept }),
      } as Metrics;
    },
    status: ({ mse }) => ({ psnr: 10 * Math.log10(255 ** 2 / mse), ...meanSteps(system.tables) }),
    progress: ({ psnr, bpp, lpips }) => [
      `PSNR of mean error ${psnr.toFixed(2)} dB`,
      `${bpp.toFixed(3)} bpp`,
      ...(lpips === undefined ? [] : [`LPIPS ${lpips.toFixed(4)}`]),
    ],
    pictures: ({ images }) => learnedStages(system, images as tf.Tensor4D),
    dispose: () => lpips?.dispose(),
  };
}

/** The van der Corput sequence: any run of its numbers is spread evenly over [0, 1), and it depends on the step alone. */
function vanDerCorput(step: number): number {
  let [value, digit] = [0, 0.5];
  for (let rest = step + 1; rest > 0; rest = Math.floor(rest / 2), digit /= 2) value += digit * (rest % 2);
  return value;
}
