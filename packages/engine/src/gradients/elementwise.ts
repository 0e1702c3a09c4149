import { tf } from '../tf.js';
import { type GradientTable, gradient, hasKernel, isDifferentiated, runKernel, sumTo } from './gradient.js';

const NOT_REDUCED = 'wrong: not summed over the axes of a broadcast input';

/** Maximum and minimum: dy goes to the chosen one, to `a` where they are equal. */
const chosen = (choosesA: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor) =>
  gradient({
    why: NOT_REDUCED,
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, [a, b]) => ({
      a: () => sumTo(tf.mul(dy, tf.cast(choosesA(a, b), 'float32')), a.shape),
      b: () => sumTo(tf.mul(dy, tf.cast(tf.logicalNot(choosesA(a, b)), 'float32')), b.shape),
    }),
  });

export const elementwise: GradientTable = {
  Abs: gradient({
    why: 'wrong: -1 at zero, which pulls a perfect L1 fit away',
    inputsToSave: ['x'],
    gradFunc: (dy, [x]) => ({ x: () => tf.mul(dy, tf.sign(x)) }),
  }),

  Relu: gradient({
    why: 'slow: three kernels, and it keeps the input alive',
    outputsToSave: [true],
    gradFunc: (dy, [y]) => ({
      x: () => (hasKernel('ReluGrad') ? runKernel('ReluGrad', { dy, y }) : tf.mul(dy, tf.step(y))),
    }),
  }),
  ReluGrad: gradient({
    why: 'missing: second derivative',
    inputsToSave: ['y'],
    gradFunc: (ddx, [y]) => ({ dy: () => runKernel('ReluGrad', { dy: ddx, y }), y: () => tf.zerosLike(y) }),
  }),

  // dx = dy where y >= 0, dy (y + 1) elsewhere.
  EluGrad: gradient({
    why: 'missing: second derivative',
    inputsToSave: ['dy', 'y'],
    gradFunc: (ddx, [dy, y]) => ({
      dy: () => runKernel('EluGrad', { dy: ddx, y }),
      y: () => tf.where(tf.less(y, 0), tf.mul(ddx, dy), tf.zerosLike(y)),
    }),
  }),

  ClipByValue: gradient<tf.ClipByValueAttrs>({
    why: 'slow: five kernels',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], { clipValueMin, clipValueMax }) => ({
      x: () => {
        if (x.dtype === 'float32' && !isDifferentiated() && hasKernel('ClipGrad'))
          return runKernel('ClipGrad', { dy, x }, { clipValueMin, clipValueMax });
        const isWithin = tf.logicalAnd(tf.greaterEqual(x, clipValueMin), tf.lessEqual(x, clipValueMax));
        return tf.where(isWithin, dy, tf.zerosLike(dy));
      },
    }),
  }),

  Maximum: chosen(tf.greaterEqual),
  Minimum: chosen(tf.lessEqual),

  SquaredDifference: gradient({
    why: NOT_REDUCED,
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, [a, b]) => {
      const slope = () => tf.mul(dy, tf.mul(tf.sub(a, b), 2));
      return { a: () => sumTo(slope(), a.shape), b: () => sumTo(tf.neg(slope()), b.shape) };
    },
  }),

  // d a^b / da = b a^(b - 1), zero for b = 0; d a^b / db = a^b ln a, zero for a = 0, where the power has no other limit.
  Pow: gradient({
    why: 'wrong: NaN at 0 to the power of 0',
    inputsToSave: ['a', 'b'],
    outputsToSave: [true],
    gradFunc: (dy, [a, b, y]) => {
      const exponent = tf.cast(b, 'float32');
      return {
        a: () => {
          const constant = tf.equal(exponent, 0);
          const power = tf.pow(a, tf.where(constant, tf.onesLike(exponent), tf.sub(exponent, 1)));
          return sumTo(tf.mul(dy, tf.mul(exponent, power)), a.shape);
        },
        b: () => {
          const logarithm = tf.where(tf.greater(a, 0), tf.log(a), tf.zerosLike(a));
          return sumTo(tf.mul(dy, tf.mul(y, logarithm)), b.shape);
        },
      };
    },
  }),
};
