import { startEngine } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectClose, pattern } from '../../testing/tensors.js';
import { halvePlane } from './halve-plane.js';
import { padSymmetric } from './pad-symmetric.js';
import { resize } from './resize.js';

beforeAll(async () => {
  await startEngine();
});

describe('halvePlane', () => {
  it.each([
    [8, 6],
    [7, 5],
    [1, 1],
    [2, 9],
  ])('%ix%i: equals the antialiased bilinear reduction of the plane padded to even sides', (height, width) => {
    const image = pattern(height, width, 1);
    const half = halvePlane({ data: image.dataSync<'float32'>(), width, height, channels: 1 });
    const [halfHeight, halfWidth] = [Math.ceil(height / 2), Math.ceil(width / 2)];
    expect([half.height, half.width]).toEqual([halfHeight, halfWidth]);
    const expected = resize(padSymmetric(image, 2), [halfHeight, halfWidth], 'bilinear', { antialias: true });
    expectClose(half.data, expected.dataSync(), 1e-3);
  });

  it('keeps neither dimension mixed up: weights 1 3 3 1 along each side', () => {
    // Impulse in the third of six columns: output columns 0, 1, 2 see it with weights 1/7 (one tap is off the plane),
    // 3/8 and 0.
    const { data } = halvePlane({ data: Float32Array.of(0, 0, 56, 0, 0, 0), width: 6, height: 1, channels: 1 });
    expectClose(data, [8, 21, 0], 1e-5);
  });
});
