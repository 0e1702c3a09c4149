import { beforeAll, describe, expect, it } from 'vitest';
import { presentEngines, startEngine, tf } from '../index.js';

describe.each(presentEngines())('images moved on %s', (engine) => {
  beforeAll(async () => {
    await startEngine({ engine });
  });

  it('are filled up in each image of a batch', () => {
    const y = tf.tidy(() => {
      const images = tf.tensor4d([1, 2, 3, 4, 5, 6], [2, 1, 3, 1]);
      // Each pixel comes from one place further left.
      const shift = tf.tensor2d([1, 0, -1, 0, 1, 0, 0, 0], [1, 8]);
      return tf.image.transform(images, shift, 'bilinear', 'constant', 0.5);
    });
    expect([...y.dataSync()]).toEqual([0.5, 1, 2, 0.5, 4, 5]);
    y.dispose();
  });
});
