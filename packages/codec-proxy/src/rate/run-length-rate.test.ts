import { startEngine, tf } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectClose, leakedTensors } from '../../testing/tensors.js';
import { runLengthRate } from './run-length-rate.js';

beforeAll(async () => {
  await startEngine();
});

/** Two blocks beside each other. */
function levels(): tf.Tensor4D {
  const values = new Float32Array(2 * 64);
  values.set([5, 1, -2, 0, 7]);
  values[64] = 5;
  return tf.tensor4d(values, [1, 1, 2, 64]);
}

describe('runLengthRate', () => {
  it('takes 8 bits and the size of each AC level, and of each difference of DC', () => {
    // DC 5, size 3, then no difference; AC of sizes 1, 2 and 3.
    expect(runLengthRate([levels()]).dataSync()[0]).toBe(8 + 3 + (8 + 1) + (8 + 2) + (8 + 3));
  });

  it('takes the one block of a small picture', () => {
    const block = tf.tensor4d(
      Float32Array.from({ length: 64 }, (_, i) => (i === 0 ? 5 : 0)),
      [1, 1, 1, 64],
    );
    expect(runLengthRate([block]).dataSync()[0]).toBe(8 + 3);
  });

  it('has the value of rounded levels and the gradient of log2(1 + |k|), with that of the pair below 1', () => {
    const x = tf.tidy(() => levels().add<tf.Tensor4D>(0.25));
    expect(runLengthRate([x]).dataSync()[0]).toBe(8 + 3 + (8 + 1) + (8 + 2) + (8 + 3));
    const gradient = tf
      .grad((y: tf.Tensor) => runLengthRate([y as tf.Tensor4D]).sum())(x)
      .dataSync();
    const log2 = (k: number) => Math.sign(k) / ((1 + Math.abs(k)) * Math.LN2);
    // The difference of the DC levels is 0, which has no slope.
    expectClose(
      Array.from(gradient.slice(0, 5)),
      [log2(5.25), log2(1.25), log2(-1.75), log2(0.25) + 8, log2(7.25)],
      1e-5,
    );
    expect(leakedTensors(() => runLengthRate([x]))).toBe(0);
  });
});
