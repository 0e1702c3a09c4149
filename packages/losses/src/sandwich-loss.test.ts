import { startEngine, tf } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { sandwichLoss } from './sandwich-loss.js';

beforeAll(async () => {
  await startEngine();
});

const wave = (shape: [number, number, number, number], phase: number, step: number, scale: number, offset: number) =>
  tf.tensor4d(
    Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(step * i + phase) * scale + offset),
    shape,
  );
const inputs = () => ({
  prediction: wave([2, 3, 5, 3], 0.3, 0.7, 140, 120),
  target: wave([2, 3, 5, 3], 0.1, 0.31, 120, 128),
  bottleneck: wave([2, 8, 8, 1], 0.2, 0.9, 150, 120),
  rate: tf.tensor1d([1234, 777]),
});
const everyNth = (tensor: tf.Tensor, n: number) => Array.from(tensor.dataSync()).filter((_, i) => i % n === 0);
const expectClose = (actual: number[], expected: number[]) => {
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, i) => {
    expect(Math.abs(value - expected[i])).toBeLessThan(1e-5 * Math.abs(expected[i]) + 1e-6);
  });
};

// Expected: the loss of the published code written in PyTorch 1.13, float64, and torch.autograd.
describe('sandwichLoss', () => {
  it('equals the published loss, and its parts', () => {
    tf.tidy(() => {
      const { loss, mse, bpp, rangePenalty } = sandwichLoss({ ...inputs(), gamma: 50 });
      expectClose(
        [loss, mse, bpp, rangePenalty].map((scalar) => scalar.dataSync()[0]),
        [18770.423410185605, 17584.671935994666, 67.03333333333333, 68.52925196871846],
      );
      const without = sandwichLoss({ ...inputs(), gamma: 50, rangePenalty: false });
      expectClose([without.loss.dataSync()[0]], [18770.423410185605 - 68.52925196871846]);
      expect(without.rangePenalty.dataSync()[0]).toBe(0);
    });
  });

  it('has its gradients', () => {
    tf.tidy(() => {
      const { prediction, target, bottleneck, rate } = inputs();
      const [byPrediction, byRate, byBottleneck] = tf.grads(
        (p, r, b) =>
          sandwichLoss({
            prediction: p as tf.Tensor4D,
            target,
            rate: r as tf.Tensor1D,
            bottleneck: b as tf.Tensor4D,
            gamma: 50,
          }).loss,
      )([prediction, rate, bottleneck]);
      expectClose(
        everyNth(byPrediction, 19),
        [0.47539597633262554, 3.265844945009619, 4.563442584412921, 4.033250243225921, 2.187395650943296],
      );
      expectClose(everyNth(byRate, 1), [0.5555555555555556, 0.5555555555555556]);
      const weight = 0.1069182389937107;
      expectClose(everyNth(byBottleneck, 9), [0, weight, 0, 0, weight, 0, -weight, 0, 0, 0, 0, weight, 0, -weight, 0]);
    });
  });

  it('leaves nothing behind', () => {
    const before = tf.memory().numTensors;
    const given = inputs();
    tf.dispose([given, sandwichLoss({ ...given, gamma: 1 })]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('says what is wrong', () => {
    tf.tidy(() => {
      const given = inputs();
      expect(() => sandwichLoss({ ...given, gamma: Number.NaN })).toThrow('gamma must be at least 0, got NaN');
      expect(() => sandwichLoss({ ...given, gamma: 1, target: tf.zeros([2, 3, 4, 3]) })).toThrow(
        'rateDistortionLoss: both images must be [B,H,W,C] of one shape, got [2,3,5,3] and [2,3,4,3]',
      );
      expect(() => sandwichLoss({ ...given, gamma: 1, rate: tf.zeros([1]) })).toThrow('rate must be [2]');
    });
  });
});
