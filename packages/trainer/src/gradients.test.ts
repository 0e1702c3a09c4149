import { startEngine, tf } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { addGradients, clipGradients, globalNorm, scaleGradients } from './gradients.js';

beforeAll(() => startEngine());

const make = () => ({
  a: tf.tensor2d([
    [3, -4],
    [1, 2],
  ]),
  b: tf.tensor1d([5, 0, -1]),
});

describe('gradients', () => {
  it('are clipped as torch.nn.utils.clip_grad_norm_ does, and left alone below the bound', () => {
    const before = tf.memory().numTensors;
    const whole = make();
    expect(globalNorm(whole)).toBeCloseTo(7.483314, 5);
    const gradients = clipGradients(whole, 2.5);
    const expected = { a: [1.00223, -1.336306, 0.334077, 0.668153], b: [1.670383, 0, -0.334077] };
    for (const [path, values] of Object.entries(expected)) {
      const clipped = gradients[path].dataSync();
      for (const [i, value] of values.entries()) expect(clipped[i]).toBeCloseTo(value, 4);
    }
    tf.dispose(gradients);
    const small = make();
    expect(clipGradients(small, 8)).toBe(small);
    tf.dispose(small);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('are summed by path and scaled, without a leak', () => {
    const before = tf.memory().numTensors;
    const { a, b } = make();
    const mean = scaleGradients(addGradients({ a }, make()), 0.5);
    expect([...mean.a.dataSync()]).toEqual([3, -4, 1, 2]);
    expect([...mean.b.dataSync()]).toEqual([2.5, 0, -0.5]);
    tf.dispose([mean, b]);
    expect(tf.memory().numTensors).toBe(before);
  });
});
