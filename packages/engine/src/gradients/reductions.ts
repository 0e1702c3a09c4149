import { tf } from '../tf.js';
import { type GradientTable, gradient } from './gradient.js';

interface Axes {
  axis?: number | number[];
  reductionIndices?: number | number[];
}

/** dy goes to the extreme element, in equal shares where several are: the shares of one dy add up to it. */
const extreme = gradient<Axes>({
  why: 'wrong: where several elements are extreme each gets all of dy',
  inputsToSave: ['x'],
  outputsToSave: [true],
  gradFunc: (dy, [x, y], { axis, reductionIndices = axis }) => {
    const axes = tf.util.parseAxisParam(reductionIndices!, x.shape);
    const kept = tf.backend_util.expandShapeToKeepDim(
      tf.backend_util.computeOutAndReduceShapes(x.shape, axes)[0],
      axes,
    );
    return {
      x: () => {
        const mask = tf.cast(tf.equal(x, tf.reshape(y, kept)), 'float32');
        return tf.mul(mask, tf.div(tf.reshape(dy, kept), tf.sum(mask, axes, true)));
      },
    };
  },
});

/** dy for each element of x that was reduced to it. */
function perElement(dy: tf.Tensor, x: tf.Tensor, axes: number[]): tf.Tensor {
  const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const repetitions = x.shape.map((size, axis) => (axes.includes(axis) ? size : 1));
  return tf.tile(tf.reshape(dy, kept), repetitions);
}

const ONES_ON_HOST = 'slow: fills an array of the size of x with ones on the host';

const prodOfTfjs = tf.getGradient('Prod');

export const reductions: GradientTable = {
  Max: extreme,
  Min: extreme,

  Sum: gradient<tf.SumAttrs>({
    why: ONES_ON_HOST,
    inputsToSave: ['x'],
    gradFunc: (dy, [x], { axis }) => ({ x: () => perElement(dy, x, tf.util.parseAxisParam(axis, x.shape)) }),
  }),

  Mean: gradient<tf.MeanAttrs>({
    why: ONES_ON_HOST,
    inputsToSave: ['x'],
    gradFunc: (dy, [x], { axis }) => ({
      x: () => {
        const axes = tf.util.parseAxisParam(axis, x.shape);
        const count = axes.reduce((product, axis) => product * x.shape[axis], 1);
        return perElement(tf.div(dy, count), x, axes);
      },
    }),
  }),

  Prod: {
    ...prodOfTfjs,
    why: 'wrong: fails for a negative axis',
    gradFunc: (dy, saved, attributes) => {
      const axis = tf.util.parseAxisParam(attributes.axis as number | number[], saved[0].shape);
      return prodOfTfjs.gradFunc(dy, saved, { ...attributes, axis });
    },
  },

  Cumsum: gradient<tf.CumsumAttrs>({
    why: 'wrong: transposed along all axes but the last',
    gradFunc: (dy, _, { axis, exclusive, reverse }) => ({ x: () => tf.cumsum(dy, axis, exclusive, !reverse) }),
  }),

  // y_j = prod_{k <= j} x_k, so dx_i = (prod_{k < i} x_k) sum_{j >= i} dy_j prod_{i < k <= j} x_k: no division, so that
  // zeros are no exception. The inner products are a matrix [i, j], which is made row by row as a cumulative product of x
  // with its first i + 1 elements replaced by one.
  Cumprod: gradient<tf.CumprodAttrs>({
    why: 'missing',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], { axis, exclusive, reverse }) => ({
      x: () => {
        if (x.size === 0) return tf.zerosLike(x);
        const last = x.rank - 1;
        const order = x.shape.map((_, i) => i);
        const toLast = [
          ...order.filter((i) => i !== tf.util.parseAxisParam(axis, x.shape)[0]),
          ...tf.util.parseAxisParam(axis, x.shape),
        ];
        const arrange = (t: tf.Tensor) =>
          reverse ? tf.reverse(tf.transpose(t, toLast), last) : tf.transpose(t, toLast);
        const count = x.shape[toLast[last]];
        const values = arrange(x);
        let incoming = arrange(dy);
        // An exclusive product is an inclusive one moved by a place.
        if (exclusive) {
          const ends = [...order.slice(0, last).map((): [number, number] => [0, 0]), [0, 1] as [number, number]];
          const begin = order.map((i) => (i === last ? 1 : 0));
          incoming = tf.pad(tf.slice(incoming, begin), ends);
        }
        const i = tf.range(0, count, 1, 'int32').expandDims(1);
        const j = tf.range(0, count, 1, 'int32').expandDims(0);
        const rows = tf.where(tf.less(i, j), tf.expandDims(values, -2), tf.scalar(1));
        const products = tf.mul(tf.cumprod(rows, last + 1), tf.cast(tf.lessEqual(i, j), 'float32'));
        const sums = tf.sum(tf.mul(products, tf.expandDims(incoming, -2)), -1);
        const dx = tf.mul(tf.cumprod(values, last, true), sums);
        return tf.transpose(reverse ? tf.reverse(dx, last) : dx, invert(toLast));
      },
    }),
  }),
};

function invert(permutation: number[]): number[] {
  return permutation.map((_, axis) => permutation.indexOf(axis));
}
