import type { RawImage } from '@sandwich/codecs';
import { startEngine, tf } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { toPictures, toRawImage, toRawImages, toTensor } from './raw-images.js';

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

  it('leaves a batch as it was', () => {
    const tensor = tf.tensor4d([300.7, -4.2, 12.5], [1, 1, 1, 3]);
    toRawImages(tensor, 65535);
    expect([...tensor.dataSync()]).toEqual([...new Float32Array([300.7, -4.2, 12.5])]);
    tensor.dispose();
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

describe('pictures of more than 8 bits', () => {
  it('are rounded and clipped to their depth', () => {
    const tensor = tf.tensor4d([-3, 0.4, 1022.6, 1030, 65534.6, 70000], [1, 1, 2, 3]);
    expect(toPictures(tensor, 10)).toEqual([
      { data: new Uint16Array([0, 0, 1023, 1023, 1023, 1023]), width: 2, height: 1, channels: 3 },
    ]);
    expect(toPictures(tensor, 16)[0].data).toEqual(new Uint16Array([0, 0, 1023, 1030, 65535, 65535]));
    expect(toPictures(tensor, 8)).toEqual(toRawImages(tensor));
    tensor.dispose();
  });

  it('are scaled to 8 bits, and 8 bits stay as they are', () => {
    const size = { width: 4, height: 1, channels: 1 as const };
    const deep = { data: new Uint16Array([0, 128, 129, 65535]), ...size };
    expect(toRawImage(deep, 16)).toEqual({ data: new Uint8Array([0, 0, 1, 255]), ...size });
    expect(toRawImage({ data: new Uint16Array([0, 2, 3, 1023]), ...size }, 10).data).toEqual(
      new Uint8Array([0, 0, 1, 255]),
    );
    const shallow = { data: new Uint8Array([1, 2, 3, 4]), ...size };
    expect(toRawImage(shallow, 8)).toBe(shallow);
  });
});
