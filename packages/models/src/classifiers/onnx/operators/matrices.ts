import { tf } from '@sandwich/engine';
import type { GraphNode, Kernel, Operator } from '../graph-node.js';

/** alpha A B + beta C, each of A and B transposed if asked. */
function gemm(node: GraphNode): Kernel {
  const [alpha, beta] = [node.number('alpha', 1), node.number('beta', 1)];
  const [transposeA, transposeB] = [node.number('transA', 0) !== 0, node.number('transB', 0) !== 0];
  return (inputs) => {
    const product = tf.matMul(inputs.tensor(0), inputs.tensor(1), transposeA, transposeB);
    const scaled = alpha === 1 ? product : tf.mul(product, alpha);
    if (!inputs.has(2)) return scaled;
    return tf.add(scaled, beta === 1 ? inputs.tensor(2) : tf.mul(inputs.tensor(2), beta));
  };
}

/** As numpy's: a vector on the left is a row, on the right a column, and its axis is not in the result. */
function matMul(): Kernel {
  return (inputs) => {
    const [a, b] = [inputs.tensor(0), inputs.tensor(1)];
    const left = a.rank === 1 ? tf.expandDims(a, 0) : a;
    const right = b.rank === 1 ? tf.expandDims(b, 1) : b;
    let product: tf.Tensor = tf.matMul(left, right);
    if (b.rank === 1) product = tf.squeeze(product, [product.rank - 1]);
    return a.rank === 1 ? tf.squeeze(product, [product.rank - (b.rank === 1 ? 1 : 2)]) : product;
  };
}

/** Products of matrices. */
export const matrices: Record<string, Operator> = { Gemm: gemm, MatMul: matMul };
