import { describe, expect, it } from 'vitest';
import { type EngineName, presentEngines, startEngine, tf } from './index.js';

const [REAL, IMAGINARY] = [
  [1, -2, 3, 0.5],
  [0.25, 4, -1, 0],
];
const INTERLEAVED = [1, 0.25, -2, 4, 3, -1, 0.5, 0];
const make = () => tf.complex(tf.tensor2d(REAL, [2, 2]), tf.tensor2d(IMAGINARY, [2, 2]));

const engines = presentEngines();
const withComplex = engines.filter((engine) => engine !== 'wasm');
const pairs = withComplex.flatMap((from) => engines.filter((to) => to !== from).map((to) => [from, to] as const));

async function made(engine: EngineName): Promise<tf.Tensor> {
  await startEngine({ engine });
  return tf.tidy(make);
}

describe('complex numbers', () => {
  it.each(withComplex)('are read and disposed of on %s', async (engine) => {
    await startEngine({ engine });
    const before = [tf.memory().numTensors, tf.memory().numDataBuffers, tf.backend().numDataIds()];
    const z = tf.tidy(make);
    expect([...z.dataSync()]).toEqual(INTERLEAVED);
    expect([...(await z.data())]).toEqual(INTERLEAVED);
    z.dispose();
    expect([tf.memory().numTensors, tf.memory().numDataBuffers, tf.backend().numDataIds()]).toEqual(before);
  });

  it.each(pairs)('made on %s are read on %s, and brought back', async (from, to) => {
    const z = await made(from);
    await startEngine({ engine: to });
    const there = tf.backend().numDataIds();
    // A kernel gets the tensor: its data moves to the engine that computes.
    const view = tf.reshape(z, [4]);
    expect([view.dtype, ...view.dataSync()]).toEqual(['complex64', ...INTERLEAVED]);
    if (to !== 'wasm') {
      const doubled = tf.tidy(() => tf.add(view, view));
      expect([...doubled.dataSync()]).toEqual(INTERLEAVED.map((value) => 2 * value));
      doubled.dispose();
    }
    await startEngine({ engine: from });
    const real = tf.real(z);
    expect([...real.dataSync()]).toEqual(REAL);
    tf.dispose([z, view, real]);
    expect(tf.findBackend(to).numDataIds()).toBe(there);
  });

  it('are nothing that wasm computes with, which it says', async () => {
    const z = await made('cpu');
    await startEngine({ engine: 'wasm' });
    expect(() => tf.complex(tf.ones([2]), tf.ones([2]))).toThrow(/'Complex' not registered for backend 'wasm'/);
    expect(() => tf.neg(z)).toThrow('wasm: Neg(x complex64[2,2]): there are no complex numbers');
    expect([...z.dataSync()]).toEqual(INTERLEAVED);
    z.dispose();
  });
});
