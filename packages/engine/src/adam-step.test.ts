import { beforeAll, describe, expect, it } from 'vitest';
import { adamStep, presentEngines, startEngine, tf } from './index.js';

const [beta1, beta2, learningRate, epsilon] = [0.9, 0.999, 0.1, 1e-8];

describe.each(presentEngines())('adamStep on %s', (engine) => {
  beforeAll(async () => {
    await startEngine({ engine });
  });

  it('equals three steps of torch.optim.Adam', () => {
    const gradients = [
      [0.5, -1, 2, 0, 1e-6],
      [0.25, 3, -2, 1, -1e-6],
      [1, 1, 1, 1, 1e-3],
    ];
    // torch 1.13, lr=0.1.
    const expected = {
      parameter: [0.7158734202384949, -2.0051109790802, 0.38779059052467346, 2.839740037918091, -0.15667328238487244],
      m: [0.16300000250339508, 0.289000004529953, 0.0819999948143959, 0.1899999976158142, 9.999100439017639e-5],
      v: [
        0.0013119378127157688, 0.010989001952111721, 0.008988004177808762, 0.0019990000873804092, 1.0000021921641178e-9,
      ],
    };
    const before = tf.memory().numTensors;
    const actual = tf.tidy(() => {
      let parameter: tf.Tensor = tf.tensor1d([1, -2, 0.5, 3, 1e-3]);
      let moments = { m: tf.zerosLike(parameter), v: tf.zerosLike(parameter) };
      for (const [i, gradient] of gradients.entries()) {
        const correction = Math.sqrt(1 - beta2 ** (i + 1));
        const rate = (learningRate * correction) / (1 - beta1 ** (i + 1));
        const factors = { beta1, beta2, rate, epsilon: epsilon * correction };
        ({ parameter, moments } = adamStep(parameter, tf.tensor1d(gradient), moments, factors));
      }
      return { parameter: [...parameter.dataSync()], m: [...moments.m.dataSync()], v: [...moments.v.dataSync()] };
    });
    for (const name of ['parameter', 'm', 'v'] as const)
      for (const [i, value] of expected[name].entries())
        expect(Math.abs(actual[name][i] - value), `${name}[${i}]`).toBeLessThan(2e-6 * Math.abs(value));
    expect(tf.memory().numTensors).toBe(before);
  });

  it('takes tensors of any rank and leaves its arguments as they are', () => {
    const parameter = tf.ones([2, 3, 4]);
    const gradient = tf.fill([2, 3, 4], 2);
    const zeros = { m: tf.zerosLike(parameter), v: tf.zerosLike(parameter) };
    const next = adamStep(parameter, gradient, zeros, { beta1, beta2, rate: 0.5, epsilon: 0.5 });
    expect(next.parameter.shape).toEqual([2, 3, 4]);
    // 1 - 0.5 * 0.2 / (sqrt(0.004) + 0.5)
    expect(next.parameter.dataSync()[7]).toBeCloseTo(1 - 0.1 / (Math.sqrt(0.004) + 0.5), 5);
    expect([parameter, gradient, zeros.m].map((tensor) => tensor.dataSync()[0])).toEqual([1, 2, 0]);
    tf.dispose([parameter, gradient, zeros.m, zeros.v, next.parameter, next.moments.m, next.moments.v]);
  });
});
