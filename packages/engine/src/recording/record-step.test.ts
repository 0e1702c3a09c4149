import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { computeOnHost, presentEngines, RecordingError, recordStep, startEngine, tf } from '../index.js';

interface Addon {
  liveTensors(): number;
}

/** A small network, its variables and an ordinary step of gradient descent on it. */
function example() {
  const variables = tf.tidy(() => [
    tf.variable(tf.randomNormal([3, 3, 2, 4], 0, 0.3, 'float32', 1)),
    tf.variable(tf.randomNormal([4], 0, 0.3, 'float32', 2)),
    tf.variable(tf.randomNormal([4, 1], 0, 0.3, 'float32', 3)),
  ]);
  const [kernel, bias, head] = variables;
  const loss = (x: tf.Tensor4D) => {
    const features = tf.fused.conv2d({
      x,
      filter: kernel as tf.Tensor4D,
      strides: 1,
      pad: 'same',
      bias,
      activation: 'relu',
    });
    return tf.mean(tf.square(tf.sub(tf.matMul(tf.reshape(features, [-1, 4]), head as tf.Tensor2D), 1))) as tf.Scalar;
  };
  const step = ({ x, rate }: { x: tf.Tensor; rate: tf.Tensor }) => {
    const { value, grads } = tf.variableGrads(() => loss(x as tf.Tensor4D), variables);
    for (const variable of variables) variable.assign(tf.sub(variable, tf.mul(grads[variable.name], rate)));
    return { loss: value, doubled: tf.mul(value, 2) };
  };
  return { variables, step };
}

const inputsOf = (i: number) => ({
  x: tf.randomNormal<tf.Rank.R4>([2, 6, 6, 2], 0, 1, 'float32', 10 + i),
  rate: tf.scalar(0.1 / (i + 1)),
});

const valuesOf = (variables: tf.Variable[]) => variables.map((variable) => [...variable.dataSync()]);

describe.skipIf(!presentEngines().includes('torch'))('recordStep', () => {
  beforeAll(async () => {
    await startEngine({ engine: 'torch', threads: 1 });
  });

  it('computes what the step computes, bit for bit', async () => {
    const before = tf.memory().numTensors;
    const [ordinary, replayed] = [example(), example()];
    const recorded = recordStep(replayed);
    for (let i = 0; i < 10; i++) {
      const inputs = inputsOf(i);
      const expected = tf.tidy(() => {
        const { loss, doubled } = ordinary.step(inputs);
        return { loss: loss.dataSync()[0], doubled: doubled.dataSync()[0] };
      });
      expect(await recorded.run(inputs), `step ${i}`).toEqual(expected);
      expect(recorded.mode).toBe(i < 1 ? 'recording' : 'calls');
      tf.dispose(Object.values(inputs));
    }
    expect(valuesOf(replayed.variables)).toEqual(valuesOf(ordinary.variables));
    recorded.dispose();
    expect(valuesOf(replayed.variables)).toEqual(valuesOf(ordinary.variables));
    tf.dispose([...ordinary.variables, ...replayed.variables]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('makes no tensor in a run that is replayed, and frees all of them', async () => {
    const { addon } = tf.backend() as unknown as { addon: Addon };
    const before = addon.liveTensors();
    const { variables, step } = example();
    const recorded = recordStep({ variables, step });
    const inputs = inputsOf(0);
    for (let i = 0; i < 3; i++) await recorded.run(inputs);
    const between = addon.liveTensors();
    for (let i = 0; i < 3; i++) await recorded.run(inputs);
    expect(addon.liveTensors()).toBe(between);
    recorded.dispose();
    tf.dispose([...variables, ...Object.values(inputs)]);
    expect(addon.liveTensors()).toBe(before);
  });

  it('takes values that variables were given between runs', async () => {
    const { variables, step } = example();
    const recorded = recordStep({ variables, step });
    const inputs = inputsOf(0);
    for (let i = 0; i < 3; i++) await recorded.run(inputs);
    const saved = variables.map((variable) => tf.tensor(variable.dataSync().slice(), variable.shape));
    const { loss } = await recorded.run(inputs);
    await recorded.run(inputs);
    for (const [i, variable] of variables.entries()) variable.assign(saved[i]);
    expect((await recorded.run(inputs)).loss).toBe(loss);
    recorded.dispose();
  });

  it('computes on the host in the middle', async () => {
    const total = tf.variable(tf.zeros([3]));
    const seen: number[][] = [];
    const recorded = recordStep({
      variables: [total],
      step: ({ x }: { x: tf.Tensor }) => {
        const squares = tf.square(x);
        const [reversed, least] = computeOnHost([squares, x], [[3], []], (values, own) => {
          seen.push([...own]);
          // What the host computes with tensors is no part of the recording.
          const [smallest] = tf.tidy(() => tf.min(tf.tensor1d(values)).dataSync<'float32'>());
          return [values.toReversed(), Float32Array.of(smallest)];
        });
        const [twice] = computeOnHost([reversed, least], [[]], ([first], [last]) => [
          Float32Array.of(9 * first + 9 * last),
        ]);
        total.assign(tf.add(total, tf.sub(reversed, squares)));
        return { twice, sum: tf.sum(tf.mul(squares, reversed)) };
      },
    });
    for (let i = 1; i <= 5; i++) {
      const x = tf.tensor1d([i, 2 * i, 3 * i]);
      expect(await recorded.run({ x })).toEqual({ twice: 90 * i * i, sum: (9 + 16 + 9) * i ** 4 });
      x.dispose();
    }
    expect(recorded.mode).toBe('calls');
    expect(seen).toEqual([1, 2, 3, 4, 5].map((i) => [i, 2 * i, 3 * i]));
    expect([...total.dataSync()]).toEqual([8 * 55, 0, -8 * 55]);
    recorded.dispose();
  });

  it('makes values that another one takes, in the same memory', async () => {
    const { addon } = tf.backend() as unknown as { addon: Addon };
    const before = addon.liveTensors();
    const [weight, gradient] = tf.tidy(() => [1, 0].map((value) => tf.variable(tf.fill([4], value))));
    const making = recordStep({
      variables: [weight, gradient],
      step: ({ x }: { x: tf.Tensor }) => {
        const [made] = tf.grads((w) => tf.sum(tf.mul(tf.square(w), x)))([weight]);
        gradient.assign(made);
        return { sum: tf.sum(made) };
      },
    });
    const applying = recordStep({
      variables: [weight, gradient],
      step: ({ rate }: { rate: tf.Tensor }) => {
        weight.assign(tf.sub(weight, tf.mul(gradient, rate)));
        return {};
      },
    });
    const [x, rate] = [tf.tensor1d([1, 2, 3, 4]), tf.scalar(0.1)];
    const expected = [1, 1, 1, 1];
    const live: number[] = [];
    const places = new Set<object>();
    for (let i = 0; i < 6; i++) {
      // Sometimes the gradient comes from elsewhere in between: from other processes, for instance.
      await making.run({ x });
      if (i === 3) tf.tidy(() => gradient.assign(tf.mul(gradient, 2)));
      expect(await applying.run({ rate })).toEqual({});
      for (let k = 0; k < 4; k++) expected[k] -= 0.1 * 2 * (k + 1) * expected[k] * (i === 3 ? 2 : 1);
      for (const [k, value] of [...weight.dataSync()].entries()) expect(value).toBeCloseTo(expected[k], 5);
      live.push(addon.liveTensors());
      places.add(gradient.dataId).add(weight.dataId);
    }
    expect(live.slice(3)).toEqual([live[2], live[2], live[2]]);
    expect(places.size).toBe(2);
    making.dispose();
    await applying.run({ rate });
    applying.dispose();
    tf.dispose([weight, gradient, x, rate]);
    expect(addon.liveTensors()).toBe(before);
  });

  it('refuses another number of results of the host than it was told', async () => {
    const recorded = recordStep({
      variables: [],
      step: ({ x }: { x: tf.Tensor }) => ({ y: computeOnHost([x], [[], []], () => [Float32Array.of(1)])[0] }),
    });
    await expect(recorded.run({ x: tf.ones([2]) })).rejects.toThrow('computeOnHost: 2 results are due, got 1');
  });

  describe('refuses', () => {
    const x = () => ({ x: tf.ones([2]) });

    it('a read, and leaves everything as it was', async () => {
      const variable = tf.variable(tf.ones([2]));
      const recorded = recordStep({
        variables: [variable],
        step: (inputs: { x: tf.Tensor }) => {
          variable.assign(tf.add(variable, inputs.x));
          return { sum: tf.scalar(tf.sum(variable).dataSync()[0]) };
        },
      });
      await expect(recorded.run(x())).rejects.toThrow(
        /the result of aten::sum.* is read in the middle of a recorded step; see computeOnHost/,
      );
      expect([...variable.dataSync()]).toEqual([1, 1]);
      await expect(recorded.run(x())).rejects.toThrow(RecordingError);
    });

    it('a number that changes from step to step', async () => {
      let step = 0;
      const recorded = recordStep({
        variables: [],
        step: ({ x }: { x: tf.Tensor }) => ({ sum: tf.sum(tf.mul(x, ++step)) }),
      });
      expect(await recorded.run(x())).toEqual({ sum: 2 });
      expect(await recorded.run(x())).toEqual({ sum: 4 });
      await expect(recorded.run(x())).rejects.toThrow(
        /call \d+ of \d+, aten::mul.Tensor, takes a constant \[\] that is another one the next time: make it an input/,
      );
    });

    it('random numbers', async () => {
      const recorded = recordStep({
        variables: [],
        step: ({ x }: { x: tf.Tensor }) => ({ sum: tf.sum(tf.mul(x, tf.randomUniform([2]))) }),
      });
      for (let i = 0; i < 2; i++) await recorded.run(x());
      await expect(recorded.run(x())).rejects.toThrow(/aten::mul.Tensor, takes a constant \[2\]/);
      const drawn = recordStep({
        variables: [],
        step: ({ x }: { x: tf.Tensor }) => ({ sum: tf.sum(tf.multinomial(x as tf.Tensor1D, 3)) }),
      });
      const runs = async () => {
        for (let i = 0; i < 3; i++) await drawn.run(x());
      };
      await expect(runs()).rejects.toThrow(/takes a constant .* that is another one the next time/);
    });

    it('another path through the step', async () => {
      let step = 0;
      const recorded = recordStep({
        variables: [],
        step: ({ x }: { x: tf.Tensor }) => ({ sum: tf.sum(step++ % 2 ? tf.exp(x) : tf.sin(x)) }),
      });
      for (let i = 0; i < 2; i++) await recorded.run(x());
      await expect(recorded.run(x())).rejects.toThrow(/call 1 of \d+, aten::sin, is aten::exp the next time/);
    });

    it('other inputs, disposed variables, recordings in recordings, and what is no number', async () => {
      const variable = tf.variable(tf.ones([2]));
      const step = ({ x }: { x: tf.Tensor }) => ({ sum: tf.sum(tf.mul(x, variable)) });
      const recorded = recordStep({ variables: [variable], step });
      for (let i = 0; i < 3; i++) await recorded.run(x());
      await expect(recorded.run({ x: tf.ones([3]) })).rejects.toThrow(
        'the step was recorded with x float32[2], got x float32[3]; record another one for these',
      );
      variable.dispose();
      await expect(recorded.run(x())).rejects.toThrow('variable 0, float32[2], was disposed; record the step again');
      recorded.dispose();
      await expect(recorded.run(x())).rejects.toThrow('this recorded step was disposed');

      const inner = recordStep({ variables: [], step: ({ x }: { x: tf.Tensor }) => ({ x: tf.sum(x) }) });
      let nested: Promise<unknown> = Promise.resolve();
      const outer = recordStep({
        variables: [],
        step: ({ x }: { x: tf.Tensor }) => {
          nested = inner.run({ x }).catch((error) => error);
          return { x: tf.sum(x) };
        },
      });
      await outer.run(x());
      expect(((await nested) as Error).message).toMatch(/recordings cannot be nested/);
      const large = recordStep({ variables: [], step: ({ x }: { x: tf.Tensor }) => ({ x }) });
      await expect(large.run(x())).rejects.toThrow('a step must return single numbers, got x float32[2]');
    });
  });
});

describe('recordStep elsewhere', () => {
  afterAll(async () => {
    await startEngine();
  });

  it('needs the torch engine', async () => {
    await startEngine({ engine: 'cpu' });
    expect(() => recordStep({ variables: [], step: () => ({}) })).toThrow(
      'recordStep: only the torch engine records steps, this is cpu',
    );
    expect([...computeOnHost([tf.ones([2])], [[2]], (x) => [x.map((v) => v + 1)])[0].dataSync()]).toEqual([2, 2]);
  });
});
