import {
  DiffJpegCodec,
  type DiffJpegCodecOptions,
  diffJpegWithRate,
  EncodeDecodeIntra,
  type EncodeDecodeIntraOptions,
  roundings,
} from '@sandwich/codec-proxy';
import { presentEngines, startEngine, tf } from '@sandwich/engine';
import { mse } from '@sandwich/losses';
import { commonSettings, Sandwich, sandwichObjective } from '@sandwich/models';
import { beforeAll, describe, expect, it } from 'vitest';
import { alone, type TrainingGroup } from '../distributed/training-group.js';
import { adam } from '../optimizers/adam.js';
import { average } from '../optimizers/average.js';
import { chain } from '../optimizers/chain.js';
import { clipByNorm } from '../optimizers/clip-by-norm.js';
import { mapPaths } from '../optimizers/optimizer.js';
import { initialState, type TrainingState } from '../run/checkpoint.js';
import type { Objective } from '../system.js';
import type { Inputs, Phase } from './phase.js';
import { TrainingStep, type TrainingStepOptions } from './training-step.js';

type StepObjective = Pick<Objective, 'system' | 'phaseAt' | 'loss'>;

/** A system of some parameters. */
const systemOf = (parameters: Record<string, tf.Variable>) => ({
  kind: 'test',
  architecture: {},
  parameters,
  dispose: () => {},
});

const unet = { encoderFilters: [4], decoderFilters: [4, 4] };

interface RunSettings extends Pick<EncodeDecodeIntraOptions, 'gradient' | 'rateOf' | 'roundingFn' | 'forward'> {
  jpeg?: boolean;
  /** A codec in place of an `EncodeDecodeIntra`. */
  diffJpeg?: DiffJpegCodecOptions;
  channels?: number;
  averageDecay?: number;
  clipNorm?: number;
  accumulate?: number;
  qstepSpread?: number;
}

const batch = (i: number, side = 16) => tf.randomUniform<tf.Rank.R4>([2, side, side, 3], 0, 255, 'float32', i + 1);
const learningRate = (step: number) => 1e-2 / (1 + step / 10);

const valuesOf = (parameters: Record<string, tf.Tensor>) => mapPaths(parameters, (value) => [...value.dataSync()]);
const valuesOfState = ({ optimizer, average }: TrainingState) => ({
  optimizer: mapPaths(optimizer, ({ steps, tensors }) => ({ steps, ...valuesOf(tensors) })),
  average: valuesOf(average),
});
const refused = (reason: string) => {
  throw new Error(reason);
};

const common = { group: alone, seed: 3, onRefusal: refused };

/** Ten steps of a small sandwich, the first half without the pre-processor's U-Net. */
async function run(
  {
    jpeg = false,
    diffJpeg,
    channels = 1,
    averageDecay = 0,
    clipNorm = 0,
    accumulate = 1,
    qstepSpread = 1,
    ...own
  }: RunSettings,
  options: Partial<TrainingStepOptions<Phase>>,
) {
  const intra = () =>
    new EncodeDecodeIntra({
      roundingFn: roundings.ste,
      qstepInit: 7,
      minQstep: 1,
      useJpegRateModel: jpeg,
      convertToYuv: channels === 3,
      downsampleChroma: channels === 3,
      ...own,
    });
  const proxy = diffJpeg ? new DiffJpegCodec(diffJpeg) : intra();
  const model = new Sandwich({ pre: unet, post: unet, bottleneckChannels: channels, proxy });
  const settings = { ...commonSettings, gamma: 20, qstepSpread, mlpsAndPost: 0.5 };
  const state = initialState();
  const optimizer = adam({ learningRate });
  const step = new TrainingStep({
    ...common,
    objective: sandwichObjective({ model, settings }),
    optimizer: clipNorm > 0 ? chain(clipByNorm(clipNorm), optimizer) : optimizer,
    averaging: averageDecay > 0 ? average(averageDecay) : undefined,
    state,
    record: false,
    ...options,
  });
  const metrics: Record<string, number>[] = [];
  for (; state.step < 10; state.step++) {
    const side = channels === 3 ? 32 : 16;
    const batches = Array.from({ length: accumulate }, (_, i) => () => ({ images: batch(10 * i + state.step, side) }));
    metrics.push(await step.take(batches, state.step / 10));
  }
  const result = { metrics, parameters: valuesOf(model.parameters), ...valuesOfState(state) };
  step.dispose();
  model.dispose();
  tf.dispose([Object.values(state.optimizer).map(({ tensors }) => tensors), state.average]);
  return result;
}

/** A process whose peer has the same gradients, and metrics that are twice as large. */
const withPeer: TrainingGroup = {
  ...alone,
  size: 2,
  meanMetrics: async (metrics) => mapPaths(metrics, (value) => (3 * value) / 2) as typeof metrics,
};

describe.skipIf(!presentEngines().includes('torch'))('recorded training steps', () => {
  beforeAll(async () => {
    await startEngine({ engine: 'torch', threads: 1 });
  });

  const projected = { gradient: 'projected', rateOf: 'unrounded' } as const;
  it.each<RunSettings>([
    { averageDecay: 0.99, qstepSpread: 2 },
    { jpeg: true, clipNorm: 1, accumulate: 2 },
    { jpeg: true, ...projected },
    { accumulate: 3, averageDecay: 0.9, clipNorm: 1, qstepSpread: 1.5 },
    { forward: 'real' },
    { forward: 'real', channels: 3, qstepSpread: 2, ...projected },
    {
      diffJpeg: { learn: ['tableY', 'tableC'], rounding: roundings.ste, forward: 'real' },
      channels: 3,
      qstepSpread: 2,
      averageDecay: 0.9,
    },
    { diffJpeg: { learn: ['quality', 'tableY'], quality: 44.4 }, accumulate: 2 },
    { forward: { codec: { code: halved, close: async () => {} }, quality: 3 }, channels: 3 },
  ])('compute what the code computes, bit for bit: %o', async (settings) => {
    const before = tf.memory().numTensors;
    const [ordinary, recorded] = [await run(settings, { record: false }), await run(settings, { record: true })];
    expect(recorded.metrics).toEqual(ordinary.metrics);
    expect(recorded).toEqual(ordinary);
    // The pre-processor's U-Net had no gradient at first.
    expect(recorded.optimizer['pre/scaler'].steps).toBe(5);
    expect(recorded.optimizer['post/scaler'].steps).toBe(10);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('do so with other processes', async () => {
    const [ordinary, recorded] = [
      await run({ accumulate: 2 }, { group: withPeer }),
      await run({ accumulate: 2 }, { group: withPeer, record: true }),
    ];
    expect(recorded).toEqual(ordinary);
    const alone = await run({ accumulate: 2 }, { record: true });
    expect(recorded.parameters).toEqual(alone.parameters);
    expect(recorded.metrics[9].loss).toBe(1.5 * alone.metrics[9].loss);
  });

  it('do so through diffJpeg, with noise and scalars', async () => {
    const runThrough = async (record: boolean) => {
      const x = tf.tidy(() => tf.variable(batch(7)));
      const quality = tf.fill<tf.Rank.R1>([2], 30);
      const objective: StepObjective = {
        system: systemOf({ x }),
        phaseAt: (step) => ({
          key: 'only',
          scalars: { weight: step + 1 / 3 },
          noise: { n: { shape: [2, 16, 16, 3], kind: 'normal' } },
        }),
        loss({ images, n }: Inputs, _, { weight }) {
          const noisy = tf.add<tf.Tensor4D>(x, n);
          const { decoded, rate } = diffJpegWithRate(noisy, quality, { ste: true, forward: 'real' });
          const error = tf.mean(mse(decoded, images as tf.Tensor4D));
          return { loss: tf.add(tf.mul(error, weight), tf.mean(rate)), bits: tf.mean(rate), drawn: tf.mean(n) };
        },
      };
      const state = initialState();
      const step = new TrainingStep({ ...common, objective, optimizer: adam({ learningRate: 1 }), state, record });
      const metrics: Record<string, number>[] = [];
      for (; state.step < 6; state.step++) metrics.push(await step.take([() => ({ images: batch(8) })], 0));
      const result = { metrics, ...valuesOf({ x }) };
      step.dispose();
      return result;
    };
    const [ordinary, recorded] = [await runThrough(false), await runThrough(true)];
    expect(recorded).toEqual(ordinary);
    expect(new Set(recorded.metrics.map(({ drawn }) => drawn)).size).toBe(6);
    expect(recorded.metrics[0].bits).toBeGreaterThan(100);
  });

  it('say once why they are not recorded, and go on', async () => {
    const reasons: string[] = [];
    const x = tf.variable(tf.scalar(3));
    const objective: StepObjective = {
      system: systemOf({ x }),
      phaseAt: () => ({ key: 'only' }),
      loss: () => {
        const square = tf.square(x);
        return { loss: tf.mul(square, square.dataSync()[0] > 0 ? 1 : 2) as tf.Scalar };
      },
    };
    const state = initialState();
    const onRefusal = (reason: string) => void reasons.push(reason);
    const step = new TrainingStep({
      ...common,
      objective,
      optimizer: adam({ learningRate: 1 }),
      state,
      record: true,
      onRefusal,
    });
    const losses: number[] = [];
    for (; state.step < 4; state.step++) losses.push((await step.take([() => ({})], 0)).loss);
    expect(reasons).toEqual([
      expect.stringMatching(/the result of aten::square.* is read in the middle of a recorded step/),
    ]);
    expect(losses[0]).toBe(9);
    expect(losses[3]).toBeLessThan(1);
    step.dispose();
  });

  it('keep the programs of the last four phases', async () => {
    const x = tf.variable(tf.scalar(3));
    let calls = 0;
    const phases = [0, 0, 0, 0, 1, 1, 1, 0, 2, 3, 4, 5, 0, 0, 5];
    const objective: StepObjective = {
      system: systemOf({ x }),
      phaseAt: (step) => ({ key: `${phases[step]}` }),
      loss: () => {
        calls++;
        return { loss: tf.square(x) as tf.Scalar };
      },
    };
    const state = initialState();
    const step = new TrainingStep({ ...common, objective, optimizer: adam({ learningRate: 1 }), state, record: true });
    const code: number[] = [];
    for (; state.step < phases.length; state.step++) {
      const before = calls;
      await step.take([() => ({})], 0);
      code.push(calls - before);
    }
    // Three runs of the code, then replays; phase 0 is forgotten when there were four others since.
    expect(code).toEqual([1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1]);
    step.dispose();
  });
});

/** A codec that decodes half of every sample, in files of 100 bytes. */
function halved(images: { data: Uint8Array; width: number; height: number; channels: number }[]) {
  return images.map((image) => ({
    image: { ...image, data: image.data.map((value) => value >> 1) } as never,
    size: 100,
  }));
}

describe.each(presentEngines())('training steps on %s', (engine) => {
  beforeAll(async () => {
    await startEngine({ engine });
  });

  it.each([false, true])('change nothing when the loss is not finite; recorded: %s', async (record) => {
    const x = tf.variable(tf.scalar(2));
    const objective: StepObjective = {
      system: systemOf({ x }),
      phaseAt: (step) => ({ key: 'only', scalars: { weight: step === 5 ? Number.NaN : 1 } }),
      loss: (_, __, { weight }) => ({ loss: tf.mul(tf.square(x), weight) as tf.Scalar }),
    };
    const state = initialState();
    const step = new TrainingStep({
      ...common,
      objective,
      optimizer: adam({ learningRate: 0.1 }),
      averaging: average(0.9),
      state,
      record: record && engine === 'torch',
    });
    for (; state.step < 5; state.step++) await step.take([() => ({})], 0);
    const before = { ...valuesOf({ x }), ...valuesOfState(state) };
    await expect(step.take([() => ({})], 0)).rejects.toThrow('the loss is NaN');
    expect({ ...valuesOf({ x }), ...valuesOfState(state) }).toEqual(before);
    expect(before.optimizer.x.steps).toBe(5);
    step.dispose();
  });

  it('take the mean of the gradients of several batches', async () => {
    const take = async (factors: number[]) => {
      const x = tf.tidy(() => tf.variable(tf.tensor1d([1, -2])));
      const state = initialState();
      const objective: StepObjective = {
        system: systemOf({ x }),
        phaseAt: () => ({ key: 'only' }),
        loss: ({ factor }) => ({ loss: tf.sum(tf.mul(x, factor)) as tf.Scalar }),
      };
      const step = new TrainingStep({
        ...common,
        objective,
        optimizer: adam({ learningRate: 0.5 }),
        state,
        record: false,
      });
      const { loss } = await step.take(
        factors.map((factor) => () => ({ factor: tf.tensor1d([factor, 3]) })),
        0,
      );
      return { loss, m: [...state.optimizer.x.tensors.m.dataSync()], x: [...x.dataSync()] };
    };
    const { loss, m, x } = await take([1, 2, 6]);
    expect(loss).toBeCloseTo(3 - 6, 6);
    expect(m[0]).toBeCloseTo(0.1 * 3, 6);
    expect(m[1]).toBeCloseTo(0.1 * 3, 6);
    expect(x[0]).toBeCloseTo(0.5, 5);
    expect(x[1]).toBeCloseTo(-2.5, 5);
  });
});
