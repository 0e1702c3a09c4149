import { startEngine, tf } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { adam } from './adam.js';
import type { OptimizerState, Parameters } from './optimizer.js';

beforeAll(() => startEngine());

const variables = (values: Record<string, tf.TensorLike>): Parameters =>
  tf.tidy(() =>
    Object.fromEntries(Object.entries(values).map(([path, value]) => [path, tf.variable(tf.tensor(value))])),
  );

/** Updates with gradients given as arrays. */
function updateWith(
  optimizer: ReturnType<typeof adam>,
  parameters: Parameters,
  gradients: Record<string, tf.TensorLike>,
  state: OptimizerState,
): OptimizerState {
  const tensors = Object.fromEntries(Object.entries(gradients).map(([path, values]) => [path, tf.tensor(values)]));
  const next = optimizer.update(parameters, tensors, state);
  tf.dispose(tensors);
  return next;
}

const expectValues = (tensor: tf.Tensor, expected: readonly number[]) => {
  const actual = [...tensor.dataSync()];
  expect(actual.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) {
    expect(Math.abs(actual[i] - value), `${actual[i]} is not ${value}`).toBeLessThan(1e-6 + 2e-6 * Math.abs(value));
  }
};

const disposeAll = (parameters: Parameters, state: OptimizerState) =>
  tf.dispose([Object.values(parameters), Object.values(state).map(({ tensors }) => tensors)]);

describe('adam', () => {
  // torch.optim.Adam([a, b], lr=0.1) of torch 1.13; b.grad is None at steps 1, 2 and 5.
  it('equals torch.optim.Adam, with a parameter that joins later and is left out once', () => {
    const expectedA = [
      [0.9000000357627869, -1.899999976158142, 0.40000098943710327, 3.0999999046325684],
      [0.8034818172454834, -1.7999999523162842, 0.30000197887420654, 3.0947368144989014],
      [0.7076817154884338, -1.6999999284744263, 0.200002983212471, 3.1283161640167236],
      [0.6116406917572021, -1.5999999046325684, 0.10000398010015488, 3.1230530738830566],
      [0.5149169564247131, -1.4999998807907104, 4.984438419342041e-6, 3.1434946060180664],
      [0.41727373003959656, -1.3999998569488525, -0.09999401122331619, 3.1382315158843994],
    ];
    const expectedB = [
      [0.25, -0.75, 100],
      [0.25, -0.75, 100],
      [0.25, -0.6500000357627869, 99.9000015258789],
      [0.25, -0.5534818172454834, 99.8002700805664],
      [0.25, -0.5534818172454834, 99.8002700805664],
      [0.25, -0.46132487058639526, 99.70185089111328],
    ];
    const parameters = variables({
      a: [
        [1, -2],
        [0.5, 3],
      ],
      b: [0.25, -0.75, 100],
    });
    const optimizer = adam({ learningRate: 0.1 });
    let state: OptimizerState = {};
    for (let t = 1; t <= 6; t++) {
      const a = [
        [0.5 * t, -1],
        [1e-3, 4 * (-1) ** t],
      ];
      const joins = t >= 3 && t !== 5;
      state = updateWith(optimizer, parameters, joins ? { a, b: [0, 2 - t, 1e4 * t] } : { a }, state);
      expectValues(parameters.a, expectedA[t - 1]);
      expectValues(parameters.b, expectedB[t - 1]);
    }
    expect(state.a.steps).toBe(6);
    expectValues(
      state.a.tensors.m,
      [0.8914844989776611, -0.4685589671134949, 0.00046855901018716395, 0.09864404797554016],
    );
    expectValues(
      state.a.tensors.v,
      [0.022723769769072533, 0.005985020659863949, 5.9850209233047735e-9, 0.09576033055782318],
    );
    expect(state.b.steps).toBe(3);
    expectValues(state.b.tensors.m, [0, -0.6610000133514404, 12030]);
    expectValues(state.b.tensors.v, [0, 0.020994001999497414, 6096601]);
    disposeAll(parameters, state);
  });

  // torch.optim.Adam([p], lr=0.02, betas=(0.8, 0.95), eps=0.1) of torch 1.13.
  it('takes decays and epsilon', () => {
    const parameters = variables({ p: [1, 2] });
    const optimizer = adam({ learningRate: 0.02, beta1: 0.8, beta2: 0.95, epsilon: 0.1 });
    let state: OptimizerState = {};
    for (const [t, expected] of [
      [1, [0.9850000143051147, 2.0018181800842285]],
      [2, [0.9688517451286316, 2.003636360168457]],
      [3, [0.9518419504165649, 2.0054545402526855]],
    ] as const) {
      state = updateWith(optimizer, parameters, { p: [0.3 * t, -0.01] }, state);
      expectValues(parameters.p, expected);
    }
    disposeAll(parameters, state);
  });

  it('leaves the slot of a parameter without a gradient untouched', () => {
    const parameters = variables({ a: [1], b: [1] });
    const optimizer = adam({ learningRate: 0.1 });
    const first = updateWith(optimizer, parameters, { a: [1], b: [1] }, {});
    const second = updateWith(optimizer, parameters, { a: [1] }, first);
    expect(second.b).toBe(first.b);
    expect(second.b.tensors.m.isDisposed).toBe(false);
    expect(first.a.tensors.m.isDisposed).toBe(true);
    disposeAll(parameters, second);
  });

  it('keeps two tensors a parameter and leaks none', () => {
    const before = tf.memory().numTensors;
    const parameters = variables({ a: [1, 2], b: 3 });
    const optimizer = adam({ learningRate: 0.1 });
    let state: OptimizerState = {};
    for (let t = 0; t < 3; t++) {
      state = updateWith(optimizer, parameters, { a: [1, -1], b: 0.5 }, state);
      expect(tf.memory().numTensors - before).toBe(2 + 2 * 2);
    }
    disposeAll(parameters, state);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('names gradients that no parameter belongs to, and changes nothing', () => {
    const parameters = variables({ a: [1] });
    const optimizer = adam({ learningRate: 0.1 });
    const state = updateWith(optimizer, parameters, { a: [1] }, {});
    const value = parameters.a.dataSync()[0];
    expect(() => updateWith(optimizer, parameters, { a: [1], 'pre/x': [1], y: [1] }, state)).toThrow(
      'adam: no parameter belongs to the gradient of pre/x, y',
    );
    expect(parameters.a.dataSync()[0]).toBe(value);
    expect(state.a.tensors.m.isDisposed).toBe(false);
    disposeAll(parameters, state);
  });

  it('rejects a learning rate that is not positive', () => {
    for (const learningRate of [0, -1, Number.NaN]) {
      expect(() => adam({ learningRate })).toThrow(`adam: learningRate must be positive, got ${learningRate}`);
    }
  });
});
