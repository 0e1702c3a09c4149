import { tf } from '../src/index.js';
import { fuzzCase, type Generator } from './random.js';

const matMul: Generator = (random) => {
  const [rows, inner, columns] = random.shape(3, 3);
  const [transposeA, transposeB] = [random.chance(0.5), random.chance(0.5)];
  const batch = random.shape(0, 2, 3);
  const broadcast = batch.map((size) => (random.chance(0.3) ? 1 : size));
  const dtype = random.pick(['float32', 'float32', 'int32'] as const);
  const a = { shape: [...batch, ...(transposeA ? [inner, rows] : [rows, inner])], dtype };
  const b = { shape: [...broadcast, ...(transposeB ? [columns, inner] : [inner, columns])], dtype };
  const text = `matMul ${JSON.stringify({ transposeA, transposeB })}`;
  return fuzzCase(random, text, [a, b], (a, b) => tf.matMul(a, b, transposeA, transposeB));
};

const EQUATIONS = [
  'ij,jk->ik',
  'ij,jk->k',
  'bij,bjk->bik',
  'i,j->ij',
  'ij,ij->',
  'ij->ji',
  'ij,jk,kl->il',
  'ij,j->i',
  'i,i,i->',
];

const einsum: Generator = (random) => {
  const equation = random.pick(EQUATIONS);
  const sizes = Object.fromEntries([...'bijkl'].map((s) => [s, random.integer(1, 3)]));
  const given = equation.split('->')[0].split(',').map((subscripts) => ({ shape: [...subscripts].map((s) => sizes[s]) })); // biome-ignore format: one call
  return fuzzCase(random, `einsum ${equation}`, given, (...operands) => tf.einsum(equation, ...operands));
};

const normalization: Generator = (random) => {
  const shape = [...random.shape(1, 3), random.integer(1, 3)];
  const channels = [shape.at(-1)!];
  const given = [{ shape }, { shape: channels }, { shape: channels }, { shape: channels }];
  if (shape.length === 4 && random.chance(0.3)) {
    return fuzzCase(random, 'localResponseNormalization', [{ shape }], (x) =>
      tf.localResponseNormalization(x as tf.Tensor4D, 1, 1.5, 0.5, 0.6),
    );
  }
  return fuzzCase(random, 'batchNorm', given, (x, mean, variance, scale) =>
    tf.batchNorm(
      x,
      mean as tf.Tensor1D,
      tf.add(tf.square(variance), 0.5) as tf.Tensor1D,
      undefined,
      scale as tf.Tensor1D,
    ),
  );
};

const indexing: Generator = (random) => {
  const shape = random.shape(1, 3).map((size) => size + 1);
  const axis = random.integer(0, shape.length - 1);
  const dtype = random.pick(['float32', 'int32', 'bool'] as const);
  const count = random.integer(0, 4);
  const draw = (sizes: number[]) => Array.from({ length: count }, () => sizes.map((size) => random.integer(0, size - 1))).flat(); // biome-ignore format: one call
  const x = { shape, dtype };
  const whole = (shape: number[], values: number[]) => ({ shape, dtype: 'int32' as const, values });
  const depth = random.integer(1, shape.length);
  switch (random.integer(0, 4)) {
    case 4:
      return fuzzCase(random, 'tensorScatterUpdate', [{ shape }, whole([1, 1], [random.integer(0, shape[0] - 1)]), { shape: [1, ...shape.slice(1)] }], (x, at, updates) => tf.tensorScatterUpdate(x, at, updates), false);
    case 0:
      return fuzzCase(random, `gather ${axis}`, [x, whole([count], draw([shape[axis]]))], (x, at) => tf.gather(x, at as tf.Tensor1D, axis), false);
    case 1:
      return fuzzCase(random, 'gatherND', [x, whole([count, depth], draw(shape.slice(0, depth)))], (x, at) => tf.gatherND(x, at), false);
    case 2:
      return fuzzCase(random, 'scatterND', [{ shape: [count, ...shape.slice(depth)] }, whole([count, depth], draw(shape.slice(0, depth)))], (updates, at) => tf.scatterND(at, updates, shape), false);
    default:
      return fuzzCase(random, 'unsortedSegmentSum', [{ shape }, whole([shape[0]], Array.from({ length: shape[0] }, () => random.integer(-1, 3)))], (x, ids) => tf.unsortedSegmentSum(x, ids as tf.Tensor1D, 3), false);
  }
}; // biome-ignore format: a table

const several: Generator = (random) => {
  const shape = random.shape(1, 3);
  const [bools, ints] = [{ shape, dtype: 'bool' as const }, { shape, dtype: 'int32' as const }];
  const [rows, inner, columns] = [random.integer(1, 3), random.integer(1, 3), random.integer(1, 3)];
  const activation = random.pick(['linear', 'relu', 'elu', 'sigmoid'] as const);
  const count = random.integer(1, 6);
  const corners = Array.from({ length: count }, () => [0, 0, 0.5 + random.next(), 0.5 + random.next()]).flat();
  switch (random.integer(0, 7)) {
    case 0: return fuzzCase(random, 'logicalOr', [bools, bools], (a, b) => tf.logicalOr(a, b), false);
    case 1: return fuzzCase(random, 'addN', [{ shape }, { shape }, { shape }], (...all) => tf.addN(all));
    case 2: return fuzzCase(random, 'bitwiseAnd', [ints, ints], (a, b) => tf.bitwiseAnd(a, b), false);
    case 3: return fuzzCase(random, 'broadcastArgs', [], () => tf.broadcastArgs(tf.tensor1d([rows, 1], 'int32'), tf.tensor1d([columns], 'int32')), false);
    case 4: return { ...fuzzCase(random, 'abs of complex numbers', [{ shape }, { shape }], (a, b) => tf.abs(tf.complex(a, b))), needs: 'Complex' };
    case 5: return fuzzCase(random, `fused.matMul ${activation}`, [{ shape: [rows, inner] }, { shape: [inner, columns] }, { shape: [columns] }], (a, b, bias) => tf.fused.matMul({ a, b, bias, activation }));
    case 6: return fuzzCase(random, `fused.depthwiseConv2d ${activation}`, [{ shape: [1, 4, 3, columns] }, { shape: [2, 2, columns, 1] }, { shape: [columns] }], (x, filter, bias) => tf.fused.depthwiseConv2d({ x: x as tf.Tensor4D, filter: filter as tf.Tensor4D, strides: 1, pad: 'same', bias, activation }));
    default: return fuzzCase(random, 'nonMaxSuppression', [{ shape: [count, 4], values: corners }, { shape: [count] }], (boxes, scores) => tf.image.nonMaxSuppression(boxes as tf.Tensor2D, scores as tf.Tensor1D, 3, 0.5, -1), false);
  }
}; // biome-ignore format: a table

export const products: Generator[] = [several, several, matMul, matMul, einsum, normalization, indexing, indexing];
