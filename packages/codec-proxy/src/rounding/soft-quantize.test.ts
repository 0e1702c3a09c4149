import { presentEngines, recordStep, startEngine, tf } from '@sandwich/engine';
import { checkGradient } from '@sandwich/engine/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectClose, leakedTensors } from '../../testing/tensors.js';
import { sampleLevels } from './sample-levels.js';
import { softProbabilities } from './soft-probabilities.js';
import { type SoftQuantizeOptions, softQuantize, softRounding } from './soft-quantize.js';

/** Levels and probabilities as the definition has them, in float64. */
function byDefinition(c: number, q: number, alpha: number, levels: number[]) {
  const exponents = levels.map((k) => -alpha * (c - q * k) ** 2);
  const largest = Math.max(...exponents);
  const weights = exponents.map((e) => Math.exp(e - largest));
  const total = weights.reduce((sum, w) => sum + w);
  const p = weights.map((w) => w / total);
  const mean = (f: (k: number) => number) => levels.reduce((sum, k, i) => sum + p[i] * f(k), 0);
  const covariance = (f: (k: number) => number, g: (k: number) => number) =>
    mean((k) => f(k) * g(k)) - mean(f) * mean(g);
  const point = (k: number) => q * k;
  return {
    value: mean(point),
    // The closed forms of the paper's derivation.
    toC: 2 * alpha * covariance(point, point),
    toQ: mean((k) => k) + 2 * alpha * covariance(point, (k) => k * (c - q * k)),
    toAlpha: -covariance(point, (k) => (c - q * k) ** 2),
  };
}

function windowAt(x: number, low: number, high: number): number[] {
  const start = Math.min(Math.max(Math.floor(x + 0.5) - 2, low), high - 4);
  return [0, 1, 2, 3, 4].map((i) => start + i);
}

const every = (low: number, high: number) => Array.from({ length: high - low + 1 }, (_, i) => low + i);

const valueAndGradients = (c: number[], q: number, options: SoftQuantizeOptions & { alpha: number }) =>
  tf.tidy(() => {
    const { alpha, ...support } = options;
    // One step and one hardness for each coefficient, so that each has gradients of its own.
    const inputs = [tf.tensor1d(c), tf.fill([c.length], q), tf.fill([c.length], alpha)];
    const { value, grads } = tf.valueAndGrads((...args) =>
      softQuantize(args[0], args[1], { ...support, alpha: args[2] }),
    )(inputs, tf.ones([c.length]));
    return [value, ...grads].map((tensor) => Array.from(tensor.dataSync()));
  });

const relative = (actual: number[], expected: number[], tolerance: number) => {
  const scale = Math.max(...expected.map(Math.abs), 1e-6);
  expectClose(actual, expected, tolerance * scale);
};

describe.each(presentEngines())('softQuantize on %s', (engine) => {
  beforeAll(async () => {
    await startEngine({ engine });
  });

  it('has the values of table 4 of J4D', () => {
    const at = (options: Omit<SoftQuantizeOptions, 'alpha'>, alpha: number) =>
      softQuantize(tf.scalar(0.5), 1, { ...options, alpha }).dataSync()[0];
    expect(at({}, 1)).toBeCloseTo(0.5027, 4);
    expect(at({ support: 'all' }, 1)).toBeCloseTo(0.5, 5);
    expect(at({}, 100)).toBeCloseTo(0.5, 6);
    expect(at({ support: 'all' }, 100)).toBeCloseTo(0.5, 6);
  });

  // On both sides of thresholds, near and far from 0, and beyond both ends of an alphabet of 4 bits, -7 to 8, at a step of 4, all exact in float32.
  const coefficients = [
    -40, -29.875, -26.125, -10.25, -2, -1.875, 0, 0.125, 1.875, 2.125, 6.25, 17.5, 29.75, 30.25, 33, 40,
  ];

  it.each([0.0625, 0.25, 2])('computes the closed forms, at alpha %d', (alpha) => {
    for (const support of ['nearest5', 'all'] as const) {
      const [value, toC, toQ, toAlpha] = valueAndGradients(coefficients, 4, { alpha, support, bits: 4 });
      const expected = coefficients.map((c) =>
        byDefinition(c, 4, alpha, support === 'all' ? every(-7, 8) : windowAt(c / 4, -7, 8)),
      );
      relative(
        value,
        expected.map((e) => e.value),
        2e-6,
      );
      for (const [name, gradient] of Object.entries({ toC, toQ, toAlpha })) {
        relative(
          gradient,
          expected.map((e) => e[name as 'toC' | 'toQ' | 'toAlpha']),
          2e-5,
        );
      }
    }
  });

  it('reaches the top of the alphabet, which the published code does not', () => {
    const top = (compat?: 'jpeg-dl') => softQuantize(tf.scalar(100), 1, { alpha: 100, bits: 4, compat }).dataSync()[0];
    expect(top()).toBeCloseTo(8, 5);
    expect(top('jpeg-dl')).toBeCloseTo(7, 5);
    const bottom = softQuantize(tf.scalar(-100), 1, { alpha: 100, bits: 4 }).dataSync()[0];
    expect(bottom).toBeCloseTo(-7, 5);
    // Alphabets of JPEG's own size.
    expect(softQuantize(tf.scalar(2000), 1, { alpha: 100 }).dataSync()[0]).toBeCloseTo(1024, 4);
    expect(softQuantize(tf.scalar(-2000), 1, { alpha: 100, support: 'all' }).dataSync()[0]).toBeCloseTo(-1023, 4);
  });

  it('nearest5 is all of the alphabet but for the mass that it leaves out', () => {
    const c = tf.linspace(-3, 3, 49);
    const difference = (alpha: number) =>
      softQuantize(c, 1, { alpha })
        .sub(softQuantize(c, 1, { alpha, bits: 8, support: 'all' }))
        .abs()
        .max()
        .dataSync()[0];
    expect(difference(1)).toBeGreaterThan(0.002);
    expect(difference(1)).toBeLessThan(0.00275);
    expect(difference(4)).toBeLessThan(1e-5);
  });

  it('gradients are slopes, with steps and hardness that broadcast, also where the hardness follows the step', () => {
    const c = tf.randomUniform([2, 3, 4], -6, 6, 'float32', 5);
    const q = tf.tensor1d([1.5, 2, 2.5, 3]);
    const check = { step: 4e-3, tolerance: 1e-2, direction: 'gradient' } as const;
    checkGradient((x, steps, alpha) => softQuantize(x, steps, { alpha }), [c, q, tf.scalar(1.5)], check);
    checkGradient((x, steps) => softQuantize(x, steps, { alpha: tf.div(4, steps.square()) }), [c, q], check);
    const gradients = tf.grads((x, steps, alpha) => softQuantize(x, steps, { alpha }))([c, q, tf.scalar(0.1)]);
    expect(gradients.map(({ shape }) => shape)).toEqual([[2, 3, 4], [4], []]);
  });

  it('is a rounding of proxies in units of the step', () => {
    const x = tf.linspace(-3, 3, 61);
    const levels = softQuantize(x.mul(7), 7, { alpha: 4 / 49 }).div(7);
    expectClose(softRounding({ hardness: 4 })(x).dataSync(), levels.dataSync(), 1e-6);
    expectClose(softRounding({ alpha: 4 / 49 })(x, tf.scalar(7)).dataSync(), levels.dataSync(), 1e-6);
    expect(() => softRounding({ alpha: 100 })(x)).toThrow('alpha needs the quantiser steps');
    expect(() => softRounding({ alpha: 100, hardness: 4 })).toThrow('give hardness or alpha, got 4 and 100');
  });

  it('refuses steps, hardness and alphabets that make no sense', () => {
    expect(() => softQuantize(tf.scalar(1), tf.tensor1d([1, 0]), { alpha: 1 })).toThrow(
      'softQuantize: q must be positive and finite, got 0',
    );
    expect(() => softQuantize(tf.scalar(1), 1, { alpha: -1 })).toThrow(
      'softQuantize: alpha must be positive and finite, got -1',
    );
    expect(() => softQuantize(tf.scalar(1), 1, { alpha: 1, bits: 2 })).toThrow(
      'bits must be a whole number of 3 to 16, got 2',
    );
    expect(() => softRounding({ hardness: 0 })).toThrow('softRounding: hardness must be positive and finite, got 0');
  });

  it('probabilities are those of the levels, and their gradients slopes', () => {
    const x = tf.tensor1d([-9.2, -0.5, 0.1, 3.49, 7.9]);
    const { probabilities, first } = softProbabilities(x, tf.scalar(1.5), { bits: 4 });
    const at = [...x.dataSync()].map((value) => {
      const levels = windowAt(value, -7, 8);
      const weights = levels.map((k) => Math.exp(-1.5 * (value - k) ** 2));
      return { levels, p: weights.map((w) => w / weights.reduce((a, b) => a + b)) };
    });
    expect([...first.dataSync()]).toEqual(at.map(({ levels }) => levels[0]));
    expectClose(
      probabilities.transpose().dataSync(),
      at.flatMap(({ p }) => p),
      2e-6,
    );
    checkGradient((...args) => softProbabilities(args[0], args[1]).probabilities, [x.add(0.2), tf.scalar(1.5)], {
      step: 2e-2,
      tolerance: 5e-3,
      absoluteTolerance: 1e-4,
    });
  });

  it('draws levels as often as they are probable', () => {
    const x = tf.fill([40000], 0.3);
    const drawn = sampleLevels(x, 0.7, tf.randomUniform([40000], 0, 1, 'float32', 3));
    const counts = new Map<number, number>();
    for (const level of drawn.dataSync()) counts.set(level, (counts.get(level) ?? 0) + 1);
    const weights = [-2, -1, 0, 1, 2].map((k) => Math.exp(-0.7 * (0.3 - k) ** 2));
    const total = weights.reduce((a, b) => a + b);
    // Five standard deviations of a count are 500.
    for (const [i, w] of weights.entries()) {
      expect(Math.abs((counts.get(i - 2) ?? 0) - (40000 * w) / total)).toBeLessThan(500);
    }
  });

  it('leaves no tensor behind', () => {
    const [c, q] = [tf.tensor1d([1, 2, 3]), tf.scalar(2)];
    for (const support of ['nearest5', 'all'] as const) {
      expect(leakedTensors(() => softQuantize(c, q, { alpha: 1, support, bits: 5 }))).toBe(0);
      expect(
        leakedTensors(() => tf.grad((x: tf.Tensor) => softQuantize(x, q, { alpha: 1, support, bits: 5 }))(c)),
      ).toBe(0);
    }
  });

  it.skipIf(engine !== 'torch')('computes the same in a recorded step', async () => {
    const step = ({ c, q }: Record<string, tf.Tensor>) => {
      const { value, grads } = tf.valueAndGrads((...args) =>
        softQuantize(args[0], args[1], { alpha: 0.3 }).square().sum(),
      )([c, q]);
      return { value, toC: grads[0].abs().sum(), toQ: grads[1].abs().sum() };
    };
    const recorded = recordStep({ variables: [], step });
    for (let i = 0; i < 4; i++) {
      const inputs = { c: tf.randomUniform([4, 8], -30, 30, 'float32', i), q: tf.fill([8], 2 + i) };
      const expected = Object.fromEntries(Object.entries(step(inputs)).map(([name, t]) => [name, t.dataSync()[0]]));
      expect(await recorded.run(inputs)).toEqual(expected);
    }
    recorded.dispose();
  });
});
