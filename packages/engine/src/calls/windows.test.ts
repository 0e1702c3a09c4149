import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { presentEngines, startEngine, tf } from '../index.js';

interface Case {
  op: 'conv' | 'depthwise' | 'max' | 'avg';
  shape: number[];
  window: number[];
  strides: number[];
  pad: number | 'same';
  dilations: number[];
  channels: number | null;
  result: number[];
  values: number[];
  /** To the images and, where there is one, to the filter. */
  gradients: number[][];
}

// By PyTorch: see fixtures/make-windows.py.
const cases: Case[] = JSON.parse(readFileSync(new URL('../../fixtures/windows.json', import.meta.url), 'utf8'));

const sines = (shape: number[], frequency: number) =>
  tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => Math.sin(i * frequency)),
    shape,
  );

function compute({ op, strides: s, pad, dilations: d, window }: Case, x: tf.Tensor, filter?: tf.Tensor): tf.Tensor {
  const [strides, dilations] = [s as [number, number], d as [number, number]];
  if (op === 'depthwise') {
    return tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, pad, 'NHWC', dilations);
  }
  if (op === 'conv' && x.rank === 3) return tf.conv1d(x as tf.Tensor3D, filter as tf.Tensor3D, s[0], pad);
  if (op === 'conv' && x.rank === 4) {
    return tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, pad, 'NHWC', dilations);
  }
  if (op === 'conv') return tf.conv3d(x as tf.Tensor5D, filter as tf.Tensor5D, s as [number, number, number], 'same');
  if (x.rank === 4) {
    return (op === 'max' ? tf.maxPool : tf.avgPool)(x as tf.Tensor4D, window as [number, number], strides, pad);
  }
  const pool = op === 'max' ? tf.maxPool3d : tf.avgPool3d;
  return pool(x as tf.Tensor5D, window as [number, number, number], s as [number, number, number], pad);
}

function expectClose(actual: tf.Tensor, shape: number[], values: number[]): void {
  expect(actual.shape).toEqual(shape);
  actual.dataSync().forEach((value, i) => {
    expect(Math.abs(value - values[i]), `element ${i}: ${value}, by PyTorch ${values[i]}`).toBeLessThan(
      2e-5 * (1 + Math.abs(values[i])),
    );
  });
}

describe.each(presentEngines())('windows on %s', (engine) => {
  beforeAll(async () => {
    await startEngine({ engine });
  });

  const named = cases.map(({ values, gradients, result, ...rest }, i) => [JSON.stringify(rest), i] as const);
  it.each(named)('%s', (_, i) => {
    tf.tidy(() => {
      const test = cases[i];
      const filterShape = [...test.window, test.shape.at(-1)!, test.channels!];
      const inputs = [sines(test.shape, 0.37), ...(test.channels ? [sines(filterShape, 0.71)] : [])];
      expectClose(compute(test, inputs[0], inputs[1]), test.result, test.values);
      const run = (...given: tf.Tensor[]) => compute(test, given[0], given[1]);
      const gradients = tf.grads(run)(inputs, sines(test.result, 0.53));
      gradients.forEach((gradient, k) => {
        expectClose(gradient, inputs[k].shape, test.gradients[k]);
      });
      // A transposed convolution is the gradient to the images.
      if (test.op !== 'conv' || test.shape.length === 3 || test.dilations.some((dilation) => dilation > 1)) return;
      const dy = sines(test.result, 0.53);
      const transposed =
        dy.rank === 4
          ? tf.conv2dTranspose(
              dy as tf.Tensor4D,
              inputs[1] as tf.Tensor4D,
              test.shape as never,
              test.strides as never,
              test.pad,
            )
          : tf.conv3dTranspose(
              dy as tf.Tensor5D,
              inputs[1] as tf.Tensor5D,
              test.shape as never,
              test.strides as never,
              'same',
            );
      expectClose(transposed, test.shape, test.gradients[0]);
    });
  });

  it('pads a row of pixels on its ends, as a method too', () => {
    const y = tf.tidy(() =>
      sines([5, 1], 1)
        .as3D(1, 5, 1)
        .conv1d(tf.ones([3, 1, 1]), 1, 1),
    );
    expect(y.shape).toEqual([1, 5, 1]);
    y.dispose();
  });

  it('averages a window of a million pixels', () => {
    const x = tf.fill<tf.Rank.R4>([1, 1024, 1024, 1], 0.1);
    const mean = tf.avgPool(x, 1024, 1024, 'valid');
    expect(mean.dataSync()[0]).toBeCloseTo(0.1, 7);
    tf.dispose([x, mean]);
  });

  it('averages a volume of a million voxels', () => {
    const x = tf.fill<tf.Rank.R5>([1, 64, 128, 128, 1], 0.1);
    const mean = tf.avgPool3d(x, [64, 128, 128], 1, 'valid');
    expect(mean.dataSync()[0]).toBeCloseTo(0.1, 7);
    tf.dispose([x, mean]);
  });

  it('has neither mean nor maximum of windows in the padding alone', () => {
    tf.tidy(() => {
      const x = tf.ones<tf.Rank.R4>([1, 2, 2, 1]);
      // Rows and columns start at -2, -1, 0, 1 and 2; the first and the last see padding only.
      const [none, some] = [new Array(5).fill(Number.NaN), [Number.NaN, 1, 1, 1, Number.NaN]];
      expect(tf.avgPool(x, 2, 1, 2).reshape([5, 5]).arraySync()).toEqual([none, some, some, some, none]);
      const lowest = (row: number[]) => row.map((value) => (Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value));
      expect(tf.maxPool(x, 2, 1, 2).reshape([5, 5]).arraySync()).toEqual([none, some, some, some, none].map(lowest));
      // TFJS's specs want the images themselves where windows of one pixel keep the shape.
      expect(tf.avgPool(x, 1, 2, 1).dataSync()).toEqual(x.dataSync());
    });
  });

  it('refuses by name what no kernel can compute, and computes on', () => {
    tf.tidy(() => {
      const x = tf.ones<tf.Rank.R4>([1, 5, 5, 1]);
      const filter = tf.ones<tf.Rank.R4>([3, 3, 1, 1]);
      const large = tf.ones<tf.Rank.R4>([9, 2, 1, 1]);
      const volume = tf.ones<tf.Rank.R5>([1, 4, 4, 4, 1]);
      const sides = (before: number): tf.backend_util.ExplicitPadding => [[0, 0], [before, 0], [0, 1], [0, 0]]; // biome-ignore format: paddings
      expect(() => tf.conv2d(x, filter, 1, 0.5)).toThrow(/Conv2D: padding must be whole numbers from 0 on.* got 0.5/);
      expect(() => tf.conv2d(x, filter, 1, sides(-1))).toThrow(/got \[\[0,0\],\[-1,0\],\[0,1\],\[0,0\]\]/);
      expect(() => tf.conv2d(x, large, 1, 1)).toThrow(
        'Conv2D: a window of [9, 2] does not fit into an image of [5, 5] padded by [1, 1, 1, 1]',
      );
      expect(() => tf.depthwiseConv2d(x, large, 1, 'valid')).toThrow(/DepthwiseConv2dNative: a window of \[9, 2\]/);
      expect(() => tf.maxPool(x, [2, 9], 1, 'valid')).toThrow(/MaxPool: a window of \[2, 9\] does not fit/);
      expect(() => tf.avgPool(x, 9, 1, 'valid')).toThrow(/AvgPool: a window of \[9, 9\] does not fit/);
      expect(() => tf.maxPool3d(volume, 7, 1, 1)).not.toThrow();
      expect(() => tf.pool(x, 2, 'max', 1, 2, 1)).toThrow(/dilations 2 cannot be padded by numbers, got 1/);
      expect(() => x.pool(2, 'max', sides(1), [1, 2], 1)).toThrow(/dilations \[1,2\] cannot be padded by numbers/);
      if (engine !== 'torch') {
        const channelsFirst = tf.ones<tf.Rank.R4>([1, 1, 5, 5]);
        expect(() => tf.depthwiseConv2d(channelsFirst, filter, 1, 'same', 'NCHW')).toThrow(
          /DepthwiseConv2dNative: .* NCHW/,
        );
      }
      expect(tf.add(tf.ones([2]), 1).arraySync()).toEqual([2, 2]);
    });
  });
});
