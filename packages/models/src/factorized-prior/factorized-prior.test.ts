import { readFileSync } from 'node:fs';
import { ransEncode } from '@sandwich/codecs';
import { startEngine, tf } from '@sandwich/engine';
import { checkGradient } from '@sandwich/engine/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { wave } from '../../testing/waves.js';
import { FactorizedPrior } from './factorized-prior.js';
import { gdn } from './network/gdn.js';
import { withWaves } from './testing/with-waves.js';
import { factorizedPriorLoss } from './training/factorized-prior-objective.js';

interface Golden {
  counts: Record<string, number>;
  names: string[];
  gdn: Record<'divide' | 'multiply', Record<'y' | 'x' | 'beta' | 'gamma', number[]>>;
  latent: number[];
  levels: number[];
  likelihoods: number[];
  decoded: number[];
  loss: { bpp_loss: number; mse_loss: number; loss: number };
  auxiliaryLoss: number;
  lowest: number[];
  cdfs: number[][];
  strings: string[];
}
const golden: Golden = JSON.parse(readFileSync(new URL('./fixtures/factorized-prior.json', import.meta.url), 'utf8'));
const [BATCH, HEIGHT, WIDTH, LATENT] = [2, 48, 32, 6];

beforeAll(() => startEngine());

const wavePrior = () => withWaves(new FactorizedPrior({ features: 4, latentChannels: LATENT }));

const images = () =>
  tf.tensor4d(
    wave(BATCH * HEIGHT * WIDTH * 3, 77, 127.5).map((x) => x + 127.5),
    [BATCH, HEIGHT, WIDTH, 3],
  );

function expectClose(values: ArrayLike<number>, expected: number[], tolerance: number): void {
  expect(values.length).toBe(expected.length);
  for (const [i, value] of expected.entries())
    expect(Math.abs(values[i] - value), `value ${i}, ${values[i]} for ${value}`).toBeLessThan(
      tolerance * Math.max(1, Math.abs(value)),
    );
}

describe.each(['divide', 'multiply'] as const)('gdn that is to %s', (direction) => {
  const x = () => tf.tensor4d(wave(24, 1, 2), [1, 4, 2, 3]);
  const beta = () => tf.tensor1d([1.1, 0.6, 1e-4]);
  const gamma = () => tf.tensor2d(wave(9, 5, 0.6), [3, 3]);

  it('computes what CompressAI computes, with its gradients below the bounds of parameters', () => {
    tf.tidy(() => {
      const parameters = { beta: beta(), gamma: gamma() };
      expectClose(gdn(x(), parameters, direction).dataSync(), golden.gdn[direction].y, 1e-4);
      const weights = tf.tensor4d(wave(24, 2, 1), [1, 4, 2, 3]);
      const gradients = tf.grads((input, b, g) =>
        gdn(input as tf.Tensor4D, { beta: b, gamma: g }, direction)
          .mul(weights)
          .sum(),
      )([x(), parameters.beta, parameters.gamma]);
      for (const [i, name] of (['x', 'beta', 'gamma'] as const).entries())
        expectClose(gradients[i].dataSync(), golden.gdn[direction][name], 1e-3);
    });
  });

  it('has the gradients of its differences', () => {
    tf.tidy(() => {
      const inside = [x(), tf.tensor1d([1.1, 0.6, 0.8]), tf.abs(gamma()).add(0.1)];
      checkGradient((input, b, g) => gdn(input as tf.Tensor4D, { beta: b, gamma: g }, direction), inside);
    });
  });
});

describe('FactorizedPrior', () => {
  it('has the parameters of CompressAI', () => {
    for (const [sizes, count] of Object.entries(golden.counts)) {
      const [features, latentChannels] = sizes.split(',').map(Number);
      const prior = new FactorizedPrior({ features, latentChannels });
      expect(Object.values(prior.parameters).reduce((sum, { size }) => sum + size, 0)).toBe(count);
      prior.dispose();
    }
    const prior = wavePrior();
    // The prior's own have an underscore there.
    const names = Object.keys(prior.parameters).map((path) =>
      path.replaceAll('/', '.').replace(/\.(?=matrix|bias\d|factor)/, '._'),
    );
    expect(names.sort()).toEqual(golden.names);
    prior.dispose();
  });

  it('computes what CompressAI computes', async () => {
    const prior = wavePrior();
    const latent = tf.tidy(() => prior.latent(images()).mul<tf.Tensor4D>(4));
    expect(latent.shape).toEqual([BATCH, HEIGHT / 16, WIDTH / 16, LATENT]);
    expectClose(latent.dataSync(), golden.latent, 1e-4);
    tf.tidy(() => {
      const { values, likelihoods, bits } = prior.bottleneck.apply(latent);
      expect([...values.sub(prior.bottleneck.medians()).round().dataSync()].map((level) => level + 0)).toEqual(
        golden.levels,
      );
      expectClose(likelihoods.dataSync(), golden.likelihoods, 1e-5);
      expect(bits.sum().dataSync()[0] / (BATCH * HEIGHT * WIDTH)).toBeCloseTo(golden.loss.bpp_loss, 5);
      const decoded = prior.decode(values.mul(0.1));
      expect(decoded.shape).toEqual([BATCH, HEIGHT, WIDTH, 3]);
      const step = Math.floor(decoded.size / 60);
      const samples = decoded.dataSync().filter((_, i) => i % step === 0);
      expectClose(samples, golden.decoded, 1e-4);
    });
    latent.dispose();
    prior.dispose();
  });

  it('codes levels into the bytes of CompressAI, by its distributions', () => {
    const distributions = golden.cdfs.map((cdf, i) => ({ cdf: Uint32Array.from(cdf), lowest: golden.lowest[i] }));
    const place = (HEIGHT * WIDTH) / 256;
    for (const [image, string] of golden.strings.entries()) {
      const levels = Int32Array.from(
        { length: place * LATENT },
        (_, i) => golden.levels[(image * place + (i % place)) * LATENT + Math.floor(i / place)],
      );
      const bytes = ransEncode(levels, (i) => Math.floor(i / place), distributions);
      expect(Buffer.from(bytes).toString('hex')).toBe(string);
    }
  });

  it('has gradients of both transforms', () => {
    tf.tidy(() => {
      const prior = wavePrior();
      checkGradient((x: tf.Tensor4D) => prior.latent(x), images(), { step: 2, tolerance: 0.01, direction: 'gradient' });
      const latent = tf.tensor4d(wave(24, 3, 1), [1, 2, 2, LATENT]);
      checkGradient((x: tf.Tensor4D) => prior.decode(x), latent, { tolerance: 0.01, direction: 'gradient' });
      prior.dispose();
    });
  });

  it.each([{ features: 0 }, { features: 1.5 }, { latentChannels: 65_536 }])('refuses %o', (options) => {
    expect(() => new FactorizedPrior(options)).toThrow(RangeError);
  });
});

describe('the loss of a factorised prior', () => {
  it("is CompressAI's, and the quantiles' beside it", () => {
    tf.tidy(() => {
      const prior = wavePrior();
      const { loss, mse, bpp, auxiliary, rateDistortion } = factorizedPriorLoss(prior, images(), 0.013);
      const values = [loss, mse, bpp, auxiliary].map((each) => each.dataSync()[0]);
      expect(values[3] / golden.auxiliaryLoss).toBeCloseTo(1, 5);
      expect(values[0] / (0.013 * values[1] + values[2] + values[3])).toBeCloseTo(1, 5);
      expect((values[0] - rateDistortion.dataSync()[0]) / values[3]).toBeCloseTo(1, 4);
      const { decoded, bits } = prior.apply(images());
      expect(values[1] / decoded.sub(images()).square().mean().dataSync()[0]).toBeCloseTo(1, 5);
      expect(values[2]).toBeCloseTo(bits.sum().dataSync()[0] / (BATCH * HEIGHT * WIDTH), 5);
      const { bpp_loss, mse_loss, loss: published } = golden.loss;
      expect(0.013 * 255 ** 2 * mse_loss + bpp_loss).toBeCloseTo(published, 3);
      prior.dispose();
    });
  });

  it('trains densities and transforms, and quantiles by the auxiliary loss alone', () => {
    tf.tidy(() => {
      const prior = wavePrior();
      const noise = tf.tensor4d(wave(BATCH * 6 * LATENT, 9, 0.5), [BATCH, 3, 2, LATENT]);
      const { grads } = tf.variableGrads(() => factorizedPriorLoss(prior, images(), 0.013, noise).loss);
      const gradients = Object.values(prior.parameters).map(({ name }) => grads[name].abs().max().dataSync()[0]);
      expect(Math.min(...gradients)).toBeGreaterThan(0);
      const quantiles = prior.bottleneck.parameters.quantiles;
      const alone = tf.variableGrads(() => prior.bottleneck.auxiliaryLoss(), [quantiles]).grads[quantiles.name];
      expectClose(grads[quantiles.name].dataSync(), [...alone.dataSync()], 1e-5);
      prior.dispose();
    });
  });
});
