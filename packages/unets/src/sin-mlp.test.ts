import { startEngine, tf } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { SinMlp } from './sin-mlp.js';

beforeAll(async () => {
  await startEngine();
});

const identity = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];
const luma = [[0.299], [0.587], [0.114]];
const grayToRgb = [[1, 1, 1]];
const yuvToRgb = [
  [1, 1, 1],
  [0, -0.344136, 1.772],
  [1.402, -0.714136, 0],
];

/** The colours of a grid over [-0.5, 0.5]^channels, as an image one pixel high. */
function grid(channels: number, steps: number): number[][] {
  const axis = Array.from({ length: steps }, (_, i) => i / (steps - 1) - 0.5);
  return Array.from({ length: channels }).reduce<number[][]>(
    (points) => points.flatMap((point) => axis.map((value) => [...point, value])),
    [[]],
  );
}

/** Largest distance of the network from x M, in gray levels of 255. */
function errorInLevels(mlp: SinMlp, map: number[][]): number {
  const points = grid(map.length, map.length === 1 ? 256 : 11);
  const output = tf.tidy(() => mlp.apply(tf.tensor4d([[points]])).dataSync());
  const expected = points.flatMap((x) => map[0].map((_, j) => x.reduce((sum, value, i) => sum + value * map[i][j], 0)));
  return 255 * Math.max(...expected.map((value, i) => Math.abs(value - output[i])));
}

describe('SinMlp', () => {
  it.each([
    ['identity', identity],
    ['RGB to luma', luma],
    ['gray to RGB', grayToRgb],
    ['YUV to RGB', yuvToRgb],
  ])('begins as the linear map %s', (_name, map) => {
    for (const numLayers of [0, 1, 2] as const) {
      const mlp = new SinMlp({ numLayers, inputChannels: map.length, outputChannels: map[0].length, initial: map });
      expect(errorInLevels(mlp, map)).toBeLessThan(numLayers === 2 ? 0.3 : 0.001);
      mlp.dispose();
    }
  });

  it('keeps the units that the initial map does not take random and silent', () => {
    const mlp = new SinMlp({ outputChannels: 1, initial: luma, seed: 3 });
    const random = new SinMlp({ outputChannels: 1, seed: 3 });
    const hidden = (net: SinMlp) =>
      tf.tidy(() => net.parameters['hidden/kernel'].reshape([3, 16]).slice([0, 6]).dataSync());
    expect(hidden(mlp)).toEqual(hidden(random));
    const output = mlp.parameters['output/kernel'].dataSync();
    expect(output.subarray(0, 6).every((value) => value !== 0)).toBe(true);
    expect(output.subarray(6).every((value) => value === 0)).toBe(true);
    mlp.dispose();
    random.dispose();
  });

  it('is a linear layer, a sine and a linear layer', () => {
    const mlp = new SinMlp({ inputChannels: 1, outputChannels: 2, channels: 3 });
    const set = (path: string, values: number[]) =>
      tf.tidy(() => mlp.parameters[path].assign(tf.tensor(values, mlp.parameters[path].shape)));
    set('hidden/kernel', [1, -2, 0.5]);
    set('hidden/bias', [0.1, 0.2, 0.3]);
    set('output/kernel', [1, 2, 3, 4, 5, 6]);
    set('output/bias', [0.4, -0.4]);
    const x = 1.5;
    const h = [Math.sin(x + 0.1), Math.sin(-2 * x + 0.2), Math.sin(0.5 * x + 0.3)];
    const y = tf.tidy(() => mlp.apply(tf.tensor4d([x], [1, 1, 1, 1])).dataSync());
    expect(y[0]).toBeCloseTo(h[0] + 3 * h[1] + 5 * h[2] + 0.4, 5);
    expect(y[1]).toBeCloseTo(2 * h[0] + 4 * h[1] + 6 * h[2] - 0.4, 5);
    mlp.dispose();
  });

  it('has the published sizes and leaves nothing behind', () => {
    const before = tf.memory().numTensors;
    const counts = ([0, 1, 2] as const).map((numLayers) => {
      const mlp = new SinMlp({ numLayers });
      const x = tf.ones<tf.Rank.R4>([1, 1, 2, 3]);
      tf.dispose([x, mlp.apply(x)]);
      const count = mlp.trainableWeights.reduce((sum, weight) => sum + weight.size, 0);
      mlp.dispose();
      return count;
    });
    expect(counts).toEqual([0, 12, 64 + 51]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('says what is wrong', () => {
    expect(() => new SinMlp({ numLayers: 3 as 2 })).toThrow('SinMlp: numLayers must be 0, 1 or 2, got 3');
    expect(() => new SinMlp({ numLayers: 0, outputChannels: 1 })).toThrow('3 channels cannot become 1');
    expect(() => new SinMlp({ outputChannels: 1, initial: identity })).toThrow(
      '3 rows of 1 numbers, got 3 rows of 3,3,3',
    );
    expect(() => new SinMlp({ channels: 5, initial: identity })).toThrow(
      '2 hidden units an input channel, 6, got channels 5',
    );
    expect(() => new SinMlp().apply(tf.zeros([1, 1, 1, 1]))).toThrow('input has 1 channels, the network takes 3');
  });
});
