import { startEngine, tf } from '@sandwich/engine';
import type { Picture } from '@sandwich/pictures';
import { beforeAll, describe, expect, it } from 'vitest';
import { toPictures, toTensor } from './tensor-pictures.js';

beforeAll(() => startEngine());

function picturesOf(values: number[], shape: [number, number, number, number]): Picture<Uint8Array>[] {
  const tensor = tf.tensor4d(values, shape);
  const pictures = toPictures(tensor);
  tensor.dispose();
  return pictures;
}

describe('toPictures', () => {
  it('rounds, halves to even, and clips to 8 bits', () => {
    const [picture] = picturesOf([-3, 0.49, 0.5, 1.5, 2.5, 254.6, 300, Number.NaN], [1, 2, 4, 1]);
    const data = new Uint8Array([0, 0, 0, 2, 2, 255, 255, 0]);
    expect(picture).toEqual({ data, width: 4, height: 2, channels: 1, bitDepth: 8 });
  });

  it('rounds and clips to more bits', () => {
    const tensor = tf.tensor4d([-3, 0.4, 1022.6, 1030, 65534.6, 70000], [1, 1, 2, 3]);
    const data = new Uint16Array([0, 0, 1023, 1023, 1023, 1023]);
    expect(toPictures(tensor, 10)).toEqual([{ data, width: 2, height: 1, channels: 3, bitDepth: 10 }]);
    expect(toPictures(tensor, 16)[0].data).toEqual(new Uint16Array([0, 0, 1023, 1030, 65535, 65535]));
    tensor.dispose();
  });

  it('takes every image of a batch', () => {
    const pictures = picturesOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [2, 1, 2, 3]);
    expect(pictures.map(({ data }) => [...data])).toEqual([
      [1, 2, 3, 4, 5, 6],
      [7, 8, 9, 10, 11, 12],
    ]);
  });

  it('takes the first channels of those that no picture can show', () => {
    const [two] = picturesOf([1, 2, 3, 4], [1, 1, 2, 2]);
    expect(two).toMatchObject({ data: new Uint8Array([1, 3]), width: 2, height: 1, channels: 1 });
    const [four] = picturesOf([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 1, 4]);
    expect(four).toMatchObject({ data: new Uint8Array([1, 2, 3, 5, 6, 7]), width: 1, height: 2, channels: 3 });
  });

  it('leaves a batch as it was', () => {
    const tensor = tf.tensor4d([300.7, -4.2, 12.5], [1, 1, 1, 3]);
    toPictures(tensor);
    expect([...tensor.dataSync()]).toEqual([...new Float32Array([300.7, -4.2, 12.5])]);
    tensor.dispose();
  });

  it('undoes toTensor, without a leak', () => {
    const before = tf.memory().numTensors;
    const data = new Uint8Array([0, 1, 127, 128, 254, 255]);
    const picture = { data, width: 1, height: 2, channels: 3 as const, bitDepth: 8 };
    const tensor = toTensor(picture);
    expect(tensor.shape).toEqual([1, 2, 1, 3]);
    expect(toPictures(tensor)).toEqual([picture]);
    const deep = { ...picture, data: Uint16Array.from(data, (sample) => 257 * sample), bitDepth: 16 };
    const two = toTensor([deep, deep]);
    expect(two.shape).toEqual([2, 2, 1, 3]);
    expect(toPictures(two, 16)).toEqual([deep, deep]);
    tf.dispose([tensor, two]);
    expect(tf.memory().numTensors).toBe(before);
  });
});
