import { EncodeDecodeIntra, type EncodeDecodeIntraOptions, roundings } from '@sandwich/codec-proxy';
import { presentEngines, startEngine, tf } from '@sandwich/engine';
import { Sandwich } from '@sandwich/models';
import { beforeAll, describe, expect, it } from 'vitest';
import { adam } from './adam.js';
import { initialState, type TrainingState } from './checkpoint.js';
import { clipGradients } from './gradients.js';
import { ReplayedSteps } from './replayed-steps.js';
import { computeGradients } from './train-step.js';
import { updateWeightAverage } from './weight-average.js';

const STEP = { gamma: 20, rangePenalty: true, codec: true };
const ADAM = { learningRate: 1e-2 };
const unet = { encoderFilters: [4], decoderFilters: [4, 4] };

interface RunSettings extends Gradients {
  jpeg?: boolean;
  averageDecay?: number;
  clipNorm?: number;
  steps?: number;
}
type Gradients = Pick<EncodeDecodeIntraOptions, 'gradient' | 'rateOf' | 'roundingFn'>;

function createModel(useJpegRateModel: boolean, gradients: Gradients = {}): Sandwich {
  const common = { roundingFn: roundings.ste, qstepInit: 7, minQstep: 1 };
  const proxy = new EncodeDecodeIntra({ ...common, useJpegRateModel, ...gradients });
  return new Sandwich({ pre: unet, post: unet, bottleneckChannels: 1, proxy });
}

const batch = (i: number) => tf.randomUniform<tf.Rank.R4>([2, 16, 16, 3], 0, 255, 'float32', i + 1);
const rateFactor = (i: number) => 1 / (1 + i / 10);

const valuesOf = (model: Sandwich, { optimizer, average }: TrainingState) => ({
  parameters: Object.entries(model.parameters).map(([path, value]) => [path, [...value.dataSync()]]),
  optimizer: Object.entries(optimizer).map(([path, { steps, tensors }]) => [
    path,
    steps,
    [...tensors.m.dataSync()],
    [...tensors.v.dataSync()],
  ]),
  average: Object.entries(average).map(([path, value]) => [path, [...value.dataSync()]]),
});

describe.skipIf(!presentEngines().includes('torch'))('ReplayedSteps', () => {
  beforeAll(async () => {
    await startEngine({ engine: 'torch', threads: 1 });
  });

  const run = async (
    { jpeg = false, averageDecay = 0, clipNorm = 0, steps = 10, ...gradients }: RunSettings,
    onRefusal: ((reason: string) => void) | undefined,
  ) => {
    const model = createModel(jpeg, gradients);
    const state = initialState();
    const optimizer = adam(ADAM);
    const replayed = onRefusal && new ReplayedSteps({ model, state, adam: ADAM, clipNorm, averageDecay, onRefusal });
    const losses: number[] = [];
    let replays = 0;
    for (let i = 0; i < steps; i++) {
      const images = batch(i);
      const metrics = await replayed?.take([images], rateFactor(i), i < 7 ? 'first' : 'second', STEP);
      if (metrics) {
        losses.push(metrics.loss, metrics.bpp);
        replays++;
      } else {
        const { metrics, gradients } = computeGradients(model, images, STEP);
        const clipped = clipNorm > 0 ? clipGradients(gradients, clipNorm) : gradients;
        state.optimizer = optimizer.update(model.parameters, clipped, state.optimizer, rateFactor(i));
        if (averageDecay > 0) {
          state.average = updateWeightAverage(state.average, model.parameters, averageDecay, state.step);
        }
        tf.dispose(clipped);
        losses.push(metrics.loss, metrics.bpp);
      }
      state.step++;
      images.dispose();
    }
    replayed?.dispose();
    return { losses, replays, ...valuesOf(model, state) };
  };
  const refused = (reason: string) => {
    throw new Error(reason);
  };

  const projected = { gradient: 'projected', rateOf: 'unrounded' } as const;
  it.each([{ averageDecay: 0.99 }, { jpeg: true }, projected, { jpeg: true, ...projected }])(
    'train as ordinary steps do, bit for bit: %o',
    async (settings) => {
      const [{ replays: none, ...ordinary }, { replays, ...replayed }] = [
        await run(settings, undefined),
        await run(settings, refused),
      ];
      expect([none, replays]).toEqual([0, 8]);
      expect(replayed.losses).toEqual(ordinary.losses);
      expect(replayed).toEqual(ordinary);
    },
  );

  it('clip to rounding', async () => {
    // The factor is computed in another way: a codec that rounds could round to the other side.
    const settings = { clipNorm: 1, steps: 6, roundingFn: roundings.sine };
    const [ordinary, replayed] = [await run(settings, undefined), await run(settings, refused)];
    for (const [i, loss] of replayed.losses.entries()) expect(loss / ordinary.losses[i]).toBeCloseTo(1, 4);
  });

  it('say once why they are ordinary ones', async () => {
    const reasons: string[] = [];
    const model = createModel(false);
    const state = initialState();
    const onRefusal = (reason: string) => reasons.push(reason);
    const replayed = new ReplayedSteps({ model, state, adam: ADAM, clipNorm: 0, averageDecay: 0, onRefusal });
    const images = batch(0);
    const reading = {
      ...STEP,
      distortions: {
        mse: {
          weight: 1,
          measure: (a: tf.Tensor4D, b: tf.Tensor4D) => {
            const error = tf.mean<tf.Tensor1D>(tf.squaredDifference(a, b), [1, 2, 3]);
            return tf.mul<tf.Tensor1D>(error, error.dataSync()[0] > 0 ? 1 : 2);
          },
        },
      },
    };
    for (let i = 0; i < 3; i++) expect(await replayed.take([images], 1, 'kind', reading)).toBe(null);
    expect(reasons).toEqual([
      expect.stringMatching(/the result of aten::mean.* is read in the middle of a recorded step/),
    ]);
  });
});
