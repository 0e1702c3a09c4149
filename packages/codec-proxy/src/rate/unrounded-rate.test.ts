import { readFileSync } from 'node:fs';
import { presentEngines, startEngine, tf } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { direction, expectClose, leakedTensors } from '../../testing/tensors.js';
import { unroundedRate } from './unrounded-rate.js';

interface Golden {
  step: number;
  coefficients: number[];
  bits: number;
  rateByCoefficients: number[];
  rateByStep: number;
}
const golden: Golden = JSON.parse(
  readFileSync(new URL('../rounding/fixtures/gradients.json', import.meta.url), 'utf8'),
);

describe.each(presentEngines())('unroundedRate on %s', (engine) => {
  beforeAll(async () => {
    await startEngine({ engine });
  });

  const rate = (c: tf.Tensor, s: tf.Tensor) => {
    const u = c.div<tf.Tensor4D>(s);
    return unroundedRate([u], [tf.round(u)], [golden.bits]);
  };
  const coefficients = () => tf.tensor4d(golden.coefficients, [1, 1, 3, 64]);

  it('has the value of the bits and the gradient that torch derives, to coefficients and step', () => {
    const { value, grads } = tf.valueAndGrads((c: tf.Tensor, s: tf.Tensor) => rate(c, s).sum().asScalar())([
      coefficients(),
      tf.scalar(golden.step),
    ]);
    expect(value.dataSync()[0]).toBe(golden.bits);
    expectClose(grads[0].dataSync(), golden.rateByCoefficients, 1e-3);
    expect(grads[1].dataSync()[0] / golden.rateByStep).toBeCloseTo(1, 4);
  });

  it('has the gradient of slope times sum ln(1 + |u|), numerically', () => {
    const u = direction(128, 2).map((x) => 3 * x + Math.sign(x));
    const v = direction(128, 3);
    const levels = u.map(Math.round);
    const sum = (values: ArrayLike<number>) => Array.from(values).reduce((s, x) => s + Math.log1p(Math.abs(x)), 0);
    const at = (h: number) => sum(u.map((x, i) => x + h * v[i]));
    const slope = (900 * sum(levels)) / (sum(levels) ** 2 + 1);
    const numeric = (slope * (at(1e-2) - at(-1e-2))) / 2e-2;
    const tensor = (values: ArrayLike<number>) => tf.tensor4d(Float32Array.from(values), [1, 1, 2, 64]);
    const grad = tf.grad((x: tf.Tensor) => unroundedRate([x as tf.Tensor4D], [tensor(levels)], [900]).sum())(tensor(u));
    const analytic = Array.from(grad.dataSync()).reduce((s, g, i) => s + g * v[i], 0);
    expect(Math.abs(analytic / numeric - 1)).toBeLessThan(1e-3);
  });

  it('is held constant where all levels are 0: no slope, no division by zero', () => {
    const u = tf.fill([2, 1, 1, 64], 0.3) as tf.Tensor4D;
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) =>
      unroundedRate([x as tf.Tensor4D], [tf.zerosLike(u)], tf.tensor1d([700, 800])).sum(),
    )(u);
    expect(value.dataSync()[0]).toBe(1500);
    expect([...grad.dataSync()].every((g) => g === 0)).toBe(true);
  });

  it('leaves no tensors behind', () => {
    const c = coefficients();
    expect(leakedTensors(() => tf.tidy(() => rate(c, tf.scalar(2))))).toBe(0);
    expect(leakedTensors(() => tf.tidy(() => tf.grad((x: tf.Tensor) => rate(x, tf.scalar(2)).sum())(c)))).toBe(0);
  });
});
