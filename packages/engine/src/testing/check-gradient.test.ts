import { beforeAll, describe, expect, it } from 'vitest';
import { presentEngines, startEngine, tf } from '../index.js';
import { checkGradient } from './check-gradient.js';

const x = () => tf.tensor1d([0.5, -1, 2]);

/** A function whose gradient is given, right or wrong. */
const withGradient = (f: (x: tf.Tensor) => tf.Tensor, gradient: (dy: tf.Tensor, x: tf.Tensor) => tf.Tensor) =>
  tf.customGrad((...[x, save]) => {
    (save as unknown as (saved: tf.Tensor[]) => void)([x as tf.Tensor]);
    return { value: f(x as tf.Tensor), gradFunc: (dy, [saved]) => gradient(dy, saved) };
  });

describe.each(presentEngines())('checkGradient on %s', (engine) => {
  beforeAll(async () => {
    await startEngine({ engine });
  });

  it('passes what is right, of one result or of many, and leaves nothing behind', () => {
    const at = x();
    const before = tf.memory().numTensors;
    for (const direction of ['scattered', 'gradient'] as const) {
      checkGradient((t) => tf.sin(t), at, { direction });
      checkGradient((t) => tf.sin(t).sum(), at, { direction });
      checkGradient((a, b) => tf.mul(a, tf.exp(b)), [at, at], { direction });
    }
    expect(tf.memory().numTensors).toBe(before);
    at.dispose();
  });

  it.each(['scattered', 'gradient'] as const)(
    'refuses a gradient off by 1 %%, or of one element, direction %s',
    (direction) => {
      tf.tidy(() => {
        const scaled = withGradient(tf.square, (dy, saved) => dy.mul(saved).mul(2.02));
        expect(() => checkGradient(scaled, x(), { direction })).toThrow(/slope of -?\d.*, the central difference -?\d/);
        const one = withGradient(tf.square, (dy, saved) => dy.mul(saved).mul(tf.tensor1d([2, 2, 2.1])));
        expect(() => checkGradient(one, x(), { direction })).toThrow('to input 0 of shape [3]');
        checkGradient(scaled, x(), { direction, tolerance: 0.02 });
      });
    },
  );

  it('names the input whose gradient is wrong', () => {
    tf.tidy(() => {
      const wrong = withGradient(tf.exp, (dy) => dy);
      expect(() => checkGradient((a, b) => tf.mul(a, wrong(b)), [x(), x()])).toThrow('to input 1 of shape [3]');
    });
  });

  it('fails where nothing is checked, and where a slope is no number', () => {
    tf.tidy(() => {
      expect(() => checkGradient(tf.floor, x().add(0.3))).toThrow('slope of 0, the central difference 0');
      checkGradient(tf.floor, x().add(0.3), { absoluteTolerance: 1e-3 });
      const nan = withGradient(tf.square, (dy) => dy.mul(Number.NaN));
      expect(() => checkGradient(nan, x())).toThrow('slope of NaN');
    });
  });
});
