import { presentEngines, startEngine, tf } from '@sandwich/engine';
import { checkGradient } from '@sandwich/engine/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectClose, leakedTensors } from '../../testing/tensors.js';
import {
  fourierRounding,
  noiseRounding,
  type RoundingFn,
  roundings,
  sigmoidRounding,
  softmaxRounding,
  tanhRounding,
} from './roundings.js';

// Half-way cases go to the even neighbour, as numpy.rint.
const inputs = [-2.5, -1.5, -0.5, -0.2, 0, 0.5, 1.5, 2.5, 3.4, 3.6];
const nearest = [-2, -2, 0, 0, 0, 0, 2, 2, 3, 4];

const evaluateAt = (rounding: RoundingFn, at: number[]) =>
  tf.tidy(() => {
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => rounding(x))(tf.tensor1d(at));
    return { value: value.arraySync() as number[], gradient: grad.arraySync() as number[] };
  });
const evaluate = (name: string) => {
  const { value, gradient } = evaluateAt(roundings[name], inputs);
  return { value: value.map((y) => y + 0), gradient };
};

describe.each(presentEngines())('roundings on %s', (engine) => {
  beforeAll(async () => {
    await startEngine({ engine });
  });

  it('hard: nearest integer, gradient 0', () => {
    expect(evaluate('hard')).toEqual({ value: nearest, gradient: inputs.map(() => 0) });
  });

  it('ste: nearest integer, gradient 1', () => {
    expect(evaluate('ste')).toEqual({ value: nearest, gradient: inputs.map(() => 1) });
  });

  it('identity: nothing, gradient 1', () => {
    const { value, gradient } = evaluate('identity');
    expectClose(value, inputs, 1e-6);
    expect(gradient).toEqual(inputs.map(() => 1));
  });

  // [x] + (x - [x])^3 and 3 (x - [x])^2, by hand
  const cubicValues = [-2.125, -1.875, -0.125, -0.008, 0, 0.125, 1.875, 2.125, 3.064, 3.936];
  const cubicSlopes = [0.75, 0.75, 0.75, 0.12, 0, 0.75, 0.75, 0.75, 0.48, 0.48];

  it('cubic: the error cubed is added back, gradient three times its square', () => {
    const { value, gradient } = evaluate('cubic');
    expectClose(value, cubicValues, 1e-5);
    expectClose(gradient, cubicSlopes, 1e-5);
  });

  it('cubicSte: nearest integer, gradient of the cubic', () => {
    const { value, gradient } = evaluate('cubicSte');
    expect(value).toEqual(nearest);
    expectClose(gradient, cubicSlopes, 1e-5);
  });

  it('fourier: the series as written, in float64', () => {
    const series = (x: number, terms: number) => {
      let [value, slope] = [x, 1];
      for (let n = 1; n <= terms; n++) {
        const sign = n % 2 === 1 ? 1 : -1;
        value -= (sign / (Math.PI * n)) * Math.sin(2 * Math.PI * n * x);
        slope -= 2 * sign * Math.cos(2 * Math.PI * n * x);
      }
      return { value, slope };
    };
    const at = [-3.3, 0.2, 0.45, 7.9, 1000.25];
    for (const [rounding, terms] of [
      [roundings.fourier, 9],
      [roundings.harmonic, 1],
      [fourierRounding(3), 3],
    ] as const) {
      const { value, gradient } = evaluateAt(rounding, at);
      expectClose(
        value,
        at.map((x) => series(x, terms).value),
        1e-4,
      );
      expectClose(
        gradient,
        at.map((x) => series(x, terms).slope),
        5e-3,
      );
    }
  });

  it('fourier tends to rounding', () => {
    const at = [0.3, -0.3, 5.4, 5.6];
    const { value } = evaluateAt(fourierRounding(200), at);
    expectClose(value, [0, 0, 5, 6], 0.01);
  });

  it('sine: x - sin(2 pi x) / (2 pi), and its gradient behind hard rounding', () => {
    const at = [0, 0.25, 0.5, 2.75, -1.125];
    const values = at.map((x) => x - Math.sin(2 * Math.PI * x) / (2 * Math.PI));
    const slopes = at.map((x) => 1 - Math.cos(2 * Math.PI * x));
    const smooth = evaluateAt(roundings.sine, at);
    expectClose(smooth.value, values, 1e-6);
    expectClose(smooth.gradient, slopes, 1e-5);
    const hard = evaluateAt(roundings.sineSte, at);
    expect(hard.value.map((y) => y + 0)).toEqual([0, 0, 0, 3, -1]);
    expectClose(hard.gradient, slopes, 1e-5);
  });

  it('tanh and sigmoid: the formulas of the staircase, in float64', () => {
    const at = [-1.7, 0.1, 0.5, 2.95, 41.3];
    const tanh = (x: number, k: number) => {
      const m = Math.floor(x) + 0.5;
      return m + Math.tanh(k * (x - m)) / (2 * Math.tanh(k / 2));
    };
    const sigmoid = (x: number, k: number) => Math.floor(x) + 1 / (1 + Math.exp(-k * (x - Math.floor(x) - 0.5)));
    for (const [rounding, formula, k] of [
      [roundings.tanh, tanh, 5],
      [tanhRounding(12), tanh, 12],
      [roundings.sigmoid, sigmoid, 10],
      [sigmoidRounding(4), sigmoid, 4],
    ] as const) {
      expectClose(
        evaluateAt(rounding, at).value,
        at.map((x) => formula(x, k)),
        1e-5,
      );
    }
  });

  it('largeSte: rounding, straight through for large levels alone', () => {
    const { value, gradient } = evaluateAt(roundings.largeSte, [-0.6, 0.9, 1.5, -2, 2.75, 3.25, -40.6]);
    expect(value).toEqual([-1, 1, 2, -2, 3, 3, -41]);
    expect(gradient).toEqual([0, 0, 0.25, 0.5, 0.875, 1, 1]);
  });

  it('thresholdSte: rounding, and all of a step within each unit interval', () => {
    const slope = (x: number) => {
      const share = Math.min(Math.max((Math.abs(x) - 1) / 2, 0), 1);
      const gathered = (20 * (1 - Math.tanh(20 * (x - Math.floor(x) - 0.5)) ** 2)) / (2 * Math.tanh(10));
      return share + (1 - share) * gathered;
    };
    const at = [-0.47, 0.1, 0.53, 1.45, -2.6, 3.2, 41.3];
    const { value, gradient } = evaluateAt(roundings.thresholdSte, at);
    expect(value.map((y) => y + 0)).toEqual([0, 0, 1, 1, -3, 3, 41]);
    expectClose(gradient, at.map(slope), 1e-3);
    const within = evaluateAt(
      roundings.thresholdSte,
      Array.from({ length: 1000 }, (_, i) => (i + 0.5) / 1000),
    );
    expect(within.gradient.reduce((sum, each) => sum + each, 0) / 1000).toBeCloseTo(1, 3);
  });

  it('softmax: the mean of five integers, in float64', () => {
    const formula = (x: number, hardness: number) => {
      let [sum, total] = [0, 0];
      for (let k = Math.floor(x + 0.5) - 2; k <= Math.floor(x + 0.5) + 2; k++) {
        const p = Math.exp(-hardness * (x - k) ** 2);
        sum += k * p;
        total += p;
      }
      return sum / total;
    };
    const at = [-1.7, 0.1, 0.49, 2.95, 100.3];
    for (const hardness of [0.7, 2, 100]) {
      expectClose(
        evaluateAt(softmaxRounding(hardness), at).value,
        at.map((x) => formula(x, hardness)),
        2e-5,
      );
    }
    // JPEG-DL with five candidates and hardness 1 takes 0.5 to 0.5027, halves rounded up to find the middle one.
    expect(evaluateAt(softmaxRounding(1), [0.5]).value[0]).toBeCloseTo(0.5027, 4);
  });

  it('noise: within half a unit, other each time, repeatable by its seed', () => {
    const at = Array.from({ length: 1000 }, (_, i) => i / 10);
    const { value, gradient } = evaluateAt(roundings.noise, at);
    const noise = value.map((y, i) => y - at[i]);
    expect(Math.max(...noise.map(Math.abs))).toBeLessThanOrEqual(0.5001);
    expect(Math.abs(noise.reduce((a, b) => a + b) / 1000)).toBeLessThan(0.05);
    // The variance of a uniform variable is 1/12; its estimate from 1000 deviates by 0.0024.
    expect(noise.reduce((a, b) => a + b * b, 0) / 1000).toBeCloseTo(1 / 12, 1);
    expect(gradient).toEqual(at.map(() => 1));
    const [a, b] = [noiseRounding(7), noiseRounding(7)];
    const first = evaluateAt(a, at).value;
    expect(evaluateAt(b, at).value).toEqual(first);
    expect(evaluateAt(a, at).value).not.toEqual(first);
  });

  it.each(['cubic', 'fourier', 'sine', 'harmonic', 'tanh', 'sigmoid', 'softmax'])(
    '%s has the gradient of its value',
    (name) => {
      // away from integers and halves, where some jump
      const x = tf.tensor1d(
        Array.from({ length: 40 }, (_, i) => i - 20 + 0.05 + 0.4 * ((i * 0.618) % 1) + (i % 2) * 0.5),
      );
      checkGradient(roundings[name], x, { step: 4e-3, tolerance: 1e-2 });
    },
  );

  it('ste keeps its gradient where its input has other uses', () => {
    const gradient = tf.grad((x: tf.Tensor) => roundings.ste(roundings.ste(x)).mul(x))(tf.tensor1d([1.2, 2.6]));
    // d/dx [x] x = x + [x] under the straight-through rule
    expect([...gradient.dataSync()]).toEqual([Math.fround(1.2) + 1, Math.fround(2.6) + 3].map(Math.fround));
  });

  it.each(Object.keys(roundings))('%s leaves no tensors behind', (name) => {
    const x = tf.tensor1d(inputs);
    expect(leakedTensors(() => roundings[name](x))).toBe(0);
    expect(leakedTensors(() => tf.grad((t: tf.Tensor) => roundings[name](t))(x))).toBe(0);
  });
});

describe('parametric roundings', () => {
  it('refuse parameters that make no staircase', () => {
    expect(() => fourierRounding(0)).toThrow('fourierRounding: terms must be a positive integer, got 0');
    expect(() => fourierRounding(1.5)).toThrow('fourierRounding: terms must be a positive integer, got 1.5');
    expect(() => tanhRounding(Number.NaN)).toThrow('tanhRounding: steepness must be positive and finite, got NaN');
    expect(() => sigmoidRounding(-1)).toThrow('sigmoidRounding: steepness must be positive and finite, got -1');
    expect(() => softmaxRounding(Infinity)).toThrow(
      'softmaxRounding: hardness must be positive and finite, got Infinity',
    );
  });
});
