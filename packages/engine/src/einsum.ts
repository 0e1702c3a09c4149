import { tf } from './tf.js';

/** Sums away the axes whose subscripts are not wanted and brings the others into the wanted order. */
function arrange(x: tf.Tensor, subscripts: string, wanted: string): tf.Tensor {
  const unwanted = [...subscripts].flatMap((s, axis) => (wanted.includes(s) ? [] : [axis]));
  const kept = [...subscripts].filter((s) => wanted.includes(s));
  const sum = unwanted.length > 0 ? tf.sum(x, unwanted) : x;
  return tf.transpose(
    sum,
    [...wanted].map((s) => kept.indexOf(s)),
  );
}

/**
 * einsum of one or two operands as one batched matrix product: [batch, own of a, shared] times [batch, shared, own of b],
 * where the batch are the subscripts that both operands and the result have, and the shared ones those that only the
 * operands have.
 */
export function einsum(equation: string, operands: tf.Tensor[]): tf.Tensor {
  const { allDims, idDims } = tf.backend_util.decodeEinsumEquation(equation, operands.length);
  tf.backend_util.checkEinsumDimSizes(allDims.length, idDims, operands);
  const [input, output] = equation.replace(/\s/g, '').split('->');
  const [left, right] = input.split(',');
  const [a, b] = operands;
  if (b === undefined) return arrange(a, left, output);

  const sizes = new Map([...left, ...right].map((s, i) => [s, [...a.shape, ...b.shape][i]]));
  const select = (from: string, test: (s: string) => boolean) => [...from].filter(test).join('');
  const batch = select(left, (s) => right.includes(s) && output.includes(s));
  const shared = select(left, (s) => right.includes(s) && !output.includes(s));
  const ownA = select(left, (s) => !right.includes(s) && output.includes(s));
  const ownB = select(right, (s) => !left.includes(s) && output.includes(s));
  const shape = (subscripts: string) => [...subscripts].map((s) => sizes.get(s)!);
  const size = (subscripts: string) => tf.util.sizeFromShape(shape(subscripts));
  const product = tf.matMul(
    tf.reshape(arrange(a, left, batch + ownA + shared), [size(batch), size(ownA), size(shared)]),
    tf.reshape(arrange(b, right, batch + shared + ownB), [size(batch), size(shared), size(ownB)]),
  );
  const order = batch + ownA + ownB;
  return arrange(tf.reshape(product, shape(order)), order, output);
}
