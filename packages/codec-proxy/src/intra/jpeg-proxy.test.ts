import { startEngine, tf } from '@sandwich/engine';
import { checkGradient } from '@sandwich/engine/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { proxyCases } from '../../testing/proxy-cases.js';
import { expectClose, leakedTensors, pattern } from '../../testing/tensors.js';
import { JpegProxy } from './jpeg-proxy.js';

beforeAll(async () => {
  await startEngine();
});

const quantizeBy = (step: number) => (c: tf.Tensor4D) => c.div(step).round().mul<tf.Tensor4D>(step);
const unquantized = (c: tf.Tensor4D) => c;

describe('JpegProxy', () => {
  it.each(proxyCases)(
    '$size, step $qstep, YUV $convertToYuv, 4:2:0 $downsampleChroma: pixels and coefficients',
    (expected) => {
      const proxy = new JpegProxy(expected);
      const { image, coefficients } = proxy.apply(pattern(...expected.size), quantizeBy(expected.qstep));
      expect(image.shape).toEqual([1, ...expected.size]);
      const pixels = image.dataSync();
      expectClose(
        pixels.filter((_, i) => i % 7 === 0),
        expected.decoded,
        5e-3,
      );

      const planes = [coefficients.y, coefficients.u, coefficients.v].filter((plane) => plane !== undefined);
      const firstOfEach = planes.flatMap((plane) => [...tf.slice(plane, [0, 0, 0, 0], [1, 1, 1, 20]).dataSync()]);
      expectClose(firstOfEach, expected.coefficients, 2e-3);
    },
  );

  it('gives each plane its own size', () => {
    const { coefficients } = new JpegProxy({ downsampleChroma: true }).apply(pattern(20, 40, 3), unquantized);
    expect(coefficients.y?.shape).toEqual([1, 4, 6, 64]);
    expect(coefficients.u?.shape).toEqual([1, 2, 3, 64]);
    expect(coefficients.v?.shape).toEqual([1, 2, 3, 64]);
  });

  it('loses nothing without quantisation in 4:4:4', () => {
    const image = pattern(13, 9, 3);
    const { image: decoded } = new JpegProxy({ convertToYuv: true }).apply(image, unquantized);
    expect(decoded.sub(image).abs().max().dataSync()[0]).toBeLessThan(2e-3);
  });

  it('clips on request only', () => {
    const image = tf.tensor4d([-40, 300], [1, 1, 2, 1]);
    const proxy = new JpegProxy();
    const free = proxy.apply(image, unquantized).image.dataSync();
    expect(free[0]).toBeCloseTo(-40, 2);
    expect(free[1]).toBeCloseTo(300, 2);
    expect([...proxy.apply(image, unquantized, { clipTo: 200 }).image.dataSync()]).toEqual([0, 200]);
  });

  it.each([
    [false, false],
    [true, false],
    [true, true],
    [false, true],
  ])('YUV %s, 4:2:0 %s: has the right gradient on odd sizes', (convertToYuv, downsampleChroma) => {
    const proxy = new JpegProxy({ convertToYuv, downsampleChroma });
    // A smooth stand-in for a quantiser, so that there is a derivative.
    const f = (x: tf.Tensor4D) => proxy.apply(x, (c) => c.div(40).tanh().mul<tf.Tensor4D>(40)).image;
    checkGradient(f, tf.concat([pattern(9, 18, 3), pattern(9, 18, 3, 77)], 0), { step: 0.05, tolerance: 5e-3 });
  });

  it('has a gradient through the coefficients, of one plane too', () => {
    for (const channels of [1, 2, 3]) {
      const coefficients = (x: tf.Tensor4D) => Object.values(new JpegProxy().apply(x, unquantized).coefficients);
      expect(coefficients(pattern(8, 8, channels))).toHaveLength(channels);
      checkGradient((x) => tf.concat(coefficients(x), 3), pattern(9, 8, channels), { step: 1 });
    }
  });

  it('leaves no tensors behind', () => {
    const proxy = new JpegProxy({ convertToYuv: true, downsampleChroma: true });
    const image = pattern(17, 17, 3);
    expect(leakedTensors(() => proxy.apply(image, quantizeBy(10)))).toBe(0);
  });

  it('refuses more than three channels, none, and other ranks', () => {
    const proxy = new JpegProxy();
    for (const shape of [
      [1, 8, 8, 4],
      [1, 8, 8, 0],
      [8, 8, 3],
    ]) {
      expect(() => proxy.apply(tf.zeros<tf.Rank.R4>(shape as tf.Tensor4D['shape']), unquantized)).toThrow(
        `JpegProxy: images must be [B, H, W, C] with C of 1 to 3 and not empty, got [${shape}]`,
      );
    }
  });
});
