import { readFileSync } from 'node:fs';
import { ransDecode, ransEncode } from '@sandwich/codecs';
import { startEngine, tf } from '@sandwich/engine';
import { checkGradient } from '@sandwich/engine/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectClose, leakedTensors } from '../../testing/tensors.js';
import { EntropyBottleneck } from './entropy-bottleneck.js';

interface Case {
  filters: number[];
  initScale: number;
  initial: Record<string, number[]>;
  parameters: Record<string, number[]>;
  /** [channels, 8] */
  values: number[];
  likelihood: number[];
  bits: number;
  valueGradient: number[];
  parameterGradients: Record<string, number[]>;
  auxiliaryLoss: number;
  quantileGradient: number[];
  lowest: number[];
  /** Probability of each level of each channel, without the tails. */
  probabilities: number[][];
  cdfs: number[][];
}

/** CompressAI's values, see entropy_bottleneck.py. */
const fixture: { channels: number; tailMass: number; cases: Case[] } = JSON.parse(
  readFileSync(new URL('./fixtures/entropy-bottleneck.json', import.meta.url), 'utf8'),
);

const made = ({ filters, initScale, parameters }: Case): EntropyBottleneck => {
  const prior = new EntropyBottleneck({ channels: fixture.channels, filters, initScale, tailMass: fixture.tailMass });
  for (const [path, variable] of Object.entries(prior.parameters)) {
    variable.assign(tf.tensor(parameters[path], variable.shape));
  }
  return prior;
};

/** [channels, n] numbers as a latent [1, n, channels]. */
const latentOf = (values: number[]): tf.Tensor3D =>
  tf
    .tensor2d(values, [fixture.channels, values.length / fixture.channels])
    .transpose()
    .expandDims<tf.Tensor3D>(0);

const channelsFirst = (x: tf.Tensor): ArrayLike<number> => x.squeeze([0]).transpose().dataSync();

beforeAll(async () => {
  await startEngine();
});

describe('EntropyBottleneck', () => {
  it.each(fixture.cases)(
    'begins as published, filters $filters, scale $initScale',
    ({ filters, initScale, initial }) => {
      const prior = new EntropyBottleneck({ channels: fixture.channels, filters, initScale, seed: 3 });
      for (const [path, variable] of Object.entries(prior.parameters)) {
        if (!path.startsWith('bias')) expectClose(variable.dataSync(), initial[path], 1e-6);
        else expect(variable.dataSync().every((b) => Math.abs(b) <= 0.5)).toBe(true);
      }
      expect(Object.keys(prior.parameters).filter((path) => path.startsWith('bias'))).toHaveLength(filters.length + 1);
    },
  );

  it.each(fixture.cases)('has the likelihoods of the published layer, filters $filters', (example) => {
    const prior = made(example);
    const likelihood = channelsFirst(prior.likelihood(latentOf(example.values)));
    // relative: far in the tails, too, where they are small
    example.likelihood.forEach((expected, i) => {
      expect(Math.abs(likelihood[i] / expected - 1)).toBeLessThan(2e-5);
    });
    const { bits } = prior.apply(latentOf(example.values), tf.zeros([1, 8, 3]));
    expect(bits.dataSync()[0]).toBeCloseTo(example.bits, 3);
  });

  it.each(fixture.cases)('has its gradients, filters $filters', (example) => {
    const prior = made(example);
    const bits = (x: tf.Tensor) => prior.apply(x, tf.zerosLike(x)).bits.sum<tf.Scalar>();
    const { value, grads } = tf.variableGrads(() => bits(latentOf(example.values)));
    expect(value.dataSync()[0]).toBeCloseTo(example.bits, 3);
    for (const [path, expected] of Object.entries(example.parameterGradients)) {
      const size = Math.max(...expected.map(Math.abs));
      expectClose(grads[prior.parameters[path].name].dataSync(), expected, 1e-5 * size);
    }
    expectClose(
      channelsFirst(tf.grad(bits)(latentOf(example.values))),
      example.valueGradient,
      1e-5 * Math.max(...example.valueGradient.map(Math.abs)),
    );
  });

  it.each(fixture.cases)('has its auxiliary loss, which moves the quantiles alone, filters $filters', (example) => {
    const prior = made(example);
    const { value, grads } = tf.variableGrads(() => prior.auxiliaryLoss());
    expect(value.dataSync()[0]).toBeCloseTo(example.auxiliaryLoss, 4);
    for (const [path, variable] of Object.entries(prior.parameters)) {
      const gradient = grads[variable.name]?.dataSync() ?? [0];
      if (path === 'quantiles') expectClose(gradient, example.quantileGradient, 1e-5);
      else expect([...gradient].every((g) => g === 0)).toBe(true);
    }
  });

  it.each(fixture.cases)(
    'makes distributions that need no more bits than the published ones, filters $filters',
    async (example) => {
      const cdfs = await made(example).integerCdfs();
      expect(cdfs.map(({ lowest }) => lowest)).toEqual(example.lowest);
      cdfs.forEach(({ cdf }, channel) => {
        const levels = example.probabilities[channel];
        const exact = [...levels, 1 - levels.reduce((a, b) => a + b)];
        const bits = (shares: ArrayLike<number>) =>
          exact.reduce((sum, p, i) => sum - p * Math.log2((shares[i + 1] - shares[i]) / 65_536), 0);
        const entropy = exact.reduce((sum, p) => sum - p * Math.log2(p), 0);
        expect(cdf.length).toBe(example.cdfs[channel].length);
        expect([cdf[0], cdf[cdf.length - 1]]).toEqual([0, 65_536]);
        expect(bits(cdf)).toBeLessThanOrEqual(bits(example.cdfs[channel]));
        expect(bits(cdf) - entropy).toBeLessThan(1e-4);
      });
    },
  );

  it('rounds to whole distances from the median, and passes gradients straight through', () => {
    const prior = made(fixture.cases[0]);
    const latent = tf.tensor3d([0.6, 0.9, -0.9], [1, 1, 3]);
    // medians 0.25, -0.5, 0.5
    expectClose(prior.apply(latent).values.dataSync(), [0.25, 0.5, -0.5], 1e-6);
    const gradient = tf.grad((x: tf.Tensor) => prior.apply(x).values)(latent, tf.tensor3d([2, 3, 4], [1, 1, 3]));
    expectClose(gradient.dataSync(), [2, 3, 4], 0);
  });

  it('has gradients that numeric ones confirm', () => {
    const prior = made(fixture.cases[1]);
    checkGradient<tf.Tensor3D>((x) => prior.apply(x, tf.zerosLike(x)).bits, latentOf(fixture.cases[1].values).div(4), {
      step: 0.05,
      tolerance: 2e-3,
    });
  });

  it('leads values below the bound back, and gives a finite number of bits anywhere', () => {
    const prior = made(fixture.cases[0]);
    const far = tf.tensor3d([900, -900, 1e6], [1, 1, 3]);
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => prior.apply(x, tf.zerosLike(x)).bits.sum())(far);
    expect(value.dataSync()[0]).toBeCloseTo(3 * Math.log2(1e9), 3);
    expect([...grad.dataSync()].every(Number.isFinite)).toBe(true);
    // below the bound, where float32 still sees the slope
    const right = tf.fill([1, 1, 3], 60);
    const bounded = new EntropyBottleneck({ channels: 3, likelihoodBound: 0.5 });
    const slope = tf.grad((x: tf.Tensor) => bounded.apply(x, tf.zerosLike(x)).bits.sum())(right);
    expect([...slope.dataSync()].every((g) => g > 0)).toBe(true);
  });

  it('gives the bits of each image of a batch', () => {
    const prior = made(fixture.cases[0]);
    const [a, b] = [latentOf(fixture.cases[0].values), latentOf(fixture.cases[0].values).mul(2)] as tf.Tensor3D[];
    const both = prior.apply(tf.concat([a, b]), tf.zeros([2, 8, 3])).bits.dataSync();
    expect(both[0]).toBeCloseTo(fixture.cases[0].bits, 3);
    expectClose([both[1]], prior.apply(b, tf.zerosLike(b)).bits.dataSync(), 1e-3);
  });

  it('costs in bytes of a range coder what it says in bits', async () => {
    const channels = 4;
    const prior = new EntropyBottleneck({ channels, initScale: 4, seed: 2 });
    const medians = prior.medians();
    const latent = tf.randomNormal([1, 50, 40, channels], 0, 3, 'float32', 1);
    const { values, bits } = prior.apply(latent);
    const rounded = values.sub(medians);
    const levels = Int32Array.from(rounded.dataSync(), Math.round);
    const distributions = await prior.integerCdfs();
    const channelOf = (i: number) => i % channels;
    const file = ransEncode(levels, channelOf, distributions);
    expect([...ransDecode(file, levels.length, channelOf, distributions)]).toEqual([...levels]);
    // Quantiles are where they began: some values are escaped, which the estimate knows nothing of.
    expect((8 * file.length) / bits.dataSync()[0]).toBeGreaterThan(0.98);
    expect((8 * file.length) / bits.dataSync()[0]).toBeLessThan(1.1);
    tf.dispose([medians, latent, values, bits, rounded]);
    prior.dispose();
  });

  it('leaves no tensors behind', () => {
    const prior = made(fixture.cases[0]);
    const latent = latentOf(fixture.cases[0].values);
    expect(leakedTensors(() => ({ ...prior.apply(latent) }))).toBe(0);
    expect(
      leakedTensors(() => {
        const { value, grads } = tf.variableGrads(() => prior.auxiliaryLoss());
        return { value, ...grads };
      }),
    ).toBe(0);
    expect(leakedTensors(() => tf.grad((x: tf.Tensor) => prior.apply(x).bits)(latent))).toBe(0);
  });

  it('refuses what it cannot be, and says why', async () => {
    expect(() => new EntropyBottleneck({ channels: 0 })).toThrow(
      'channels must be a whole number of at least 1, got 0',
    );
    expect(() => new EntropyBottleneck({ channels: 2, filters: [3, 1.5] })).toThrow('filters[1] must be');
    expect(() => new EntropyBottleneck({ channels: 2, initScale: 0 })).toThrow('initScale must be positive, got 0');
    expect(() => new EntropyBottleneck({ channels: 2, tailMass: 1 })).toThrow(
      'tailMass must be between 0 and 1, got 1',
    );
    const prior = new EntropyBottleneck({ channels: 2 });
    expect(() => prior.apply(tf.zeros([1, 4, 3]))).toThrow('apply: expected [batch, …, 2], got [1,4,3]');
    expect(() => prior.apply(tf.zeros([1, 4, 2]), tf.zeros([1, 2]))).toThrow('noise is [1,2], the latent [1,4,2]');
    prior.parameters.quantiles.assign(tf.tensor2d([3, 0, 1, -1, 0, 1], [2, 3]));
    await expect(prior.integerCdfs()).rejects.toThrow('channel 0 has the quantiles 3, 0, 1');
  });
});
