import { startEngine, tf } from '@sandwich/engine';
import { checkGradient } from '@sandwich/engine/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectClose, leakedTensors, pattern } from '../../testing/tensors.js';
import { rgbToYuv, yuvToRgb } from './colorspace.js';

beforeAll(async () => {
  await startEngine();
});

describe('colorspace', () => {
  it('has the coefficients of JFIF', () => {
    // JFIF 1.02, page 3: rows are the YUV of 255 times red, green, blue
    const primaries = tf.tensor4d([255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255], [1, 1, 5, 3]);
    const published = [
      [0.299, -0.168736, 0.5],
      [0.587, -0.331264, -0.418688],
      [0.114, 0.5, -0.081312],
      [0, 0, 0],
      [1, 0, 0],
    ].flatMap(([y, u, v]) => [255 * y, 128 + 255 * u, 128 + 255 * v]);
    expectClose(rgbToYuv(primaries).dataSync(), published, 2e-4);
  });

  it('decodes as JFIF does', () => {
    const [r, g, b] = yuvToRgb(tf.tensor4d([100, 90, 200], [1, 1, 1, 3])).dataSync();
    expect(r).toBeCloseTo(100 + 1.402 * 72, 3);
    expect(g).toBeCloseTo(100 - 0.344136 * -38 - 0.714136 * 72, 3);
    expect(b).toBeCloseTo(100 + 1.772 * -38, 3);
  });

  it('is undone by its inverse', () => {
    const rgb = pattern(9, 7, 3);
    const error = yuvToRgb(rgbToYuv(rgb)).sub(rgb).abs().max().dataSync()[0];
    expect(error).toBeLessThan(1e-3);
  });

  it('has the right gradients and keeps no tensors', () => {
    const rgb = pattern(4, 5, 3);
    checkGradient(rgbToYuv, rgb, { step: 1 });
    checkGradient(yuvToRgb, rgb, { step: 1 });
    expect(leakedTensors(() => rgbToYuv(rgb))).toBe(0);
  });

  it('wants three channels', () => {
    expect(() => rgbToYuv(tf.zeros([1, 2, 2, 1]))).toThrow(/rgbToYuv: images must have shape \[B, H, W, 3\].*1,2,2,1/);
    expect(() => yuvToRgb(tf.zeros([1, 2, 2, 4]))).toThrow(/yuvToRgb: .*1,2,2,4/);
  });
});
