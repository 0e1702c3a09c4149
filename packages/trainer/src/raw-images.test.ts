import type { RawImage } from '@sandwich/codecs';
import { startEngine, tf } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { toRawImages, toTensor } from './raw-images.js';

beforeAll(() => startEngine());

function rawImages(values: number[], shape: [number, number, number, number]): RawImage[] {
  const tensor = tf.tensor4d(values, shape);
  const images = toRawImages(tensor);
  tensor.dispose();
  return images;
}

describe('toRawImages', () => {
  it('rounds, halves to even, and clips to 8 bit', () => {
    const [image] = rawImages([-3, 0.49, 0.5, 1.5, 2.5, 254.6, 300, Number.NaN], [1, 2, 4, 1]);
    expect(image).toEqual({ data: new Uint8Array([0, 0, 0, 2, 2, 255, 255, 0]), width: 4, height: 2, channels: 1 });
  });

  it('brings deeper images to 8 bit', () => {
    const tensor = tf.tensor4d([0, 257, 128.4, 128.6, 65535, 70000], [1, 1, 2, 3]);
    expect([...toRawImages(tensor, 65535)[0].data]).toEqual([0, 1, 0, 1, 255, 255]);
    tensor.dispose();
  });

  it('takes every image of a batch', () => {
    const images = rawImages([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [2, 1, 2, 3]);
    expect(images.map(({ data }) => [...data])).toEqual([
      [1, 2, 3, 4, 5, 6],
      [7, 8, 9, 10, 11, 12],
    ]);
  });

  it('takes the first channels of those that no picture can show', () => {
    const [two] = rawImages([1, 2, 3, 4], [1, 1, 2, 2]);
    expect(two).toEqual({ data: new Uint8Array([1, 3]), width: 2, height: 1, channels: 1 });
    const [four] = rawImages([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 1, 4]);
    expect(four).toEqual({ data: new Uint8Array([1, 2, 3, 5, 6, 7]), width: 1, height: 2, channels: 3 });
  });

  it('undoes toTensor, without a leak', () => {
    const before = tf.memory().numTensors;
    const image = { data: new Uint8Array([0, 1, 127, 128, 254, 255]), width: 1, height: 2, channels: 3 as const };
    const tensor = toTensor(image);
    expect(tensor.shape).toEqual([1, 2, 1, 3]);
    expect(toRawImages(tensor)).toEqual([image]);
    tensor.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
