import { startEngine, tf } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectClose, leakedTensors } from '../testing/check-gradient.js';
import { roundings } from './roundings.js';

beforeAll(async () => {
  await startEngine();
});

// Half-way cases go to the even neighbour, as numpy.rint.
const inputs = [-2.5, -1.5, -0.5, -0.2, 0, 0.5, 1.5, 2.5, 3.4, 3.6];
const nearest = [-2, -2, 0, 0, 0, 0, 2, 2, 3, 4];

describe('roundings', () => {
  const evaluate = (name: string) => {
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => roundings[name](x))(tf.tensor1d(inputs));
    return { value: [...value.dataSync()].map((y) => y + 0), gradient: [...grad.dataSync()] };
  };

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

  it('cubic: the error cubed is added back, gradient three times its square', () => {
    const { value, gradient } = evaluate('cubic');
    // [x] + (x - [x])^3 and 3 (x - [x])^2, by hand
    const byHand = [-2.125, -1.875, -0.125, -0.008, 0, 0.125, 1.875, 2.125, 3.064, 3.936];
    const slopes = [0.75, 0.75, 0.75, 0.12, 0, 0.75, 0.75, 0.75, 0.48, 0.48];
    expectClose(value, byHand, 1e-5);
    expectClose(gradient, slopes, 1e-5);
  });

  it('ste keeps its gradient where its input has other uses', () => {
    const gradient = tf.grad((x: tf.Tensor) => roundings.ste(roundings.ste(x)).mul(x))(tf.tensor1d([1.2, 2.6]));
    // d/dx [x] x = x + [x] under the straight-through rule
    expect([...gradient.dataSync()]).toEqual([Math.fround(1.2) + 1, Math.fround(2.6) + 3].map(Math.fround));
  });

  it.each(['hard', 'ste', 'cubic'])('%s leaves no tensors behind', (name) => {
    const x = tf.tensor1d(inputs);
    expect(leakedTensors(() => roundings[name](x))).toBe(0);
    expect(leakedTensors(() => tf.grad((t: tf.Tensor) => roundings[name](t))(x))).toBe(0);
  });
});
