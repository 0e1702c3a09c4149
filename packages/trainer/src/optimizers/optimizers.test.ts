import { readFileSync } from 'node:fs';
import { type Parameters, presentEngines, startEngine, tf } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { descend } from '../descend.js';
import { adam } from './adam.js';
import { applyUpdate, numbersOf } from './apply-update.js';
import { average, type WeightAverage } from './average.js';
import { chain } from './chain.js';
import { clip } from './clip.js';
import { clipByNorm } from './clip-by-norm.js';
import { frozen } from './frozen.js';
import { mapPaths, type Optimizer, type OptimizerMemory } from './optimizer.js';
import { partition } from './partition.js';
import { project } from './project.js';
import { projectBall } from './project-ball.js';
import { scale } from './scale.js';
import { cosineDecay } from './schedule.js';
import { sgd } from './sgd.js';
import { sign } from './sign.js';

type Trajectory = number[][];
interface Golden {
  start: number[][];
  gradients: number[][][];
  adam: Trajectory;
  adamOptions: Trajectory;
  adamCosine: Trajectory;
  sgd: Trajectory;
  momentum: Trajectory;
  nesterov: Trajectory;
  attack: { inf: Trajectory; l2: Trajectory };
  /** Values of `p` and `late`, which has gradients at the steps 2, 3 and 5 only. */
  joins: Record<'adam' | 'sgd' | 'groups' | 'clipped' | 'projected', Record<'p' | 'late', Trajectory>>;
  late: { start: number[]; gradients: (number[] | null)[] };
  optax: { cosine: number[]; clipByGlobalNorm: Record<'p' | 'late', number[]>; average: Trajectory };
}
const golden: Golden = JSON.parse(readFileSync(new URL('./fixtures/optimizers.json', import.meta.url), 'utf8'));

const expectClose = (actual: ArrayLike<number>, expected: ArrayLike<number>) => {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const tolerance = 1e-6 + 2e-6 * Math.abs(expected[i]);
    expect(Math.abs(actual[i] - expected[i]), `element ${i}: ${actual[i]} is not ${expected[i]}`).toBeLessThan(
      tolerance,
    );
  }
};

describe.each(presentEngines())('optimizers on %s', (engine) => {
  beforeAll(async () => {
    await startEngine({ engine });
  });

  /** Parameters after each step with the fixture's gradients: a loss that is linear in p has the gradient that it is made of. */
  async function trajectory(optimizer: Optimizer): Promise<Trajectory> {
    const p = tf.variable(tf.tensor(golden.start));
    const places = golden.gradients.map((g) => tf.tensor(g));
    let step = 0;
    const seen: Trajectory = [];
    await descend({ p }, () => p.mul(places[step++]).sum().asScalar(), {
      optimizer,
      steps: places.length,
      onStep: () => void seen.push([...p.dataSync()]),
    });
    tf.dispose([p, places]);
    return seen;
  }

  it.each<[keyof Golden, () => Optimizer]>([
    ['adam', () => adam({ learningRate: 0.1 })],
    ['adamOptions', () => adam({ learningRate: 0.02, beta1: 0.8, beta2: 0.95, epsilon: 0.1 })],
    ['sgd', () => sgd({ learningRate: 0.1 })],
    ['sgd', () => scale(0.1)],
    ['momentum', () => sgd({ learningRate: 0.1, momentum: 0.9 })],
    ['momentum', () => chain(sgd({ learningRate: 1, momentum: 0.9 }), scale(0.1))],
    ['nesterov', () => sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true })],
  ])('%s of torch.optim', async (name, optimizer) => {
    for (const [i, p] of (await trajectory(optimizer())).entries()) {
      expectClose(p, (golden[name] as Trajectory)[i]);
    }
  });

  it('schedules are functions of the step: CosineAnnealingLR of torch.optim', async () => {
    // torch's recursion rises again after its four steps; a decay stays.
    const learningRate = cosineDecay(0.1, 4, 0.01);
    const forms = [adam({ learningRate }), chain(adam({ learningRate: 1 }), scale(learningRate))];
    for (const optimizer of forms) {
      const seen = await trajectory(optimizer);
      for (const i of [0, 1, 2, 3, 4]) expectClose(seen[i], golden.adamCosine[i]);
    }
    expect([0, 2, 4, 9].map((step) => learningRate(step, 0)).map((x) => x.toFixed(4))).toEqual([
      '0.1000',
      '0.0550',
      '0.0100',
      '0.0100',
    ]);
  });

  /** Parameters after each step, of two parameters one of which joins late and is left out once. */
  async function joining(optimizer: Optimizer): Promise<Record<'p' | 'late', Trajectory>> {
    const { start, gradients } = golden.late;
    const parameters = tf.tidy(() => ({
      p: tf.variable(tf.tensor(golden.start)),
      late: tf.variable(tf.tensor(start)),
    }));
    const seen = { p: [] as Trajectory, late: [] as Trajectory };
    let step = 0;
    const loss = () => {
      const own = tf.sum(tf.mul(parameters.p, tf.tensor(golden.gradients[step])));
      const other = gradients[step];
      step++;
      return (other ? tf.add(own, tf.sum(tf.mul(parameters.late, tf.tensor(other)))) : own) as tf.Scalar;
    };
    const onStep = () => {
      for (const path of ['p', 'late'] as const) seen[path].push([...parameters[path].dataSync()]);
    };
    await descend(parameters, loss, { optimizer, steps: gradients.length, onStep });
    tf.dispose(parameters);
    return seen;
  }

  it.each<[keyof Golden['joins'], () => Optimizer]>([
    ['adam', () => adam({ learningRate: 0.1 })],
    ['sgd', () => sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true })],
    [
      'groups',
      () =>
        partition({
          lat: frozen(),
          'l*e': sgd({ learningRate: 0.05, momentum: 0.5 }),
          '*': adam({ learningRate: 0.1 }),
        }),
    ],
    ['clipped', () => chain(clipByNorm(2.5), adam({ learningRate: 0.1 }))],
    ['projected', () => chain(sgd({ learningRate: 0.1, momentum: 0.9 }), project('p', -1, 1.25))],
  ])('a parameter that joins late and is left out once, as torch.optim has it: %s', async (name, optimizer) => {
    const seen = await joining(optimizer());
    for (const path of ['p', 'late'] as const) {
      for (const [i, values] of seen[path].entries()) expectClose(values, golden.joins[name][path][i]);
    }
  });

  it('leave what is frozen as it is', async () => {
    const { p, late } = await joining(partition({ late: frozen(), '*': adam({ learningRate: 0.1 }) }));
    expect(late.at(-1)).toEqual(golden.late.start.flat());
    for (const [i, values] of p.entries()) expectClose(values, golden.joins.adam.p[i]);
  });

  it('ask for no gradient of what is frozen, in a chain either', async () => {
    const parameters = { 'pre/a': tf.variable(tf.scalar(2)), 'post/b': tf.variable(tf.scalar(3)) };
    const differentiated: string[] = [];
    const watched = (path: keyof typeof parameters) =>
      tf.customGrad((x) => ({
        value: tf.square(x as tf.Tensor),
        gradFunc: (dy: tf.Tensor) => {
          differentiated.push(path);
          return tf.mul(dy, tf.mul(2, x as tf.Tensor));
        },
      }))(parameters[path]) as tf.Scalar;
    const loss = () => tf.add(watched('pre/a'), watched('post/b')) as tf.Scalar;
    // The gradient of b alone, 6, has the norm that is clipped to 1.
    const optimizer = chain(clipByNorm(1), partition({ 'pre/*': frozen(), '*': scale(0.5) }));
    await descend(parameters, loss, { optimizer, steps: 1 });
    expect(differentiated).toEqual(['post/b']);
    expect(parameters['pre/a'].dataSync()[0]).toBe(2);
    expect(parameters['post/b'].dataSync()[0]).toBeCloseTo(2.5, 6);
    await expect(descend(parameters, loss, { optimizer: frozen(), steps: 1 })).rejects.toThrow(
      'the optimizer moves none of the parameters pre/a, post/b: leave one of them out of frozen()',
    );
    tf.dispose(parameters);
  });

  it('equal the formulas of optax: the norm of all gradients, cosine decay, average', () => {
    for (const [step, value] of golden.optax.cosine.entries()) {
      expect(cosineDecay(0.1, 4, 0.01)(step, 0)).toBeCloseTo(value, 12);
    }
    tf.tidy(() => {
      const [p, late] = [tf.tensor(golden.gradients[2]), tf.tensor(golden.late.gradients[2]!)];
      const { steps } = clipByNorm(2.5).update({ p, late }, {}, {}, {});
      for (const path of ['p', 'late'] as const)
        expectClose(steps[path].dataSync(), golden.optax.clipByGlobalNorm[path]);
      // Within the bound they stay as they are.
      const small = clipByNorm(1e3).update({ p, late }, {}, {}, {}).steps;
      expect([...small.p.dataSync(), ...small.late.dataSync()]).toEqual([...p.dataSync(), ...late.dataSync()]);

      const averaging = average(0.75);
      const variable = tf.variable(tf.tensor(golden.adam[0]));
      let kept: WeightAverage = averaging.init({ p: variable });
      for (const [step, values] of golden.adam.entries()) {
        variable.assign(tf.tensor(values));
        if (step > 0) kept = averaging.update(kept, { p: variable }, tf.tensor1d(averaging.numbers(step)));
        expectClose(kept.p.dataSync(), golden.optax.average[step]);
      }
      variable.dispose();
    });
  });

  it('compose without mixing up what they remember', () => {
    tf.tidy(() => {
      const parameters: Parameters = { a: tf.variable(tf.tensor1d([1, 2])), b: tf.variable(tf.scalar(3)) };
      const inner = partition({ a: adam({ learningRate: 0.1 }), b: sgd({ learningRate: 0.1, momentum: 0.9 }) });
      const optimizer = chain(adam({ learningRate: (step) => step + 1 }), inner, scale(0.5));
      expect(optimizer.remembers).toEqual(['m', 'v', 'm@1', 'v@1', 'velocity']);
      let memory: OptimizerMemory = optimizer.init(parameters);
      expect(mapPaths(memory, (tensors) => Object.keys(tensors))).toEqual({
        a: ['m', 'v', 'm@1', 'v@1'],
        b: ['m', 'v', 'velocity'],
      });
      const gradients = { a: tf.tensor1d([4, -4]), b: tf.scalar(2) };
      for (let step = 0; step < 2; step++) {
        const numbers = numbersOf(optimizer, { step, progress: 0, updates: { a: step, b: step } });
        memory = applyUpdate(optimizer, { parameters, gradients, memory }, numbers);
      }
      // The first Adam makes steps of 1 and 2, the sign of the gradient at each rate; m of the second is their mean.
      expectClose(memory.a['m@1'].dataSync(), [0.9 * 0.1 * 1 + 0.1 * 2, -(0.9 * 0.1 * 1 + 0.1 * 2)]);
      expectClose(memory.b.velocity.dataSync(), [0.9 * 1 + 2]);
      expectClose(parameters.b.dataSync(), [3 - 0.5 * 0.1 * (1 + 0.9 * 1 + 2)]);
      expect(() =>
        applyUpdate(optimizer, { parameters, gradients: { ...gradients, c: tf.scalar(1) }, memory }, {}),
      ).toThrow('no parameter belongs to the gradient of c');
      tf.dispose(parameters);
    });
  });

  it.each(['inf', 'l2'] as const)('make signed attacks within a ball and the range of pixels: %s', async (norm) => {
    const x0 = tf.tensor1d([10, 128, 250, 3]);
    const x = tf.variable(x0);
    const target = tf.tensor1d([200, 128.5, 400, -90]);
    const seen: Trajectory = [];
    for (const centre of [x0, { x: x0 }]) {
      x.assign(x0);
      seen.length = 0;
      await descend({ x }, ({ target }) => x.sub(target).square().sum().asScalar(), {
        optimizer: chain(sign(), scale(3), projectBall(centre, 8, norm), clip(0, 255)),
        steps: 6,
        inputs: { target },
        onStep: () => void seen.push([...x.dataSync()]),
      });
      for (const [i, values] of seen.entries()) expectClose(values, golden.attack[norm][i]);
    }
    tf.dispose([x0, x, target]);
  });

  it('leave alone what has no gradient, and are pure: one pair serves two descents', async () => {
    const optimizer = adam({ learningRate: 0.1 });
    const [a, b] = [1, 1].map((value) => tf.variable(tf.scalar(value)));
    const results: number[] = [];
    for (let run = 0; run < 2; run++) {
      a.assign(tf.scalar(1));
      await descend({ a, b }, () => a.square().asScalar(), { optimizer, steps: 3 });
      results.push(a.dataSync()[0]);
    }
    expect(results[1]).toBe(results[0]);
    expect(results[0]).toBeCloseTo(0.7, 1);
    expect(b.dataSync()[0]).toBe(1);
    tf.dispose([a, b]);
  });
});

describe('optimizers refuse', () => {
  it('what makes no sense, with its value', () => {
    expect(() => adam({ learningRate: 0 })).toThrow('adam: learningRate must be positive, got 0');
    expect(() => sgd({ learningRate: Number.NaN })).toThrow('sgd: learningRate must be positive, got NaN');
    expect(() => sgd({ learningRate: 1, momentum: 1 })).toThrow('sgd: momentum must be 0 to 1, below 1, got 1');
    expect(() => clip(255, 0)).toThrow('clip: low must be below high, got 255 and 0');
    expect(() => cosineDecay(1, 0)).toThrow('cosineDecay: steps must be positive, got 0');
    expect(() => project('a', 1, 1)).toThrow('project: low must be below high, got 1 and 1');
    expect(() => clipByNorm(0)).toThrow('clipByNorm: maximum must be positive, got 0');
    expect(() => average(1.5)).toThrow('average: decay must be 0 to 1, got 1.5');
    expect(() => partition({ 'pre/*': frozen() }).init({ 'post/x': null as never })).toThrow(
      'partition: no pattern fits post/x; there are pre/*',
    );
    expect(() => projectBall({}, -1, 'inf')).toThrow('projectBall: budget must not be negative, got -1');
    expect(() => projectBall({}, 1, 'l1' as 'l2')).toThrow('projectBall: norm must be inf or l2, got l1');
  });

  it('a centre of another shape', async () => {
    await startEngine();
    const x = tf.variable(tf.tensor1d([1, 2]));
    const optimizer = projectBall(tf.tensor1d([1]), 1, 'inf');
    await expect(descend({ x }, () => x.sum().asScalar(), { optimizer, steps: 1 })).rejects.toThrow(
      'projectBall: the centre of x must have its shape, [2], got [1]',
    );
  });
});
