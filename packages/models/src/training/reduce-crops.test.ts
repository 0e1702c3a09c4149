import { startEngine, tf } from '@sandwich/engine';
import { largestSample } from '@sandwich/pictures';
import { beforeAll, describe, expect, it } from 'vitest';
import { patternImage } from '../../../trainer/testing/pattern-image.js';
import { reduceCrops } from './reduce-crops.js';

beforeAll(() => startEngine());

const settings = { cropSize: 8, reduce: 2, bitDepth: 8 };

function reduced(pixels: ArrayLike<number>, bitDepth: number): Float32Array {
  const before = tf.memory().numTensors;
  const images = tf.tidy(() =>
    reduceCrops(tf.tensor4d(Float32Array.from(pixels), [1, 16, 16, 3]), { ...settings, bitDepth }),
  );
  expect(images.shape).toEqual([1, 8, 8, 3]);
  const values = images.dataSync<'float32'>();
  images.dispose();
  expect(tf.memory().numTensors).toBe(before);
  return values;
}

describe('reduceCrops', () => {
  it('reduces crops as Pillow does', () => {
    // The green plane of the pattern, 16x16, by Pillow 9.4: mode F, resize((8, 8), LANCZOS), rounded.
    const green = [
      163, 156, 145, 136, 129, 119, 110, 102, 155, 146, 136, 127, 119, 108, 101, 92, 143, 136, 125, 118, 107, 99, 97,
      96, 135, 125, 115, 108, 102, 101, 102, 98, 124, 114, 109, 108, 105, 107, 104, 104, 116, 112, 113, 111, 110, 110,
      108, 107, 118, 117, 117, 115, 115, 115, 111, 112, 121, 121, 121, 119, 119, 116, 116, 118,
    ];
    const values = reduced(patternImage(16, 16).data, 8);
    expect(Array.from(values).filter((_, i) => i % 3 === 1)).toEqual(green);
  });

  it('clips what overshoots, at the peak of the depth', () => {
    const edge = Float32Array.from({ length: 16 * 16 * 3 }, (_, i) => (Math.floor(i / 3) % 16 < 8 ? 0 : 65535));
    const row = reduced(edge, 16).subarray(0, 24);
    // A row by Pillow: 0 238.1 -1003.3 3513.6 62021.4 66538.3 65296.9 65535
    expect(Array.from(row).filter((_, i) => i % 3 === 0)).toEqual([0, 238, 0, 3514, 62021, 65535, 65297, 65535]);
    expect(largestSample(10)).toBe(1023);
  });

  it('gives crops as they are where there is nothing to reduce', () => {
    const pixels = Float32Array.from({ length: 2 * 3 * 3 * 3 }, (_, i) => i);
    const crops = tf.tensor4d(pixels, [2, 3, 3, 3]);
    expect(reduceCrops(crops, { ...settings, cropSize: 3, reduce: 1 })).toBe(crops);
    crops.dispose();
  });
});
