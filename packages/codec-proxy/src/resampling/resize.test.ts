import { readFileSync } from 'node:fs';
import { startEngine, tf } from '@sandwich/engine';
import { checkGradient } from '@sandwich/engine/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectClose, leakedTensors, pattern } from '../../testing/tensors.js';
import { type ResizeMethod, resize } from './resize.js';

beforeAll(async () => {
  await startEngine();
});

interface Resized {
  method: ResizeMethod;
  size: [number, number];
  pixels: number[];
}

// The pattern, 7x9 with two channels, resized by Pillow, and without antialias by torch: `make_resize.py`.
const fixture: { antialias: Resized[]; plain: Resized[] } = JSON.parse(
  readFileSync(new URL('./fixtures/resize.json', import.meta.url), 'utf8'),
);

function expectPixels(resized: tf.Tensor4D, { size, pixels }: Resized): void {
  expect(resized.shape).toEqual([1, ...size, 2]);
  expectClose(resized.dataSync(), pixels, 2e-3);
}

describe('resize', () => {
  it.each(fixture.antialias)('$method to $size equals Pillow', (expected) => {
    expectPixels(resize(pattern(7, 9, 2), expected.size, expected.method, { antialias: true }), expected);
  });

  it.each(fixture.plain)('$method to $size without antialias equals torch', (expected) => {
    expectPixels(resize(pattern(7, 9, 2), expected.size, expected.method), expected);
  });

  it('antialias changes nothing when enlarging', () => {
    const image = pattern(5, 4, 1);
    const [plain, smooth] = [false, true].map((antialias) => resize(image, [11, 9], 'lanczos3', { antialias }));
    expect([...smooth.dataSync()]).toEqual([...plain.dataSync()]);
  });

  it('treats every image and channel alike', () => {
    const [first, second] = [pattern(6, 5, 3), pattern(6, 5, 3, 90)];
    const size: [number, number] = [3, 8];
    const together = resize(tf.concat([first, second], 0), size, 'bicubic', { antialias: true });
    for (const [index, image] of [first, second].entries()) {
      for (const channel of [0, 1, 2]) {
        const plane = tf.slice(image, [0, 0, 0, channel], [1, 6, 5, 1]);
        const part = tf.slice(together, [index, 0, 0, channel], [1, ...size, 1]);
        expectClose(resize(plane, size, 'bicubic', { antialias: true }).dataSync(), part.dataSync(), 1e-3);
      }
    }
  });

  it.each<ResizeMethod>(['bilinear', 'bicubic', 'lanczos3'])(
    '%s: keeps constants, has the right gradient',
    (method) => {
      const constant = resize(tf.fill([1, 7, 5, 1], 77), [3, 11], method, { antialias: true });
      expectClose(constant.dataSync(), new Array(33).fill(77), 1e-3);
      checkGradient(
        (x) => resize(x, [3, 11], method, { antialias: true }),
        tf.concat([pattern(7, 5, 3), pattern(7, 5, 3, 9)], 0),
        { step: 1 },
      );
    },
  );

  it('leaves no tensors behind', () => {
    const image = pattern(6, 6, 3);
    expect(leakedTensors(() => resize(image, [3, 3], 'bilinear', { antialias: true }))).toBe(0);
    expect(leakedTensors(() => resize(image, [6, 6], 'bilinear'))).toBe(0);
    const half = (x: tf.Tensor) => resize(x as tf.Tensor4D, [3, 3], 'bilinear');
    expect(leakedTensors(() => tf.grad(half)(image))).toBe(0);
  });

  it('refuses what it cannot resize', () => {
    expect(() => resize(pattern(2, 2, 1), [0, 4], 'bilinear')).toThrow(/resize: size must be .* got \[0, 4\]/);
    expect(() => resize(tf.zeros([1, 0, 4, 1]), [2, 2], 'bilinear')).toThrow(/resize: .*not empty/);
    expect(() => resize(pattern(2, 2, 1), [4, 4], 'area' as ResizeMethod)).toThrow(/resize: method .* got area/);
  });
});
