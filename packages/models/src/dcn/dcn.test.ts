import { readFileSync } from 'node:fs';
import { startEngine, tf } from '@sandwich/engine';
import { checkGradient } from '@sandwich/engine/testing';
import { trainingDefaults } from '@sandwich/trainer';
import { beforeAll, describe, expect, it } from 'vitest';
import { wave } from '../../testing/waves.js';
import type { CodebookKernel } from './architecture.js';
import { Dcn } from './dcn.js';
import { withWaves } from './testing/with-waves.js';
import { dcnLoss, dcnObjective } from './training/dcn-objective.js';
import { checkDcnSettings, type DcnSettings, dcnSettings } from './training/dcn-settings.js';

interface Golden {
  counts: Record<string, number>;
  networks: {
    features: number;
    height: number;
    width: number;
    latentShape: number[];
    latent: number[];
    decoded: number[];
  }[];
}
const golden: Golden = JSON.parse(readFileSync(new URL('./fixtures/dcn.json', import.meta.url), 'utf8'));

beforeAll(() => startEngine());

const image = (batch: number, height: number, width: number) =>
  tf.tensor4d(
    wave(batch * height * width * 3, 77, 127.5).map((x) => x + 127.5),
    [batch, height, width, 3],
  );

const expectSamples = (tensor: tf.Tensor, expected: number[], tolerance: number) => {
  const values = tensor.dataSync();
  const step = Math.max(1, Math.floor(values.length / 60));
  for (const [i, value] of expected.entries()) {
    expect(Math.abs(values[i * step] - value), `sample ${i}`).toBeLessThan(tolerance);
  }
};

describe('Dcn', () => {
  it('has the parameters of the published codecs', () => {
    expect(golden.counts).toEqual({ 16: 2_408_349, 32: 2_533_293, 64: 2_783_181 });
    for (const features of [16, 32, 64]) {
      const dcn = new Dcn({ features });
      const count = Object.values(dcn.parameters).reduce((sum, { size }) => sum + size, 0);
      expect(count).toBe(golden.counts[features]);
      dcn.dispose();
    }
  });

  it.each(golden.networks)('computes what torch computes, $features channels of $width x $height', (network) => {
    tf.tidy(() => {
      const dcn = withWaves(new Dcn({ features: network.features }), 3);
      const latent = dcn.latent(image(2, network.height, network.width));
      expect(latent.shape).toEqual(network.latentShape);
      expectSamples(latent, network.latent, 1e-4);
      expectSamples(dcn.decode(dcn.quantize(latent)), network.decoded, 1e-2);
      dcn.dispose();
    });
  });

  it('has gradients of encoder and decoder', () => {
    tf.tidy(() => {
      const dcn = withWaves(new Dcn({ features: 4 }), 1);
      checkGradient((x: tf.Tensor4D) => dcn.latent(x), image(1, 16, 16), {
        step: 2,
        tolerance: 0.02,
        direction: 'gradient',
      });
      const latent = tf.tensor4d(wave(16, 3, 1), [1, 2, 2, 4]);
      checkGradient((x: tf.Tensor4D) => dcn.decode(x), latent, { step: 0.01, tolerance: 0.02, direction: 'gradient' });
      dcn.dispose();
    });
  });

  it('clips what it decodes, and lets gradients pass', () => {
    tf.tidy(() => {
      const dcn = new Dcn({ features: 4 });
      dcn.parameters['decoder/conv3/bias'].assign(tf.fill([12], 2));
      const latent = tf.zeros<tf.Rank.R4>([1, 1, 1, 4]);
      expect([...new Set(dcn.decode(latent).dataSync())]).toEqual([255]);
      const { grads } = tf.variableGrads(
        () => dcn.decode(latent).sum().asScalar(),
        [dcn.parameters['decoder/conv3/bias']],
      );
      expect(Object.values(grads)[0].dataSync()[0]).toBeCloseTo(16 * 127.5, 1);
      dcn.dispose();
    });
  });

  it.each([
    { bits: 9 },
    { bits: 0 },
    { features: 3 },
    { features: 129 },
    { features: 16.5 },
    { rounding: 'up' },
    { kernel: { form: 'code', gamma: -1, v: 50 } as CodebookKernel },
    { kernel: { form: 'code', gamma: 1, v: 0 } as CodebookKernel },
    { kernel: { form: 'cubic', gamma: 1, v: 1 } as unknown as CodebookKernel },
  ])('refuses %o', (options) => {
    expect(() => new Dcn(options)).toThrow(RangeError);
  });
});

describe('the loss of a DCN', () => {
  const settings = { entropyWeight: 250, ssimWeight: 0, entropyOf: 'all' } as const;

  it('is that of the published batch, whatever the batch', () => {
    tf.tidy(() => {
      const dcn = withWaves(new Dcn({ features: 4 }), 3);
      const images = image(1, 16, 16);
      const { loss, mse, entropy, bpp } = dcnLoss(dcn, images, settings, false);
      const { decoded } = dcn.apply(images);
      const error = decoded.sub(images).div(255).square().sum().div(2).dataSync()[0];
      const batches = (50 * 128 * 128) / (16 * 16);
      expect(loss.dataSync()[0]).toBeCloseTo(error * batches + 250 * entropy.dataSync()[0], -1);
      expect(mse.dataSync()[0]).toBeCloseTo((2 * error * 255 ** 2) / images.size, 1);
      expect(bpp.dataSync()[0]).toBeCloseTo((entropy.dataSync()[0] * 4) / 64, 5);
      const twice = dcnLoss(dcn, tf.concat([images, images]), settings, true);
      expect(twice.loss.dataSync()[0]).toBeCloseTo(loss.dataSync()[0], -1);
      expect(twice.ssim.dataSync()[0]).toBeLessThan(1);
      dcn.dispose();
    });
  });

  it('has a gradient to the encoder by the entropy, which is taken before rounding', () => {
    tf.tidy(() => {
      const kernel = { form: 'paper', gamma: 5, v: 50 } as const;
      // Without a gradient of the decoded images.
      const dcn = withWaves(new Dcn({ features: 4, kernel, rounding: 'hard' }), 3);
      const images = image(1, 16, 16);
      const bias = dcn.parameters['encoder/conv3/bias'];
      const entropy = () => dcnLoss(dcn, images, settings, false).entropy;
      const slope = Object.values(tf.variableGrads(entropy, [bias]).grads)[0];
      const length = slope.norm().dataSync()[0];
      const [start, step] = [bias.clone(), slope.div(length).mul(0.01)];
      const at = (times: number) => {
        bias.assign(start.add(step.mul(times)));
        return entropy().dataSync()[0];
      };
      expect((at(1) - at(-1)) / 0.02 / length).toBeCloseTo(1, 2);
      dcn.dispose();
    });
  });
});

describe('the objective of a DCN', () => {
  it('ends by the SSIM of what is held back, if it is asked to', () => {
    const dcn = new Dcn({ features: 4 });
    const settings = { ...trainingDefaults, ...dcnSettings, validationImages: 8 };
    const judged = (convergence: number) =>
      dcnObjective(dcn, { ...settings, convergence }, { note: () => {} }).validate;
    expect(judged(0)).toBeUndefined();
    const { measure, better, stop } = judged(1e-3)!;
    expect([measure, better]).toEqual(['ssim', 'more']);
    expect([0.9, 0.91].map((last) => stop!([0.9, 0.9, 0.9, 0.9, 0.9, last]))).toEqual([true, false]);
    dcn.dispose();
  });

  it('is refused for settings that mean nothing', () => {
    const check = (changes: Partial<DcnSettings>) =>
      checkDcnSettings({ ...trainingDefaults, ...dcnSettings, ...changes });
    check({ convergence: 1e-5, validationImages: 1, cropOrder: 'epochs' });
    expect(() => check({ convergence: 1e-5 })).toThrow('set validationImages');
    expect(() => check({ convergence: -1 })).toThrow('convergence must not be negative, got -1');
    expect(() => check({ cropOrder: 'sorted' as 'random' })).toThrow(
      "cropOrder must be one of random, epochs, got 'sorted'",
    );
  });
});
