import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { presentEngines, startEngine, tf } from './index.js';

const addon = fileURLToPath(new URL('../build/torch.node', import.meta.url));

describe.each(presentEngines())('a step that throws on %s', (engine) => {
  beforeAll(async () => {
    await startEngine({ engine });
    optimizer = tf.train.sgd(0.1);
  });

  let optimizer: tf.Optimizer;
  const fail = () => {
    throw new Error('mine');
  };
  const squares = (x: tf.Tensor) => tf.sum(tf.square(tf.exp(tf.sin(x)))) as tf.Scalar;
  const failing = tf.customGrad((x) => ({ value: tf.mul(x as tf.Tensor, 2), gradFunc: fail as never }));
  const then = (_: tf.Tensor, next: () => never): tf.Scalar => next();

  it.each<[string, (variable: tf.Variable) => void]>([
    ['on the way there', (x) => tf.variableGrads(() => then(squares(x), fail), [x])],
    ['on the way back', (x) => tf.variableGrads(() => squares(failing(x)), [x])],
    ['where there is no path', (x) => tf.grad(() => squares(tf.ones([2])))(x)],
    ['where no variable is used', (x) => tf.variableGrads(() => squares(tf.ones([2])), [x])],
    ['where the loss is a constant', (x) => tf.variableGrads(() => tf.scalar(2), [x])],
    ['within another derivative', (x) => tf.grad((y) => tf.grad((z) => then(squares(z), fail))(y))(x)],
    ['in an optimizer', (x) => optimizer.minimize(() => squares(failing(x)), true, [x])],
    [
      'when gradients are applied',
      (x) => Object.assign(Object.create(optimizer), { applyGradients: fail }).minimize(() => squares(x), true, [x]),
    ],
  ])('releases what it has saved: %s', (_, step) => {
    const variable = tf.variable(tf.ones([4]));
    const before = tf.memory().numTensors;
    for (let i = 0; i < 3; i++) expect(() => step(variable)).toThrow();
    expect(tf.memory().numTensors).toBe(before);
    // And the next one is as ever.
    const gradient = tf.grad((x) => tf.sum(tf.square(x)))(variable);
    expect(gradient.arraySync()).toEqual([2, 2, 2, 2]);
    gradient.dispose();
    variable.dispose();
  });
});

describe.skipIf(!presentEngines().includes('wasm'))('memory that wasm refuses', () => {
  it('is an error, after which others are as they were', async () => {
    await startEngine({ engine: 'wasm' });
    const x = tf.tensor1d([1, 2]);
    const before = [tf.memory().numTensors, tf.backend().numDataIds()];
    // 6.4 GB, of which a product of 4 GiB would be left if sizes were computed in 32 bits.
    expect(() => tf.tidy(() => tf.matMul(tf.ones([40_000, 1]), tf.ones([1, 40_000])))).toThrow(
      'wasm: no memory for 6400000000 bytes; dispose of tensors, or use smaller ones',
    );
    expect([tf.memory().numTensors, tf.backend().numDataIds()]).toEqual(before);
    const sum = tf.add(x, 1);
    expect([...sum.dataSync(), ...x.dataSync()]).toEqual([2, 3, 1, 2]);
    tf.dispose([x, sum]);
  });
});

/** Runs a script with the addon in a process of its own that may have as many MiB of addresses, and what it prints. */
function withAddresses(mebibytes: number, body: string): string {
  const script = `
    const addon = require(${JSON.stringify(addon)});
    addon.setThreads(1);
    const call = (name, ...args) => addon.callOperator(addon.findOperator('aten::' + name, ''), ...args);
    /** A tensor of as many MiB. */
    const ones = (mebibytes) => call('ones', [mebibytes * 2 ** 18], 6);
    /** Tensors of 64 MiB until one is refused. */
    const fill = () => { const all = []; for (;;) { try { all.push(ones(64)); } catch (error) { return [all, error.code]; } } };
    ${body}
  `;
  const command = `ulimit -v ${mebibytes * 1024}; ulimit -c 0; exec "$@"`;
  const child = spawnSync('sh', ['-c', command, 'sh', process.execPath, '-e', script], {
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
  });
  return `${child.stdout}${child.signal ?? ''}${child.status === 0 ? '' : child.stderr.slice(-500)}`.trim();
}

describe.skipIf(!presentEngines().includes('torch'))('after an out-of-memory error', () => {
  const LIMIT = 2304;

  it('what was disposed of serves small tensors, products and JavaScript', () => {
    const printed = withAddresses(
      LIMIT,
      `
      const [all, code] = fill();
      addon.release(all);
      const small = Array.from({ length: 2000 }, () => call('ones', [100, 100], 6));
      const [a, b] = [call('ones', [512, 512], 6), call('ones', [512, 512], 6)];
      const product = call('mm', a, b);
      const array = Array.from({ length: 4e6 }, (_, i) => i);
      const buffer = new Float32Array(2 ** 24);
      console.log(code, all.length > 8, addon.toHost(product)[0], small.length, array.length, buffer.length);
    `,
    );
    expect(printed).toBe('ERR_OUT_OF_MEMORY true 512 2000 4000000 16777216');
  });

  it('a product is possible while memory is full', () => {
    const printed = withAddresses(
      LIMIT,
      `
      const [a, b] = [call('ones', [256, 256], 6), call('ones', [256, 256], 6)];
      const [all, code] = fill();
      const product = call('mm', a, b);
      console.log(code, addon.toHost(product)[0], new Array(1e6).fill(0).length);
    `,
    );
    expect(printed).toBe('ERR_OUT_OF_MEMORY 256 1000000');
  });

  it('kept memory of small blocks serves a large one', () => {
    const printed = withAddresses(
      LIMIT,
      `
      const [all] = fill();
      addon.release(all);
      const half = Array.from({ length: Math.floor(all.length / 2) * 64 }, () => ones(1));
      addon.release(half);
      addon.release([ones(Math.floor(all.length * 0.75) * 64)]);
      console.log('made');
    `,
    );
    expect(printed).toBe('made');
  });
});
