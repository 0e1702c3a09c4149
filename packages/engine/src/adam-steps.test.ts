import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { adamSteps, presentEngines, startEngine, subtractEach, tf } from './index.js';
import type { Addon } from './torch/addon.js';
import type { TorchBackend } from './torch/backend.js';

const [beta1, beta2, learningRate, epsilon] = [0.9, 0.999, 0.1, 1e-8];

/** Six steps of torch.optim.Adam in float64: see ../fixtures/make-adam.py. */
const golden: Record<'start' | 'parameters' | 'm' | 'v', number[][]> & { gradients: number[][][] } = JSON.parse(
  readFileSync(new URL('../fixtures/adam.json', import.meta.url), 'utf8'),
);

/** Rates and epsilons of a step, corrected for the bias of moments that are `steps` old. */
function factorsOf(steps: number): { rate: number; epsilon: number } {
  const correction = Math.sqrt(1 - beta2 ** steps);
  return { rate: (learningRate * correction) / (1 - beta1 ** steps), epsilon: epsilon * correction };
}

const hashOf = (values: Float32Array): string =>
  createHash('sha256')
    .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    .digest('hex');

/** Compares values with a tolerance relative to each. */
function expectClose(actual: ArrayLike<number>, expected: readonly number[], tolerance: number, what: string): void {
  expect(actual.length, what).toBe(expected.length);
  for (const [i, value] of expected.entries()) {
    const distance = Math.abs(actual[i] - value);
    expect(distance, `${what}[${i}]: ${actual[i]} is not ${value}`).toBeLessThanOrEqual(tolerance * Math.abs(value));
  }
}

describe.each(presentEngines())('adamSteps on %s', (engine) => {
  beforeAll(async () => {
    await startEngine({ engine });
  });

  it('equals six steps of torch.optim.Adam on parameters of several shapes', () => {
    const before = tf.memory().numTensors;
    const actual = tf.tidy(() => {
      // A scalar, an empty tensor and one of rank 4 beside vectors.
      const shapes = [[5], [], [0], [2, 1, 3, 2]];
      let parameters = golden.start.map((values, i) => tf.tensor(values, shapes[i], 'float32'));
      let moments = { m: parameters.map((p) => tf.zerosLike(p)), v: parameters.map((p) => tf.zerosLike(p)) };
      for (const [t, gradients] of golden.gradients.entries()) {
        const { rate, epsilon } = factorsOf(t + 1);
        const [rates, epsilons] = [rate, epsilon].map((factor) => tf.fill([4], factor) as tf.Tensor1D);
        const g = gradients.map((values, i) => tf.tensor(values, shapes[i], 'float32'));
        const next = adamSteps(g, moments, { beta1, beta2, rates, epsilons });
        expect(next.steps.map(({ shape }) => shape)).toEqual(shapes);
        parameters = subtractEach(parameters, next.steps);
        moments = next.moments;
      }
      return { parameters, ...moments } as never as Record<'parameters' | 'm' | 'v', tf.Tensor[]>;
    });
    for (const kind of ['parameters', 'm', 'v'] as const) {
      for (const [i, tensor] of actual[kind].entries()) {
        expectClose(tensor.dataSync(), golden[kind][i], 2e-6, `${kind} ${i}`);
      }
    }
    tf.dispose([actual.parameters, actual.m, actual.v]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('has a rate and an epsilon for each parameter, and leaves its arguments as they are', () => {
    const made = tf.tidy(() => {
      const gradients = [tf.fill([2, 3], 2), tf.fill([4], -1)];
      const m = gradients.map((g) => tf.zerosLike(g));
      const v = gradients.map((g) => tf.zerosLike(g));
      const factors = { beta1, beta2, rates: tf.tensor1d([0.5, 0.25]), epsilons: tf.tensor1d([0.5, 1]) };
      const { steps } = adamSteps(gradients, { m, v }, factors);
      return [...steps, ...gradients, ...m].map((tensor) => tensor.dataSync()[0]);
    });
    // 0.5 * 0.2 / (sqrt(0.004) + 0.5), and 0.25 * -0.1 / (sqrt(0.001) + 1)
    expect(made[0]).toBeCloseTo(0.1 / (Math.sqrt(0.004) + 0.5), 6);
    expect(made[1]).toBeCloseTo(-0.025 / (Math.sqrt(0.001) + 1), 6);
    expect(made.slice(2)).toEqual([2, -1, 0, 0]);
  });

  it('refuses what does not fit', () => {
    tf.tidy(() => {
      const g = [tf.ones([2])];
      const one = tf.ones([1]) as tf.Tensor1D;
      const factors = { beta1, beta2, rates: one, epsilons: one };
      expect(() => adamSteps(g, { m: g, v: [] }, factors)).toThrow(
        'adamSteps: 1 gradients want as many means, mean squares, rates and epsilons, got 1, 0, 1, 1',
      );
      expect(() => subtractEach(g, [])).toThrow('subtractEach: got 1 tensors, and 0 to subtract from them');
      expect(
        adamSteps([], { m: [], v: [] }, { ...factors, rates: tf.tensor1d([]), epsilons: tf.tensor1d([]) }),
      ).toEqual({
        steps: [],
        moments: { m: [], v: [] },
      });
    });
  });
});

describe.skipIf(!presentEngines().includes('torch'))('sandwich::adam', () => {
  const DOUBLE = 7;
  let addon: Addon;
  const call = (operator: string, overload: string, ...args: unknown[]) =>
    addon.callOperator(addon.findOperator(operator, overload), ...(args as never[]));
  beforeAll(async () => {
    await startEngine({ engine: 'torch' });
    addon = (tf.backend() as TorchBackend).addon;
  });

  // What is not float32 on the CPU is computed by ATen's operators, as on CUDA.
  it('equals torch.optim.Adam in float64', () => {
    const double = (values: readonly number[]) => {
      // Float32 twice: what the first loses the second has.
      const high = Float32Array.from(values);
      const low = Float32Array.from(values, (value, i) => value - high[i]);
      const [a, b] = [high, low].map((part) => call('aten::to', 'dtype', addon.fromHost(part, [part.length]), DOUBLE));
      return call('aten::add', 'Tensor', a, b, 1) as number;
    };
    const read = (handle: number) => {
      const high = call('aten::to', 'dtype', handle, 6) as number;
      const low = call('aten::sub', 'Tensor', handle, call('aten::to', 'dtype', high, DOUBLE), 1);
      const rest = addon.toHost(call('aten::to', 'dtype', low, 6) as number);
      return Float64Array.from(addon.toHost(high), (value, i) => value + rest[i]);
    };
    const count = golden.start.length;
    let parameters = golden.start.map(double);
    let m = golden.start.map((values) => double(values.map(() => 0)));
    let v = [...m];
    for (const [t, gradients] of golden.gradients.entries()) {
      const factors = factorsOf(t + 1);
      const [rates, epsilons] = [factors.rate, factors.epsilon].map((factor) => double(new Array(count).fill(factor)));
      const made = call('sandwich::adam', '', gradients.map(double), m, v, beta1, beta2, rates, epsilons) as number[];
      parameters = parameters.map((p, i) => call('aten::sub', 'Tensor', p, made[i], 1) as number);
      [m, v] = [made.slice(count, 2 * count), made.slice(2 * count)];
    }
    for (const [kind, handles] of Object.entries({ parameters, m, v })) {
      for (const [i, handle] of handles.entries()) {
        // Values are read to about 48 bits.
        expectClose(read(handle), golden[kind as 'm'][i], 1e-12, `${kind} ${i}`);
      }
    }
  });

  it('is the same whoever shares the work, bit for bit', () => {
    const numbers = (seed: number, size: number) => tf.mul(tf.sin(tf.range(seed, seed + size)), 3);
    const sizes = [70_001, 3, 40_000, 1];
    const steps = (threads: number) => {
      addon.setThreads(threads);
      return tf.tidy(() => {
        const [g, m] = [1, 10].map((seed) => sizes.map((size, i) => numbers(seed + i, size)));
        const v = m.map((mean) => tf.square(mean));
        const factors = {
          beta1,
          beta2,
          rates: tf.fill([4], 0.1) as tf.Tensor1D,
          epsilons: tf.fill([4], 1e-8) as tf.Tensor1D,
        };
        const alone = g.flatMap(
          (_, i) =>
            adamSteps(
              [g[i]],
              { m: [m[i]], v: [v[i]] },
              { ...factors, rates: tf.tensor1d([0.1]), epsilons: tf.tensor1d([1e-8]) },
            ).steps,
        );
        const all = adamSteps(g, { m, v }, factors).steps;
        return [all, alone].map((tensors) => tensors.map((tensor) => hashOf(tensor.dataSync() as Float32Array)));
      });
    };
    const threads = addon.getThreads();
    const [[one, oneAlone], [three, threeAlone]] = [steps(1), steps(3)];
    addon.setThreads(threads);
    expect(oneAlone).toEqual(one);
    expect(three).toEqual(one);
    expect(threeAlone).toEqual(one);
  });
});
