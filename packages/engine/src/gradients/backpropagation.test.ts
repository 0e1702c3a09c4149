import { beforeAll, describe, expect, it } from 'vitest';
import { presentEngines, startEngine, tf } from '../index.js';

/** One whose gradient is whatever `gradient` returns. */
const custom = (x: tf.Tensor, gradient: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.Tensor): tf.Tensor =>
  tf.customGrad((...args) => {
    const [input, save] = args as [tf.Tensor, tf.GradSaveFunc];
    save([input]);
    return { value: tf.clone(input), gradFunc: gradient };
  })(x);

describe.each(presentEngines())('backpropagation on %s', (engine) => {
  beforeAll(async () => {
    await startEngine({ engine });
  });

  it('holds few gradients and saved tensors at a time', () => {
    const x = tf.ones([1000]);
    const size = 4 * x.size;
    const before = tf.memory().numBytes;
    let [deepest, largest] = [0, 0];
    const watched = (y: tf.Tensor) =>
      custom(y, (dy) => {
        largest = Math.max(largest, tf.memory().numBytes - before);
        return tf.mul(dy, 0.5);
      });
    const gradient = tf.grad((x) => {
      let y = x;
      for (let i = 0; i < 20; i++) y = watched(tf.sigmoid(y));
      deepest = tf.memory().numBytes - before;
      return y;
    })(x);
    expect(deepest).toBeGreaterThanOrEqual(20 * size);
    // What the way there kept, and a handful of gradients; TFJS would hold more than 40 beside.
    expect(largest - deepest).toBeLessThan(6 * size);
    tf.dispose([x, gradient]);
    expect(tf.memory().numBytes).toBe(before - size);
  });

  it('adds up gradients that are one tensor', () => {
    const x = tf.tensor1d([1, 2]);
    const gradient = tf.grad((x) => {
      const [a, b] = [custom(x, (dy) => dy), custom(x, (dy) => dy)];
      return tf.add(
        custom(a, (dy) => dy),
        tf.mul(b, 3),
      );
    })(x);
    expect([...gradient.dataSync()]).toEqual([4, 4]);
    tf.dispose([x, gradient]);
  });

  it("disposes neither dy nor a user's tensor nor one that was kept", () => {
    const [x, dy, constant] = [tf.tensor1d([1, 2]), tf.tensor1d([3, 4]), tf.tensor1d([5, 6])];
    let kept: tf.Tensor | undefined;
    const gradient = tf.grad((x) =>
      custom(
        custom(
          custom(x, (dy) => tf.mul(dy, 2)),
          () => constant,
        ),
        (dy) => {
          kept = tf.keep(tf.mul(dy, 10));
          return kept;
        },
      ),
    )(x, dy);
    expect([...gradient.dataSync()]).toEqual([10, 12]);
    expect([...dy.dataSync()]).toEqual([3, 4]);
    expect([...constant.dataSync()]).toEqual([5, 6]);
    expect([...kept!.dataSync()]).toEqual([30, 40]);
    tf.dispose([x, dy, constant, kept!, gradient]);
  });

  it('passes on a saved tensor that is the gradient', () => {
    const x = tf.tensor1d([1, 2]);
    const gradient = tf.grad((x) => custom(tf.mul(x, 2), (_, [saved]) => saved))(x);
    expect([...gradient.dataSync()]).toEqual([4, 8]);
    tf.dispose([x, gradient]);
  });

  it('keeps what a derivative of a derivative needs', () => {
    const x = tf.tensor1d([0.5, 2]);
    // d/dx of d/dx x^4 is 12 x^2.
    const second = tf.grad((x) => tf.grad((x) => tf.square(tf.square(x)))(x))(x);
    expect([...second.dataSync()]).toEqual([3, 48]);
    tf.dispose([x, second]);
  });

  it('says what is wrong with a gradient', () => {
    const x = tf.tensor1d([1, 2]);
    expect(() => tf.grad((x) => custom(x, () => tf.zeros([3])))(x)).toThrow(/has shape '3', which does not match/);
    expect(() => tf.grad(() => tf.ones([2]))(x)).toThrow(/Cannot compute gradient of y=f\(x\)/);
    x.dispose();
  });
});
