import { startEngine, tf } from '@sandwich/engine';
import { checkGradient } from '@sandwich/engine/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { LearnedDensities } from './learned-densities.js';
import { countLevels, sumOfCounts } from './level-counts.js';

beforeAll(() => startEngine());

/** Levels of each frequency from a distribution of its own, known by its shares of the levels from -2 up. */
const shares = (frequency: number): number[] => (frequency % 2 === 0 ? [0, 0, 8, 0, 0] : [1, 1, 4, 1, 1]);

/** Eight blocks in which each level occurs as often as the shares say. */
function levels(): tf.Tensor4D {
  const values = new Float32Array(8 * 64);
  for (let frequency = 0; frequency < 64; frequency++) {
    const column = shares(frequency).flatMap((count, i) => new Array<number>(count).fill(i - 2));
    for (const [block, level] of column.entries()) values[block * 64 + frequency] = level;
  }
  return tf.tensor4d(values, [1, 2, 4, 64]);
}

describe('countLevels', () => {
  it('counts each level at each frequency, of all planes together', () => {
    const { counts, reach } = countLevels(tf.concat([levels(), levels()], 3));
    expect(reach).toBe(2);
    for (let frequency = 0; frequency < 64; frequency++) {
      const column = [0, 1, 2, 3, 4].map((level) => counts[level * 64 + frequency]);
      expect(column).toEqual(shares(frequency).map((count) => 2 * count));
    }
  });

  it('sums counts of different reach', () => {
    const far = countLevels(tf.fill([1, 1, 1, 64], 3));
    const { counts, reach } = sumOfCounts([countLevels(levels()), far]);
    expect(reach).toBe(3);
    expect([0, 1, 2, 3, 4, 5, 6].map((level) => counts[level * 64 + 1])).toEqual([0, 1, 1, 4, 1, 1, 1]);
  });
});

describe('LearnedDensities', () => {
  it('learn what levels cost, down to their entropy', async () => {
    const tensors = tf.memory().numTensors;
    const densities = new LearnedDensities();
    const blocks = levels();
    const planes = [countLevels(blocks), countLevels(blocks)];
    blocks.dispose();
    await densities.train([planes, planes], 3);
    const [before] = densities.bits([planes]);
    await densities.train([planes, planes], 40);
    const [bits, same] = densities.bits([planes, planes]);
    expect(bits).toBe(same);
    // Entropies are 0 and 2 bits a level: 32 frequencies of luma and chroma, of 8 blocks each.
    const entropy = 2 * 32 * 8 * 2;
    expect(bits).toBeGreaterThan(entropy);
    expect(bits - entropy).toBeLessThan(0.7 * (before - entropy));
    densities.dispose();
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('have a rate of images that is differentiable, and for whole levels the bits of their counts', () => {
    const densities = new LearnedDensities();
    const blocks = levels();
    const both = tf.concat([blocks, blocks.mul<tf.Tensor4D>(2)], 3);
    const [bits] = densities.bits([[countLevels(blocks), countLevels(both)]]);
    const of = (luma: tf.Tensor4D, chroma: tf.Tensor4D) => densities.rate({ levels: [luma, chroma], unrounded: [] });
    const rate = of(blocks, both);
    expect(rate.shape).toEqual([1]);
    expect(rate.dataSync()[0] / bits).toBeCloseTo(1, 5);
    checkGradient((luma: tf.Tensor4D) => of(luma, both), blocks, { direction: 'gradient', step: 0.2 });
    const { grads } = tf.variableGrads(
      () => of(blocks, both).sum(),
      Object.values(densities.parameters) as tf.Variable[],
    );
    expect(Object.keys(grads)).toHaveLength(Object.keys(densities.parameters).length);
    densities.dispose();
  });
});
