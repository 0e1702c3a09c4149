import { tf } from '../tf.js';
import { type GradientTable, gradient, sumTo } from './gradient.js';

const rowsOf = (x: tf.Tensor): tf.Tensor => tf.reshape(x, [-1, x.shape.at(-1)!]);

/** Gradients of op(a) op(b), where `op` transposes the last two axes or does nothing. */
export function matMulGradients(
  dy: tf.Tensor,
  a: tf.Tensor,
  b: tf.Tensor,
  { transposeA, transposeB }: tf.BatchMatMulAttrs,
) {
  const da = () => (transposeA ? tf.matMul(b, dy, transposeB, true) : tf.matMul(dy, b, false, !transposeB));
  // One matrix for all batches: its gradient is one product over all of their rows, not a sum of as many products.
  if (b.rank === 2 && a.rank > 2 && !transposeA) {
    const [rows, upstream] = [rowsOf(a), rowsOf(dy)];
    const toMatrix = () => (transposeB ? tf.matMul(upstream, rows, true) : tf.matMul(rows, upstream, true));
    return { a: da, b: toMatrix };
  }
  const db = () => (transposeB ? tf.matMul(dy, a, true, transposeA) : tf.matMul(a, dy, !transposeA, false));
  return { a: () => sumTo(da(), a.shape), b: () => sumTo(db(), b.shape) };
}

/**
 * The gradient of einsum to one operand is the einsum of dy and the other operand. Subscripts of its own that are found
 * nowhere else were summed over: there it is constant.
 */
function einsumGradient(dy: tf.Tensor, output: string, x: tf.Tensor, own: string, others: [string, tf.Tensor][]) {
  const known = [...own].filter((subscript) => [output, ...others.map(([s]) => s)].some((s) => s.includes(subscript)));
  const from = [output, ...others.map(([subscripts]) => subscripts)].join(',');
  const partial = tf.einsum(`${from}->${known.join('')}`, dy, ...others.map(([, tensor]) => tensor));
  const kept = x.shape.map((size, axis) => (known.includes(own[axis]) ? size : 1));
  return tf.broadcastTo(tf.reshape(partial, kept), x.shape);
}

export const matrices: GradientTable = {
  BatchMatMul: gradient<tf.BatchMatMulAttrs>({
    why: 'wrong: not summed over the axes of a broadcast input',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, [a, b], attributes) => matMulGradients(dy, a, b, attributes),
  }),

  Einsum: gradient<tf.EinsumAttrs>({
    why: 'missing',
    saveAllInputs: true,
    gradFunc: (dy, operands, { equation }) => {
      const [input, output] = equation.replace(/\s/g, '').split('->');
      const subscripts = input.split(',');
      return Object.fromEntries(
        operands.map((x, i) => {
          const others = operands.map((tensor, k): [string, tf.Tensor] => [subscripts[k], tensor]).toSpliced(i, 1);
          return [i, () => einsumGradient(dy, output, x, subscripts[i], others)];
        }),
      );
    },
  }),
};
