import { type BatchStream, Random } from '@sandwich/data';
import { startEngine, tf } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { drawSigns, perturbationGradient, withSigns } from './perturbation-gradient.js';

beforeAll(() => startEngine());

const signsOf = (seed: number, pairs: number, shape: number[]) => {
  const { shape: whole, values } = drawSigns(new Random(seed), pairs, shape);
  return tf.tensor(values, whole);
};

function gradientOf(variable: tf.Variable, f: (value: tf.Tensor) => tf.Scalar, signs: tf.Tensor, radius: number) {
  const loss = () => perturbationGradient([variable], ([value]) => f(value), [signs], radius).mul(3) as tf.Scalar;
  return tf.tidy(() => {
    const { value, grads } = tf.variableGrads(loss);
    return { value: value.dataSync()[0], gradient: [...grads[variable.name].dataSync()] };
  });
}

describe('perturbationGradient', () => {
  it('is the central difference of a function of one number, times what the loss makes of it', () => {
    const x = tf.variable(tf.tensor1d([0.4]));
    const signs = signsOf(1, 3, [1]);
    const before = tf.memory().numTensors;
    const cubic = gradientOf(x, (v) => v.square().mul(v).sum(), signs, 0.5);
    expect(cubic.value).toBe(0);
    // ((x + r)^3 - (x - r)^3) / (2 r) = 3 x^2 + r^2
    expect(cubic.gradient[0]).toBeCloseTo(3 * (3 * 0.4 ** 2 + 0.5 ** 2), 4);
    // Rounding has a gradient of 0; its central difference over 0.1 to 0.7 is 1 / 0.6.
    expect(gradientOf(x, (v) => v.round().sum(), signs, 0.3).gradient[0]).toBeCloseTo(3 / 0.6, 4);
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([x, signs]);
  });

  it('has the gradient as its mean', () => {
    const weights = [3, -2, 0.5, 1];
    const x = tf.variable(tf.tensor2d([1, 2, 3, 4], [2, 2]));
    const pairs = 1024;
    const signs = signsOf(2, pairs, [2, 2]);
    const slopes = tf.tensor2d(weights, [2, 2]);
    const { gradient } = gradientOf(x, (v) => v.mul(slopes).sum(), signs, 0.1);
    // The standard deviation of an element is sqrt(|weights|^2 - w^2) / sqrt(pairs) times 3, at most 0.36.
    weights.forEach((weight, i) => {
      expect(Math.abs(gradient[i] - 3 * weight)).toBeLessThan(5 * 0.36);
    });
    tf.dispose([x, signs, slopes]);
  });

  it('refuses a radius and signs that do not fit', () => {
    const x = tf.variable(tf.zeros([2]));
    const signs = signsOf(1, 3, [3]);
    expect(() => perturbationGradient([x], ([v]) => v.sum(), [signs], 0.1)).toThrow(
      /must be \[pairs, 2\], got \[3,3\]/,
    );
    expect(() => perturbationGradient([x], ([v]) => v.sum(), [signs], 0)).toThrow(/radius .* got 0/);
    tf.dispose([x, signs]);
  });
});

describe('withSigns', () => {
  const stream: BatchStream = {
    description: 'one batch after the other',
    files: [],
    next: async () => ({ arrays: {}, files: [] }),
    close: async () => {},
  };
  const signsFrom = async (position: number) => {
    const with8 = withSigns(stream, { signs: [8, 8] }, { seed: 5, pairs: 2, position });
    return [await with8.next(), await with8.next()].map((batch) => batch!.arrays.signs);
  };

  it('draws signs by the number of the batch, so that a resumed run goes on with its own', async () => {
    const [first, second] = await signsFrom(0);
    const [again] = await signsFrom(1);
    expect(again).toEqual(second);
    expect(second.values).not.toEqual(first.values);
    expect(first.shape).toEqual([2, 8, 8]);
    expect([...new Set(first.values)].sort()).toEqual([-1, 1]);
  });
});
