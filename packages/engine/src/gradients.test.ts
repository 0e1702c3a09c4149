import { beforeAll, describe, expect, it } from 'vitest';
import { presentEngines, startEngine, tf } from './index.js';

// Directional derivatives against central differences, for the gradients that this package supplies.

const wave = (shape: number[], seed: number): tf.Tensor =>
  tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => Math.sin(1 + i * 1.7 + seed * 3.1)),
    shape,
  );

/** Derivative of `sum(w * f(x))` along a direction, by the gradient and by differences. */
function derivatives(f: (x: tf.Tensor) => tf.Tensor, shape: number[], step = 1e-2): [number, number] {
  return tf.tidy(() => {
    const x = wave(shape, 1);
    const direction = wave(shape, 2);
    const weights = wave(f(x).shape, 3);
    const loss = (at: tf.Tensor) => f(at).mul(weights).sum();
    const analytic = tf
      .grad((at) => loss(at) as tf.Scalar)(x)
      .mul(direction)
      .sum()
      .dataSync()[0];
    const ahead = loss(x.add(direction.mul(step))).dataSync()[0];
    const behind = loss(x.sub(direction.mul(step))).dataSync()[0];
    return [analytic, (ahead - behind) / (2 * step)];
  });
}

const resize = (size: [number, number], alignCorners: boolean) => (x: tf.Tensor) =>
  tf.image.resizeBilinear(x as tf.Tensor4D, size, alignCorners, !alignCorners);

const convolve = (strides: number, pad: 'same' | 'valid') => (x: tf.Tensor) =>
  tf.conv2d(x as tf.Tensor4D, wave([3, 3, 2, 3], 5) as tf.Tensor4D, strides, pad);

const toFilter = (strides: number, pad: 'same' | 'valid') => (filter: tf.Tensor) =>
  tf.conv2d(wave([2, 6, 7, 2], 5) as tf.Tensor4D, filter as tf.Tensor4D, strides, pad);

describe.each(presentEngines())('gradients on %s', (engine) => {
  beforeAll(async () => {
    await startEngine({ engine });
  });

  it.each([
    ['resizeBilinear, half-pixel, up', resize([8, 10], false), [2, 4, 5, 3]],
    ['resizeBilinear, half-pixel, to odd sizes', resize([7, 3], false), [1, 4, 5, 2]],
    ['resizeBilinear, half-pixel, down', resize([2, 3], false), [1, 5, 7, 2]],
    ['resizeBilinear, aligned corners', resize([7, 3], true), [1, 4, 5, 2]],
    ['conv2d to its input, stride 1', convolve(1, 'same'), [2, 6, 7, 2]],
    ['conv2d to its input, stride 2', convolve(2, 'same'), [2, 6, 7, 2]],
    ['conv2d to its filter, same', toFilter(1, 'same'), [3, 3, 2, 3]],
    ['conv2d to its filter, valid', toFilter(1, 'valid'), [3, 3, 2, 3]],
    ['conv2d to its filter, stride 2', toFilter(2, 'same'), [3, 3, 2, 3]],
    ['conv2d to its filter, stride 2, valid', toFilter(2, 'valid'), [3, 3, 2, 3]],
  ] as const)('%s', (_, f, shape) => {
    const [analytic, numeric] = derivatives(f, [...shape]);
    expect(Math.abs(analytic - numeric)).toBeLessThan(2e-3 * (1 + Math.abs(numeric)));
  });

  it('relu', () => {
    const [analytic, numeric] = derivatives(tf.relu, [3, 5], 1e-3);
    expect(Math.abs(analytic - numeric)).toBeLessThan(2e-3 * (1 + Math.abs(numeric)));
    const atZero = tf.tidy(() =>
      tf
        .grad((x) => tf.relu(x))(tf.tensor1d([-1, 0, 2]))
        .arraySync(),
    );
    expect(atZero).toEqual([0, 0, 1]);
  });

  it('abs has no slope at zero', () => {
    const slopes = tf.tidy(() =>
      tf
        .grad((x) => tf.abs(x))(tf.tensor1d([-2, 0, 3]))
        .arraySync(),
    );
    expect(slopes).toEqual([-1, 0, 1]);
  });
});
