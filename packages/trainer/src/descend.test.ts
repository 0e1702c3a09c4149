import { startEngine, tf } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { descend } from './descend.js';
import { adam } from './optimizers/adam.js';
import { scale } from './optimizers/scale.js';

beforeAll(() => startEngine());

describe('descend', () => {
  it('minimises, tells the loss before each step, and leaves no tensors behind', async () => {
    const run = async () => {
      const x = tf.tidy(() => tf.variable(tf.tensor1d([3, -2])));
      // x <- x - 0.1 * 2 x
      const losses = await descend({ x }, () => x.square().sum().asScalar(), { optimizer: scale(0.1), steps: 5 });
      const result = [...x.dataSync()];
      x.dispose();
      return { losses, result };
    };
    await run();
    const before = tf.memory().numTensors;
    const { losses, result } = await run();
    expect(tf.memory().numTensors).toBe(before);
    for (const [i, loss] of losses.entries()) expect(loss).toBeCloseTo(13 * 0.64 ** i, 4);
    expect(result[0]).toBeCloseTo(3 * 0.8 ** 5, 5);
    expect(result[1]).toBeCloseTo(-2 * 0.8 ** 5, 5);
  });

  it('hands inputs, scalars by schedule and repeatable noise to the loss', async () => {
    const run = async (seed: number) => {
      const x = tf.variable(tf.scalar(0));
      const seen: number[][] = [];
      const loss = (inputs: Record<string, tf.Tensor>, scalars: Record<string, tf.Scalar>) => {
        seen.push([scalars.weight.dataSync()[0], scalars.fixed.dataSync()[0], ...inputs.u.dataSync()]);
        return x.mul(scalars.weight).mul(inputs.factor).sum().asScalar();
      };
      const factor = tf.scalar(10);
      await descend({ x }, loss, {
        optimizer: scale(1),
        steps: 3,
        inputs: { factor },
        scalars: { weight: (step) => step + 1, fixed: 7 },
        noise: { u: { shape: [4], kind: 'uniform' } },
        seed,
      });
      const [end] = x.dataSync();
      tf.dispose([x, factor]);
      return { seen, end };
    };
    const [first, again, other] = [await run(1), await run(1), await run(2)];
    expect(first.end).toBe(-60);
    expect(first.seen.map(([weight, fixed]) => [weight, fixed])).toEqual([1, 2, 3].map((weight) => [weight, 7]));
    const draws = first.seen.map((values) => values.slice(2));
    expect(again.seen.map((values) => values.slice(2))).toEqual(draws);
    expect(other.seen[0].slice(2)).not.toEqual(draws[0]);
    expect(draws[1]).not.toEqual(draws[0]);
    for (const u of draws.flat()) expect(u >= 0 && u < 1).toBe(true);
  });

  it('waits for onStep', async () => {
    const x = tf.variable(tf.scalar(4));
    const seen: [number, number][] = [];
    await descend({ x }, () => x.square().asScalar(), {
      optimizer: adam({ learningRate: 1 }),
      steps: 2,
      async onStep(done, loss) {
        await Promise.resolve();
        seen.push([done, loss]);
      },
    });
    expect(seen.map(([done]) => done)).toEqual([1, 2]);
    expect(seen[0][1]).toBe(16);
    expect(seen[1][1]).toBeCloseTo(9, 4);
    x.dispose();
  });

  it('stops at a loss that is not finite, with the parameters before it', async () => {
    const x = tf.variable(tf.scalar(1));
    const before = tf.memory().numTensors;
    // 1, then 0, whose logarithm is -Infinity
    const run = descend({ x }, () => x.log().asScalar(), { optimizer: scale(1), steps: 9 });
    await expect(run).rejects.toThrow('descend: the loss is -Infinity at step 2 of 9');
    expect(x.dataSync()[0]).toBe(0);
    expect(tf.memory().numTensors).toBe(before);
    x.dispose();
  });

  it('refuses steps that cannot be counted, and two meanings of a name', async () => {
    const x = tf.variable(tf.scalar(1));
    const loss = () => x.square().asScalar();
    await expect(descend({ x }, loss, { optimizer: scale(1), steps: 1.5 })).rejects.toThrow(
      'descend: steps must be a whole number, got 1.5',
    );
    const noise = { x0: { shape: [1], kind: 'normal' as const } };
    const inputs = { x0: tf.scalar(1) };
    await expect(descend({ x }, loss, { optimizer: scale(1), steps: 1, inputs, noise })).rejects.toThrow(
      "descend: 'x0' names both an input and noise",
    );
    tf.dispose([x, inputs]);
  });
});
