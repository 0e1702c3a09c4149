import { startEngine, tf } from '@sandwich/engine';
import { checkGradient } from '@sandwich/engine/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { crossEntropy } from './cross-entropy.js';

beforeAll(async () => {
  await startEngine();
});

describe('crossEntropy', () => {
  // log(e^1 + e^2 + e^3) = 3.40760596.
  const scores = [1, 2, 3];

  it('is that of each image', () => {
    tf.tidy(() => {
      const losses = crossEntropy(tf.tensor2d([scores, scores]), tf.tensor1d([2, 0], 'int32')).dataSync();
      expect(losses[0]).toBeCloseTo(0.40760596, 6);
      expect(losses[1]).toBeCloseTo(2.40760596, 6);
    });
  });

  it('averages over pixels with a known label', () => {
    tf.tidy(() => {
      const logits = tf.tensor4d([...scores, ...scores, ...scores, ...scores], [1, 2, 2, 3]);
      const known = crossEntropy(logits, tf.tensor3d([2, 0, 255, 1], [1, 2, 2], 'int32'));
      expect(known.dataSync()[0]).toBeCloseTo((0.40760596 + 2.40760596 + 1.40760596) / 3, 6);
      expect(crossEntropy(logits, tf.fill([1, 2, 2], 255, 'int32')).dataSync()[0]).toBeNaN();
    });
  });

  it('has its gradient', () => {
    tf.tidy(() => {
      const logits = tf.tensor4d([...scores, 3, -1, 0.5, 0, 4, 1, ...scores], [1, 2, 2, 3]);
      checkGradient((x: tf.Tensor) => crossEntropy(x, tf.tensor3d([2, 0, 255, 1], [1, 2, 2], 'int32')), logits);
    });
  });

  it('names shapes that do not fit', () => {
    tf.tidy(() => {
      expect(() => crossEntropy(tf.zeros([2, 3]), tf.zeros<tf.Rank.R1>([3], 'int32'))).toThrow(
        'labels of shape [3] do not fit scores of shape [2,3]; expected [2]',
      );
    });
  });
});
