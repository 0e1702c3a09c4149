import { readFileSync } from 'node:fs';
import { startEngine, tf } from '@sandwich/engine';
import { checkGradient } from '@sandwich/engine/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { pattern, waves } from '../testing/images.js';
import { uniformSsim } from './uniform-ssim.js';

interface Golden {
  shape: [number, number, number];
  far: number;
  near: number;
  tenBits: number;
}
const golden: Golden[] = JSON.parse(readFileSync(new URL('./fixtures/uniform-ssim.json', import.meta.url), 'utf8'));

beforeAll(() => startEngine());

const pairOf = (shape: [number, number, number]) => {
  const [a, b] = [pattern(shape), waves(shape)];
  return { a, b, near: tf.clipByValue(tf.add<tf.Tensor4D>(a, tf.mul(tf.sub(b, 128), 0.3)), 0, 255) as tf.Tensor4D };
};

describe('uniformSsim', () => {
  it.each(golden)('is that of scikit-image, $shape', ({ shape, far, near, tenBits }) => {
    tf.tidy(() => {
      const images = pairOf(shape);
      expect(uniformSsim(images.a, images.b).dataSync()[0]).toBeCloseTo(far, 4);
      expect(uniformSsim(images.a, images.near).dataSync()[0]).toBeCloseTo(near, 4);
      const ten = uniformSsim(tf.mul(images.a, 4), tf.mul(images.near, 4), { maxValue: 1023 });
      expect(ten.dataSync()[0]).toBeCloseTo(tenBits, 4);
    });
  });

  it('has its gradient', () => {
    tf.tidy(() => {
      const { a, near } = pairOf([16, 23, 3]);
      checkGradient((x: tf.Tensor4D) => uniformSsim(x, near), a, { step: 2, tolerance: 0.02, direction: 'gradient' });
    });
  });

  it('refuses what it cannot compare', () => {
    tf.tidy(() => {
      expect(() => uniformSsim(tf.zeros([1, 6, 9, 1]), tf.zeros([1, 6, 9, 1]))).toThrow('at least 7 x 7, got 6 x 9');
      expect(() => uniformSsim(tf.zeros([1, 9, 9, 1]), tf.zeros([1, 9, 8, 1]))).toThrow(RangeError);
    });
  });
});
