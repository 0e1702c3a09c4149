import { presentEngines, recordStep, startEngine, tf } from '@sandwich/engine';
import { checkGradient } from '@sandwich/engine/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectClose, leakedTensors } from '../../testing/tensors.js';
import { entropyRate } from './entropy-rate.js';
import { mixtureBits } from './mixture-bits.js';

/** Bits of one image by the definition, with dictionaries in float64. @param planes luma and chroma, each blocks of 64 values */
function bruteForce(planes: number[][][], hardness: number): number {
  const probabilities = (x: number): Map<number, number> => {
    const middle = Math.floor(x + 0.5);
    const weights = [-2, -1, 0, 1, 2].map((j) => [middle + j, Math.exp(-hardness * (x - middle - j) ** 2)]);
    const total = weights.reduce((sum, [, w]) => sum + w, 0);
    return new Map(weights.map(([k, w]) => [k, w / total]));
  };
  const entropy = (symbols: Map<number, number>[]): number => {
    const mean = new Map<number, number>();
    for (const symbol of symbols) for (const [k, p] of symbol) mean.set(k, (mean.get(k) ?? 0) + p / symbols.length);
    return [...mean.values()].reduce((bits, p) => (p > 0 ? bits - p * Math.log2(p) : bits), 0) * symbols.length;
  };
  const difference = (now: Map<number, number>, before: Map<number, number>): Map<number, number> => {
    const result = new Map<number, number>();
    for (const [m, p] of now) for (const [n, q] of before) result.set(m - n, (result.get(m - n) ?? 0) + p * q);
    return result;
  };
  let bits = 0;
  for (const group of [planes.slice(0, 1), planes.slice(1)]) {
    if (group.length === 0) continue;
    for (let i = 1; i < 64; i++)
      bits += entropy(group.flatMap((blocks) => blocks.map((block) => probabilities(block[i]))));
    bits += entropy(
      group.flatMap((blocks) => {
        const levels = blocks.map((block) => probabilities(block[0]));
        return levels.map((level, j) => difference(level, j > 0 ? levels[j - 1] : new Map([[0, 1]])));
      }),
    );
  }
  return bits;
}

/** Levels of images, [B, h, w, planes * 64], smaller at high frequencies. */
const levelsOf = (shape: [number, number, number, number], seed: number) =>
  tf.tidy(() => {
    const frequency = tf.range(0, shape[3]).mod(64);
    return tf.randomNormal(shape, 0, 1, 'float32', seed).mul(tf.div(20, frequency.add(1))) as tf.Tensor4D;
  });

const planesOf = (x: tf.Tensor4D, image: number): number[][][] => {
  const blocks = (x.arraySync() as number[][][][])[image].flat();
  return Array.from({ length: x.shape[3] / 64 }, (_, p) => blocks.map((block) => block.slice(64 * p, 64 * p + 64)));
};

describe.each(presentEngines())('entropyRate on %s', (engine) => {
  beforeAll(async () => {
    await startEngine({ engine });
  });

  it.each([0.7, 4])('is the entropy by the definition, at hardness %d', (hardness) => {
    const x = levelsOf([2, 2, 3, 192], 1);
    const bits = entropyRate({ hardness })({ unrounded: [x], levels: [x] });
    const expected = [0, 1].map((image) => bruteForce(planesOf(x, image), hardness));
    expectClose(bits.dataSync(), expected, 0.02);
  });

  it('takes smaller chroma, and luma alone', () => {
    const [luma, chroma] = [levelsOf([1, 4, 4, 64], 2), levelsOf([1, 2, 2, 128], 3)];
    const rate = entropyRate({ hardness: 2 });
    const both = rate({ unrounded: [luma, chroma], levels: [luma, chroma] }).dataSync();
    expectClose(both, [bruteForce([...planesOf(luma, 0), ...planesOf(chroma, 0)], 2)], 0.02);
    expectClose(rate({ unrounded: [luma], levels: [luma] }).dataSync(), [bruteForce(planesOf(luma, 0), 2)], 0.02);
  });

  it('takes a hardness in units of coefficients where a proxy gives its steps', () => {
    const x = levelsOf([1, 2, 2, 192], 4);
    const alpha = entropyRate({ alpha: 1 })({ unrounded: [x], levels: [x], steps: [tf.scalar(2)] });
    expectClose(alpha.dataSync(), entropyRate({ hardness: 4 })({ unrounded: [x], levels: [x] }).dataSync(), 1e-3);
    expect(() => entropyRate({ alpha: 1 })({ unrounded: [x], levels: [x] })).toThrow('alpha needs the quantiser steps');
  });

  it('has the gradient of its value', () => {
    const x = levelsOf([2, 2, 2, 128], 5);
    const rate = entropyRate({ hardness: 4 });
    checkGradient((u: tf.Tensor4D) => rate({ unrounded: [u], levels: [u] }), x, {
      step: 0.02,
      tolerance: 5e-3,
      direction: 'gradient',
    });
  });

  it('mixtureBits: gradients pass through probabilities, and columns that are not counted have none', () => {
    const p = tf.randomUniform([2, 1, 3, 4], 0.1, 1, 'float32', 6) as tf.Tensor4D;
    const first = tf.tensor3d([0, 5, -3, 9, 1, 5, -3, 9, 0, 6, 900, 9], [1, 3, 4]);
    checkGradient((q: tf.Tensor4D) => mixtureBits(q, first, [0, 1, 2, -1]), p, { tolerance: 5e-3 });
    const gradient = tf.grad((q: tf.Tensor) => mixtureBits(q as tf.Tensor4D, first, [0, 1, 2, -1]).sum())(p);
    expect([...gradient.slice([0, 0, 0, 3], [-1, -1, -1, 1]).dataSync()]).toEqual(new Array(6).fill(0));
  });

  it('leaves no tensor behind', () => {
    const x = levelsOf([1, 2, 2, 192], 7);
    const rate = entropyRate();
    expect(
      leakedTensors(() => tf.grad((u: tf.Tensor) => rate({ unrounded: [u as tf.Tensor4D], levels: [] }).sum())(x)),
    ).toBe(0);
  });

  it.skipIf(engine !== 'torch')('computes the same in a recorded step', async () => {
    const rate = entropyRate();
    const step = ({ x }: Record<string, tf.Tensor>) => {
      const { value, grad } = tf.valueAndGrad((u: tf.Tensor) =>
        rate({ unrounded: [u as tf.Tensor4D], levels: [] }).sum(),
      )(x);
      return { value, slope: grad.abs().sum() };
    };
    const recorded = recordStep({ variables: [], step });
    for (let i = 0; i < 4; i++) {
      const inputs = { x: levelsOf([2, 2, 2, 192], 10 + i) };
      const expected = Object.fromEntries(Object.entries(step(inputs)).map(([name, t]) => [name, t.dataSync()[0]]));
      expect(await recorded.run(inputs)).toEqual(expected);
    }
    recorded.dispose();
  });
});
