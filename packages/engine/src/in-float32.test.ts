import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inFloat32, presentEngines, startEngine, tf } from './index.js';

/** To bfloat16, halves to even, by the bits. */
function rounded(values: Float32Array): Float32Array {
  const bits = new Uint32Array(values.slice().buffer);
  for (const [i, word] of bits.entries()) bits[i] = (word + 0x7fff + ((word >>> 16) & 1)) & 0xffff0000;
  return new Float32Array(bits.buffer);
}

const random = (shape: number[], seed: number) =>
  tf.randomNormal(shape, 0, 1, 'float32', seed).dataSync() as Float32Array;

/** Largest difference relative to the largest value. */
function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [difference, size] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    difference = Math.max(difference, Math.abs(a[i] - b[i]));
    size = Math.max(size, Math.abs(b[i]));
  }
  return difference / size;
}

/** One rounding of a result to 8 bits, and the order of sums. */
const BF16 = 2 ** -8;

describe.skipIf(!presentEngines().includes('torch'))('precision bf16', () => {
  const shapes = { x: [2, 9, 10, 5], filter: [3, 3, 5, 20], a: [4, 30, 16], b: [4, 16, 7] };
  const values = () => Object.entries(shapes).map(([name, shape], i) => [name, random(shape, i + 1)] as const);
  const tensors = (given: (readonly [string, Float32Array])[]) =>
    Object.fromEntries(given.map(([name, data]) => [name, tf.tensor(data, shapes[name as 'x'])])) as Record<
      string,
      tf.Tensor
    >;

  const convolve = ({ x, filter }: Record<string, tf.Tensor>) =>
    tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same');
  const multiply = ({ a, b }: Record<string, tf.Tensor>) => tf.matMul(a, b);
  /** Results, and gradients of sums weighed by numbers that bfloat16 has. */
  const all = (given: (readonly [string, Float32Array])[]) =>
    tf.tidy(() => {
      const inputs = tensors(given);
      const weighed = (y: tf.Tensor) =>
        tf.sum(tf.mul(y, tf.reshape(tf.tensor(Float32Array.from({ length: y.size }, (_, i) => (i % 3) - 1)), y.shape)));
      const differentiate = (f: (inputs: Record<string, tf.Tensor>) => tf.Tensor, names: string[]) =>
        tf.grads((...xs) => weighed(f(Object.fromEntries(xs.map((x, i) => [names[i], x])))))(
          names.map((n) => inputs[n]),
        );
      return [
        convolve(inputs),
        multiply(inputs),
        ...differentiate(convolve, ['x', 'filter']),
        ...differentiate(multiply, ['a', 'b']),
      ].map((tensor) => ({ dtype: tensor.dtype, data: tensor.dataSync() }));
    });

  let exact: ReturnType<typeof all>;
  let ofRounded: ReturnType<typeof all>;

  beforeAll(async () => {
    await startEngine({ engine: 'torch', threads: 1 });
    exact = all(values());
    ofRounded = all(values().map(([name, data]) => [name, rounded(data)]));
    expect(await startEngine({ engine: 'torch', threads: 1, precision: 'bf16' })).toMatchObject({ precision: 'bf16' });
  });
  afterAll(async () => {
    await startEngine({ engine: 'torch', threads: 1 });
  });

  it('rounds the factors of convolutions, matrix products and their gradients', () => {
    const actual = all(values());
    for (const [i, { dtype, data }] of actual.entries()) {
      expect(dtype).toBe('float32');
      expect(distance(data, ofRounded[i].data), `result ${i}`).toBeLessThan(BF16);
      expect(distance(data, exact[i].data), `result ${i}`).toBeGreaterThan(2 ** -14);
    }
  });

  it('keeps what a convolution gives in bfloat16 while it is moved, added or enlarged, and sums it in float32', () => {
    tf.tidy(() => {
      const { x, filter } = tensors(values());
      const y = tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same');
      const data = y.dataSync() as Float32Array;
      expect(rounded(data)).toEqual(data);
      const z = tf.conv2d(x as tf.Tensor4D, tf.mul(filter, 0.7) as tf.Tensor4D, 1, 'same');
      const kept = {
        sum: tf.add(y, z),
        enlarged: tf.image.resizeBilinear(y, [18, 20], false, true),
        joined: tf.concat([y, tf.relu(y)], 3),
        skipped: tf.stridedSlice(y, [0, 1, 1, 0], [2, 9, 10, 20], [1, 2, 2, 1]),
      };
      const inFloat = inFloat32(() => ({
        sum: tf.add(y, z),
        enlarged: tf.image.resizeBilinear(y, [18, 20], false, true),
        joined: tf.concat([y, tf.relu(y)], 3),
        skipped: tf.stridedSlice(y, [0, 1, 1, 0], [2, 9, 10, 20], [1, 2, 2, 1]),
      }));
      for (const name of Object.keys(kept) as (keyof typeof kept)[]) {
        const actual = kept[name].dataSync() as Float32Array;
        expect(rounded(actual), name).toEqual(actual);
        expect(distance(actual, inFloat[name].dataSync()), name).toBeLessThanOrEqual(BF16);
      }
      for (const name of ['sum', 'enlarged'] as const) {
        const exactly = inFloat[name].dataSync() as Float32Array;
        expect(rounded(exactly), name).not.toEqual(exactly);
      }
      // 3600 values: a sum in bfloat16 would be off by a whole number.
      const total = data.reduce((sum, value) => sum + value, 0);
      expect(Math.abs(tf.sum(y).dataSync()[0] - total)).toBeLessThan(0.01);
      const scaled = tf.mul(y, 1.0001).dataSync() as Float32Array;
      expect(rounded(scaled)).not.toEqual(scaled);
    });
  });

  it('writes into tensors of either type in place', () => {
    const { x, filter } = tensors(values());
    const y = tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same');
    const variable = tf.variable(y);
    variable.assign(tf.fill(y.shape, 3));
    expect([...new Set(variable.dataSync())]).toEqual([3]);
    variable.assign(y);
    expect(variable.dataSync()).toEqual(y.dataSync());
    tf.dispose([x, filter, y, variable]);
  });

  it('leaves everything else in float32', () => {
    const x = random([1000], 7);
    const [sum] = tf.tidy(() => tf.mul(tf.add(tf.tensor(x), 1 / 3), 1.0001).dataSync());
    expect(sum).toBe(Math.fround(Math.fround(x[0] + Math.fround(1 / 3)) * Math.fround(1.0001)));
  });

  it('is float32 within inFloat32, gradients included', () => {
    const given = values();
    const same = inFloat32(() => all(given)).map(({ data }, i) => data.every((value, k) => value === exact[i].data[k]));
    expect(same).toEqual(Array(6).fill(true));
    tf.tidy(() => {
      const { a, b } = tensors(given);
      const weights = tf.tensor(
        Float32Array.from({ length: 4 * 30 * 7 }, (_, i) => (i % 3) - 1),
        [4, 30, 7],
      );
      const [da] = tf.grads((a, b) =>
        tf.sum(
          tf.mul(
            inFloat32(() => tf.matMul(a, b)),
            weights,
          ),
        ),
      )([a, b]);
      expect(distance(da.dataSync(), exact[4].data)).toBe(0);
    });
    expect(() => inFloat32(() => { throw new Error('mine'); })).toThrow('mine'); // biome-ignore format: one line
    expect(distance(all(given)[1].data, exact[1].data)).toBeGreaterThan(2 ** -14);
  });

  it('learns', () => {
    const filter = tf.variable(tf.randomNormal<tf.Rank.R4>([3, 3, 2, 1], 0, 0.1, 'float32', 5));
    const target = tf.randomNormal<tf.Rank.R4>([3, 3, 2, 1], 0, 1, 'float32', 6);
    const x = tf.randomNormal<tf.Rank.R4>([4, 12, 12, 2], 0, 1, 'float32', 8);
    const wanted = inFloat32(() => tf.conv2d(x, target, 1, 'valid'));
    const optimizer = tf.train.sgd(0.3);
    const losses: number[] = [];
    for (let i = 0; i < 40; i++) {
      const loss = optimizer.minimize(() => tf.losses.meanSquaredError(wanted, tf.conv2d(x, filter, 1, 'valid')), true);
      losses.push((loss as tf.Scalar).dataSync()[0]);
    }
    expect(losses[39] / losses[0]).toBeLessThan(1e-3);
  });

  it('is refused where it is not to be had', async () => {
    await expect(startEngine({ engine: 'cpu', precision: 'bf16' })).rejects.toThrow(
      /the cpu engine has .*precision 'fp32' only/,
    );
  });
});
