import { readFileSync } from 'node:fs';
import { startEngine, tf } from '@sandwich/engine';
import { checkGradient } from '@sandwich/engine/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CodebookKernel } from '../architecture.js';
import { entropyOfShares } from './entropy.js';
import { nearestEntry, softCodebook } from './soft-codebook.js';

interface Golden {
  z: number[];
  quantizers: (CodebookKernel & {
    soft: number[];
    hard: number[];
    shares: number[];
    entropy: number;
    channelEntropy: number;
  })[];
}
const { z, quantizers }: Golden = JSON.parse(readFileSync(new URL('../fixtures/dcn.json', import.meta.url), 'utf8'));
const RANGE = [-15, 16] as const;

beforeAll(() => startEngine());

const largest = (actual: ArrayLike<number>, expected: number[]) =>
  Math.max(...expected.map((value, i) => Math.abs(value - actual[i])));

describe('softCodebook', () => {
  it.each(quantizers)(
    'is that of float64 to 1e-6: $form, gamma $gamma',
    ({ soft, shares, entropy, channelEntropy, ...kernel }) => {
      tf.tidy(() => {
        const whole = softCodebook(tf.tensor1d(z), RANGE, kernel);
        expect(largest(whole.soft.dataSync(), soft)).toBeLessThan(1e-6);
        expect(largest(whole.shares.dataSync(), shares)).toBeLessThan(1e-6);
        expect(Math.abs(entropyOfShares(whole.shares).dataSync()[0] - entropy)).toBeLessThan(1e-6 * entropy);
        const channels = softCodebook(tf.tensor2d(z, [z.length / 4, 4]), RANGE, kernel, 'channels');
        expect(channels.shares.shape).toEqual([4, 32]);
        expect(Math.abs(entropyOfShares(channels.shares).dataSync()[0] - channelEntropy)).toBeLessThan(1e-6 * entropy);
      });
    },
  );

  it('takes weights that the two forms part in', () => {
    tf.tidy(() => {
      const away = (form: 'code' | 'paper', d: number) => {
        const { shares } = softCodebook(tf.tensor1d([d]), RANGE, { form, gamma: 25, v: 50 });
        const [own, next] = [15, 16].map((i) => shares.dataSync()[i]);
        return next / own;
      };
      // (1 + 12.5 d^2)^-25.5 and (1 + d^2 / 2)^-25.5, of distances 0.4 and 0.6
      expect(away('code', 0.4)).toBeCloseTo((5.5 / 3) ** -25.5, 12);
      expect(away('paper', 0.4)).toBeCloseTo((1.18 / 1.08) ** -25.5, 6);
    });
  });

  it.each(quantizers)('has the gradient of its values and shares: $form, gamma $gamma', ({ form, gamma, v }) => {
    // Between entries, where there is a slope.
    const start = tf.tensor2d([0.47, -1.52, 2.51, 7.46, -9.55, 15.45, -14.48, 3.53], [4, 2]);
    for (const groups of ['all', 'channels'] as const) {
      checkGradient((x) => softCodebook(x, RANGE, { form, gamma, v }, groups).soft, start, {
        step: 4e-3,
        tolerance: 5e-3,
      });
      checkGradient((x) => softCodebook(x, RANGE, { form, gamma, v }, groups).shares, start, {
        step: 4e-3,
        tolerance: 5e-3,
      });
    }
    start.dispose();
  });

  it('keeps no tensors', () => {
    const x = tf.tensor1d([0.4, 1.6]);
    const before = tf.memory().numTensors;
    tf.tidy(() =>
      tf
        .grad((at) => softCodebook(at, RANGE, quantizers[0]).soft)(x)
        .dataSync(),
    );
    expect(tf.memory().numTensors).toBe(before);
    x.dispose();
  });
});

describe('nearestEntry', () => {
  it('is the nearest, the lower of two, and within the codebook', () => {
    tf.tidy(() => {
      const values = [0.5, -0.5, 1.5, 0.4999, 0.5001, -3.2, 40, -40];
      expect([...nearestEntry(tf.tensor1d(values), RANGE).dataSync()].map((x) => x + 0)).toEqual([
        0, -1, 1, 0, 1, -3, 16, -15,
      ]);
      expect([...nearestEntry(tf.tensor1d(z), RANGE).dataSync()].map((x) => x + 0)).toEqual(quantizers[0].hard);
    });
  });
});
