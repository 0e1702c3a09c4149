import { beforeAll, describe, expect, it } from 'vitest';
import { type EngineName, presentEngines, startEngine, tf } from './index.js';
import { checkGradient } from './testing/index.js';
import { scattered } from './testing/scattered.js';
import { type Operation, secondDerivatives } from './testing/second-derivatives.js';

// Every differentiable op of TFJS, on every engine: its gradient to each input against central differences.

interface Case {
  operation: Operation;
  shapes: number[][];
  range?: [number, number];
}

type Image = tf.Tensor4D;
const image = (x: tf.Tensor) => x as Image;

const on = (operation: Operation, ...shapes: number[][]): Case => ({ operation, shapes });
const within = (range: [number, number], operation: Operation, ...shapes: number[][]): Case => ({
  operation,
  shapes,
  range,
});
const indices = (...values: number[]) => tf.tensor1d(values, 'int32');

/** A binary op: equal shapes, then each side broadcast along leading and inner axes. */
const binary = (name: string, operation: Operation, range: [number, number] = [-2, 2]): Record<string, Case> => ({
  [name]: within(range, operation, [2, 3], [2, 3]),
  [`${name}, right side broadcast`]: within(range, operation, [2, 3, 2], [3, 1]),
  [`${name}, left side broadcast`]: within(range, operation, [1, 2], [2, 3, 1]),
  [`${name}, with a scalar`]: within(range, operation, [], [5]),
});

const elementwise: Record<string, Case> = {
  abs: on(tf.abs, [7]),
  acos: within([-0.9, 0.9], tf.acos, [7]),
  acosh: within([1.2, 3], tf.acosh, [7]),
  asin: within([-0.9, 0.9], tf.asin, [7]),
  asinh: on(tf.asinh, [7]),
  atan: on(tf.atan, [7]),
  atanh: within([-0.9, 0.9], tf.atanh, [7]),
  cast: on((x) => tf.cast(x, 'float32'), [7]),
  ceil: within([0.1, 0.9], tf.ceil, [7]),
  clipByValue: on((x) => tf.clipByValue(x, -1, 0.5), [7]),
  clone: on(tf.clone, [7]),
  cos: on(tf.cos, [7]),
  cosh: on(tf.cosh, [7]),
  elu: on(tf.elu, [7]),
  erf: on(tf.erf, [7]),
  exp: on(tf.exp, [7]),
  expm1: on(tf.expm1, [7]),
  floor: within([0.1, 0.9], tf.floor, [7]),
  leakyRelu: on((x) => tf.leakyRelu(x, 0.1), [7]),
  log: within([0.2, 3], tf.log, [7]),
  log1p: within([0.2, 3], tf.log1p, [7]),
  logSigmoid: on(tf.logSigmoid, [7]),
  'logSigmoid of a result': on((x) => tf.logSigmoid(tf.mul(x, 2)), [7]),
  neg: on(tf.neg, [7]),
  onesLike: on(tf.onesLike, [7]),
  reciprocal: within([0.5, 3], tf.reciprocal, [7]),
  relu: on(tf.relu, [7]),
  relu6: within([-4, 10], tf.relu6, [9]),
  round: within([0.6, 1.4], tf.round, [7]),
  rsqrt: within([0.3, 3], tf.rsqrt, [7]),
  selu: on(tf.selu, [7]),
  sigmoid: on(tf.sigmoid, [7]),
  sign: on(tf.sign, [7]),
  sin: on(tf.sin, [7]),
  sinh: on(tf.sinh, [7]),
  softplus: on(tf.softplus, [7]),
  sqrt: within([0.3, 3], tf.sqrt, [7]),
  square: on(tf.square, [7]),
  step: on((x) => tf.step(x, 0.3), [7]),
  tan: within([-1, 1], tf.tan, [7]),
  tanh: on(tf.tanh, [7]),
  zerosLike: on(tf.zerosLike, [7]),

  ...binary('add', tf.add),
  ...binary('atan2', tf.atan2),
  ...binary('div', tf.div, [0.4, 3]),
  ...binary('divNoNan', tf.divNoNan, [0.4, 3]),
  ...binary('floorDiv', (a, b) => tf.floorDiv(a.add(5), b.add(3)), [0.1, 0.4]),
  ...binary('maximum', tf.maximum),
  ...binary('minimum', tf.minimum),
  ...binary('mod', (a, b) => tf.mod(a, b.add(2.05)), [0.1, 1.9]),
  ...binary('mul', tf.mul),
  ...binary('pow', tf.pow, [0.4, 2]),
  ...binary('squaredDifference', tf.squaredDifference),
  ...binary('sub', tf.sub),
  addN: on((a, b, c) => tf.addN([a, b, c]), [2, 3], [2, 3], [2, 3]),
  'addN of one': on((a) => tf.addN([a]), [2, 3]),
  'prelu, one slope a channel': on(tf.prelu, [2, 3, 4], [4]),
  'prelu, one slope a row': on(tf.prelu, [2, 3, 4], [3, 1]),
  'prelu, one slope': on(tf.prelu, [2, 3, 4], [1]),
  'pow of negative numbers': on((x) => tf.pow(x, 3), [7]),
  ...Object.fromEntries(
    (['greater', 'greaterEqual', 'less', 'lessEqual', 'equal', 'notEqual'] as const).map((name) => [
      `where, by ${name}`,
      on((a, b) => tf.where(tf[name](a, b), tf.mul(a, 2), tf.square(b)), [2, 3], [2, 3]),
    ]),
  ),
  'where, logical conditions': on(
    (x) => tf.where(tf.logicalOr(tf.logicalAnd(x.greater(0), x.less(1)), tf.logicalNot(x.greater(-1))), x, x.square()),
    [9],
  ),
  'where, logicalXor': on((x) => tf.where(tf.logicalXor(x.greater(0), x.less(1)), x, x.square()), [9]),
  'where, broadcast': on((a, b) => tf.where(tf.tensor2d([1, 0], [2, 1], 'bool'), a, b), [2, 3], [3]),
  'where, broadcast to five axes': on(
    (a, b) => tf.where(tf.tensor1d([1, 0, 1], 'bool'), a, b),
    [2, 1, 2, 1, 3],
    [1, 2, 1],
  ),
  'a mask cast to numbers': on((x) => tf.mul(x, tf.cast(tf.greater(x, 0.3), 'float32')), [7]),
  'a whole number of steps': on((x) => tf.add(x, tf.cast(tf.cast(x, 'int32'), 'float32')), [7]),
  'isNaN, isInf, isFinite': on(
    (x) => tf.where(tf.logicalOr(tf.isNaN(x), tf.isInf(x)), tf.zerosLike(x), tf.where(tf.isFinite(x), x.square(), x)),
    [7],
  ),
  'any and all': on((x) => tf.where(tf.logicalAnd(tf.any(x.greater(0)), tf.all(x.greater(-9))), x.square(), x), [7]),
};

const reductions: Record<string, Case> = {
  sum: on((x) => tf.sum(x), [2, 3, 4]),
  'sum over axes': on((x) => tf.sum(x, [0, -1]), [2, 3, 4]),
  'sum, axis kept': on((x) => tf.sum(x, 1, true), [2, 3, 4]),
  mean: on((x) => tf.mean(x), [2, 3, 4]),
  'mean over axes': on((x) => tf.mean(x, [-2, 2]), [2, 3, 4]),
  max: on((x) => tf.max(x), [2, 7]),
  'max over axes, kept': on((x) => tf.max(x, [0, -1], true), [2, 3, 4]),
  'max over a middle axis': on((x) => tf.max(x, 1), [2, 3, 4]),
  min: on((x) => tf.min(x), [2, 7]),
  'min over a negative axis': on((x) => tf.min(x, -2), [2, 3, 4]),
  prod: on((x) => tf.prod(x), [2, 3]),
  'prod over the first axis': on((x) => tf.prod(x, 0), [3, 2, 2]),
  'prod over a negative axis': on((x) => tf.prod(x, -2), [2, 3, 2]),
  'prod over two axes, kept': on((x) => tf.prod(x, [0, 2], true), [2, 3, 2]),
  logSumExp: on((x) => tf.logSumExp(x, 1), [3, 4]),
  'moments, mean': on((x) => tf.moments(x, [0, 1]).mean, [3, 4]),
  'moments, variance': on((x) => tf.moments(x, -1, true).variance, [3, 4]),
  'norm, 1': on((x) => tf.norm(x, 1, 1), [3, 4]),
  'norm, euclidean': on((x) => tf.norm(x, 'euclidean', [0, 1]), [3, 4]),
  'norm, infinity': on((x) => tf.norm(x, Number.POSITIVE_INFINITY, 0), [3, 4]),
  euclideanNorm: on((x) => tf.euclideanNorm(x, 1), [3, 4]),
  softmax: on((x) => tf.softmax(x), [3, 4]),
  logSoftmax: on((x) => tf.logSoftmax(x), [3, 4]),
  cumsum: on((x) => tf.cumsum(x), [5]),
  'cumsum along a middle axis': on((x) => tf.cumsum(x, 1), [2, 3, 2]),
  'cumsum, exclusive and reverse': on((x) => tf.cumsum(x, 0, true, true), [3, 2]),
  'cumsum, exclusive': on((x) => tf.cumsum(x, 1, true), [3, 2]),
  cumprod: on((x) => tf.cumprod(x), [5]),
  'cumprod along a middle axis, reverse': on((x) => tf.cumprod(x, 1, false, true), [2, 3, 2]),
  'cumprod, exclusive': on((x) => tf.cumprod(x, 1, true), [2, 3, 2]),
  'argMax, argMin': on((x) => tf.add(x, tf.cast(tf.argMax(x, 0).add(tf.argMin(x, 0)), 'float32')), [5, 2]),
};

const losses: Record<string, Case> = {
  absoluteDifference: on((a, b) => tf.losses.absoluteDifference(a, b), [2, 3], [2, 3]),
  'absoluteDifference, weights': on((a, b, w) => tf.losses.absoluteDifference(a, b, w), [2, 3], [2, 3], [2, 1]),
  cosineDistance: on((a, b) => tf.losses.cosineDistance(a, b, 1), [2, 3], [2, 3]),
  hingeLoss: on((a, b) => tf.losses.hingeLoss(a, b), [2, 2], [2, 2]),
  huberLoss: on((a, b) => tf.losses.huberLoss(a, b), [2, 3], [2, 3]),
  logLoss: within([0.1, 0.9], (a, b) => tf.losses.logLoss(a, b), [2, 3], [2, 3]),
  meanSquaredError: on((a, b) => tf.losses.meanSquaredError(a, b), [2, 3], [2, 3]),
  sigmoidCrossEntropy: on((a, b) => tf.losses.sigmoidCrossEntropy(a, b), [2, 3], [2, 3]),
  softmaxCrossEntropy: on(
    (x) => tf.losses.softmaxCrossEntropy(tf.tensor2d([0.2, 0.5, 0.3, 1, 0, 0], [2, 3]), x),
    [2, 3],
  ),
  'softmaxCrossEntropy, labels that do not sum to one': within(
    [0.1, 1],
    (labels, x) => tf.losses.softmaxCrossEntropy(labels, x),
    [2, 3],
    [2, 3],
  ),
};

const shapes: Record<string, Case> = {
  reshape: on((x) => tf.reshape(x, [4, 6]), [2, 3, 4]),
  expandDims: on((x) => tf.expandDims(x, -1), [2, 3]),
  squeeze: on((x) => tf.squeeze(x), [2, 1, 3]),
  transpose: on((x) => tf.transpose(x, [2, 0, 3, 1]), [2, 3, 4, 2]),
  reverse: on((x) => tf.reverse(x, [0, -1]), [2, 3, 4]),
  'tile, rank 1': on((x) => tf.tile(x, [3]), [4]),
  'tile, rank 3': on((x) => tf.tile(x, [2, 1, 3]), [2, 3, 2]),
  'tile, rank 5': on((x) => tf.tile(x, [2, 1, 1, 3, 1]), [1, 2, 1, 2, 2]),
  broadcastTo: on((x) => tf.broadcastTo(x, [2, 3, 4]), [3, 1]),
  'broadcastTo, rank 5': on((x) => tf.broadcastTo(x, [2, 3, 2, 2, 2]), [3, 1, 1, 2]),
  concat: on((a, b) => tf.concat([a, b], -1), [2, 3, 1], [2, 3, 4]),
  'concat of one': on((a) => tf.concat([a], 0), [2, 3]),
  stack: on((a, b) => tf.stack([a, b], 1), [2, 3], [2, 3]),
  'stack along the last axis': on((a, b) => tf.stack([a, b], -1), [2, 3], [2, 3]),
  unstack: on((x) => tf.unstack(x, 1)[1], [2, 3]),
  'unstack, several parts used': on((x) => tf.mul(tf.unstack(x, -1)[0], tf.unstack(x, -1)[2]), [2, 3]),
  'unstack of one': on((x) => tf.unstack(x, 1)[0], [2, 1, 3]),
  split: on((x) => tf.split(x, [1, 2], 1)[1], [2, 3]),
  'split along a negative axis': on((x) => tf.split(x, 2, -1)[0], [2, 4]),
  'split into one': on((x) => tf.split(x, 1, 1)[0], [2, 3]),
  slice: on((x) => tf.slice(x, [0, 1], [2, -1]), [3, 4]),
  pad: on((x) => tf.pad(x, [[1, 2], [0, 3]], 0.5), [3, 4]), // biome-ignore format: paddings
  'mirrorPad, reflect': on((x) => tf.mirrorPad(x, [[2, 1], [0, 3]], 'reflect'), [3, 4]), // biome-ignore format: paddings
  'mirrorPad, symmetric': on((x) => tf.mirrorPad(x, [[3, 1], [0, 4]], 'symmetric'), [3, 4]), // biome-ignore format: paddings
  'mirrorPad of images': on((x) => tf.mirrorPad(x, [[0, 0], [2, 2], [1, 2], [0, 0]], 'reflect'), [2, 3, 4, 2]), // biome-ignore format: paddings
  stridedSlice: on((x) => tf.stridedSlice(x, [0, 1], [3, 5], [2, 3]), [4, 5]),
  'stridedSlice backwards': on((x) => tf.stridedSlice(x, [-1, 3], [0, 0], [-2, -1]), [6, 5]),
  'stridedSlice, masks': on(
    (x) => tf.stridedSlice(x, [1, 0, 2], [2, 0, 3], [1, 1, 1], 0b010, 0b010, 0, 0, 0b100),
    [3, 2, 4],
  ),
  'stridedSlice, ellipsis and new axis': on(
    (x) => tf.stridedSlice(x, [0, 0, 0, 1], [0, 0, 0, 4], [1, 1, 1, 2], 0b0101, 0b0101, 0b0001, 0b0010, 0),
    [2, 3, 4],
  ),
  gather: on((x) => tf.gather(x, indices(2, 0, 2, 1), 1), [2, 3, 2]),
  'gather, negative axis': on((x) => tf.gather(x, indices(1, 0, 1), -2), [2, 3, 2]),
  'gather, matrix of indices': on((x) => tf.gather(x, tf.tensor2d([2, 0, 2, 1], [2, 2], 'int32')), [3, 2]),
  'gather, one batch axis': on((x) => tf.gather(x, tf.tensor2d([2, 0, 2, 1], [2, 2], 'int32'), 1, 1), [2, 3, 2]),
  'gather, batch axis before another': on(
    (x) => tf.gather(x, tf.tensor2d([1, 0, 1, 1], [2, 2], 'int32'), 2, 1),
    [2, 3, 2, 2],
  ),
  'gather, two batch axes': on(
    (x) => tf.gather(x, tf.tensor3d([2, 0, 1, 1, 0, 0, 2, 2], [2, 2, 2], 'int32'), 2, 2),
    [2, 2, 3],
  ),
  'gather by the values themselves': within([0.1, 2.9], (x) => tf.gather(x, tf.cast(tf.floor(x), 'int32')), [3]),
  gatherND: on((x) => tf.gatherND(x, tf.tensor2d([0, 1, 1, 2, 0, 1], [3, 2], 'int32')), [2, 3, 2]),
  scatterND: on((x) => tf.scatterND(tf.tensor2d([2, 0, 2], [3, 1], 'int32'), x, [4, 2]), [3, 2]),
  tensorScatterUpdate: on(
    (x, updates) => tf.tensorScatterUpdate(x, tf.tensor2d([2, 0], [2, 1], 'int32'), updates),
    [4, 2],
    [2, 2],
  ),
  sparseToDense: on(
    (values, rest) => tf.sparseToDense(tf.tensor2d([0, 1, 2, 0], [2, 2], 'int32'), values, [3, 2], rest as tf.Scalar),
    [2],
    [],
  ),
  'topk, values': on((x) => tf.topk(x, 2).values, [3, 5]),
  'topk, values in any order': on((x) => tf.topk(x, 3, false).values.sum(-1), [2, 2, 4]),
  'topk, values by their places': on(
    (x) => {
      const { values, indices } = tf.topk(x, 2);
      return values.mul(tf.cast(indices, 'float32'));
    },
    [3, 5],
  ),
  diag: on((x) => tf.diag(x), [3]),
  batchToSpaceND: on((x) => tf.batchToSpaceND(x, [2, 2], [[0, 1], [1, 0]]), [4, 2, 3, 1]), // biome-ignore format: crops
  spaceToBatchND: on((x) => tf.spaceToBatchND(x, [2, 2], [[1, 1], [0, 0]]), [1, 2, 4, 2]), // biome-ignore format: paddings
  depthToSpace: on((x) => tf.depthToSpace(image(x), 2), [2, 2, 3, 8]),
  unsortedSegmentSum: on((x) => tf.unsortedSegmentSum(x, indices(2, 0, 2, 1), 3), [4, 2]),
  'linalg.bandPart': on((x) => tf.linalg.bandPart(x, 1, 0), [3, 4]),
  'linalg.gramSchmidt': on((x) => tf.linalg.gramSchmidt(x as tf.Tensor2D) as tf.Tensor, [2, 3]),
  'signal.frame': on((x) => tf.signal.frame(x as tf.Tensor1D, 3, 2), [7]),
};

const matrices: Record<string, Case> = {
  matMul: on((a, b) => tf.matMul(a, b), [2, 3], [3, 4]),
  'matMul, a transposed': on((a, b) => tf.matMul(a, b, true), [3, 2], [3, 4]),
  'matMul, b transposed': on((a, b) => tf.matMul(a, b, false, true), [2, 3], [4, 3]),
  'matMul, both transposed': on((a, b) => tf.matMul(a, b, true, true), [3, 2], [4, 3]),
  'matMul in batches': on((a, b) => tf.matMul(a, b), [2, 2, 3], [2, 3, 2]),
  'matMul, batch broadcast': on((a, b) => tf.matMul(a, b), [2, 2, 3], [3, 2]),
  'matMul, one matrix for all batches, transposed': on((a, b) => tf.matMul(a, b, false, true), [2, 2, 3], [4, 3]),
  'matMul, one matrix for all batches': on((a, b) => tf.matMul(a, b), [2, 1, 2, 3], [3, 2]),
  'matMul, batch broadcast left': on((a, b) => tf.matMul(a, b, true, true), [1, 3, 2], [4, 2, 3]),
  'matMul, batch of four axes': on((a, b) => tf.matMul(a, b, false, true), [2, 3, 2, 3], [3, 2, 3]),
  dot: on((a, b) => tf.dot(a, b), [3], [3, 2]),
  outerProduct: on((a, b) => tf.outerProduct(a as tf.Tensor1D, b as tf.Tensor1D), [3], [2]),
  'einsum, product': on((a, b) => tf.einsum('ij,jk->ik', a, b), [2, 3], [3, 2]),
  'einsum, batches': on((a, b) => tf.einsum('bij,bkj->bik', a, b), [2, 2, 3], [2, 2, 3]),
  'einsum, outer': on((a, b) => tf.einsum('i,j->ji', a, b), [2], [3]),
  'einsum, transpose': on((a) => tf.einsum('ijk->kij', a), [2, 3, 2]),
  'einsum, sum': on((a) => tf.einsum('ijk->j', a), [2, 3, 2]),
  'einsum, an axis of one side summed': on((a, b) => tf.einsum('ijl,jk->ik', a, b), [2, 3, 2], [3, 2]),
  'einsum, contraction to a scalar': on((a, b) => tf.einsum('ij,ij->', a, b), [2, 3], [2, 3]),
  basicLSTMCell: on(
    (data, kernel, bias) =>
      tf.basicLSTMCell(
        tf.scalar(1),
        kernel as tf.Tensor2D,
        bias as tf.Tensor1D,
        data as tf.Tensor2D,
        tf.ones([2, 2]),
        tf.ones([2, 2]),
      )[1],
    [2, 3],
    [5, 8],
    [8],
  ),
};

type Padding = 'same' | 'valid' | number;
const convolution =
  (stride: number | [number, number], padding: Padding, dilation: number | [number, number] = 1): Operation =>
  (x, filter) =>
    tf.conv2d(image(x), image(filter), stride, padding, 'NHWC', dilation);
const depthwise =
  (stride: number | [number, number], padding: Padding, dilation: number | [number, number] = 1): Operation =>
  (x, filter) =>
    tf.depthwiseConv2d(image(x), image(filter), stride, padding, 'NHWC', dilation);
const explicit: tf.backend_util.ExplicitPadding = [[0, 0], [1, 2], [0, 1], [0, 0]]; // biome-ignore format: paddings

const convolutions: Record<string, Case> = {
  conv1d: on((x, w) => tf.conv1d(x as tf.Tensor3D, w as tf.Tensor3D, 1, 'same'), [2, 5, 2], [3, 2, 2]),
  'conv1d, dilated': on(
    (x, w) => tf.conv1d(x as tf.Tensor3D, w as tf.Tensor3D, 1, 'same', 'NWC', 2),
    [2, 6, 2],
    [3, 2, 2],
  ),
  'conv2d, same': on(convolution(1, 'same'), [2, 4, 5, 2], [3, 3, 2, 3]),
  'conv2d, few output channels': on(convolution(1, 'same'), [1, 4, 5, 16], [3, 3, 16, 3]),
  'conv2d, few output channels, dilation 2': on(convolution(1, 'same', 2), [1, 6, 5, 17], [3, 3, 17, 2]),
  'conv2d, few output channels, pointwise': on(convolution(1, 'same'), [2, 3, 3, 16], [1, 1, 16, 3]),
  'conv2d, valid': on(convolution(1, 'valid'), [2, 4, 5, 2], [3, 2, 2, 3]),
  'conv2d, even filter': on(convolution(1, 'same'), [1, 4, 5, 2], [4, 2, 2, 2]),
  'conv2d, pointwise': on(convolution(1, 'valid'), [2, 3, 3, 2], [1, 1, 2, 3]),
  'conv2d, one number of padding': on(convolution(2, 2), [1, 5, 4, 2], [3, 3, 2, 2]),
  'conv2d, explicit padding': on((x, w) => tf.conv2d(image(x), image(w), [2, 1], explicit), [1, 5, 4, 2], [3, 3, 2, 2]),
  'conv2d, stride 2, same, even': on(convolution(2, 'same'), [1, 6, 4, 2], [3, 3, 2, 2]),
  'conv2d, stride 2, same, odd': on(convolution(2, 'same'), [1, 5, 7, 2], [5, 5, 2, 2]),
  'conv2d, stride 2, valid, a row unused': on(convolution(2, 'valid'), [1, 6, 6, 2], [3, 3, 2, 2]),
  'conv2d, stride above filter': on(convolution(3, 'valid'), [1, 7, 8, 2], [2, 2, 2, 2]),
  'conv2d, rounding up': on(
    (x, w) => tf.conv2d(image(x), image(w), 2, 1, 'NHWC', 1, 'ceil'),
    [1, 6, 5, 2],
    [3, 3, 2, 2],
  ),
  'conv2d, dilation 2, same': on(convolution(1, 'same', 2), [1, 6, 7, 2], [3, 3, 2, 2]),
  'conv2d, dilation 2 and 3, valid': on(convolution(1, 'valid', [2, 3]), [1, 6, 8, 2], [3, 2, 2, 2]),
  'conv2d of one image without batch': on(
    (x, w) => tf.conv2d(x as tf.Tensor3D, image(w), 1, 'same', 'NHWC', 2),
    [5, 5, 2],
    [3, 3, 2, 2],
  ),
  conv2dTranspose: on(
    (x, w) => tf.conv2dTranspose(image(x), image(w), [1, 6, 8, 2], 2, 'same'),
    [1, 3, 4, 3],
    [3, 3, 2, 3],
  ),
  'conv2dTranspose, stride 1': on(
    (x, w) => tf.conv2dTranspose(image(x), image(w), [1, 4, 5, 2], 1, 'same'),
    [1, 4, 5, 2],
    [3, 3, 2, 2],
  ),
  'conv2dTranspose, valid': on(
    (x, w) => tf.conv2dTranspose(image(x), image(w), [1, 7, 7, 2], 2, 'valid'),
    [1, 3, 3, 2],
    [3, 3, 2, 2],
  ),

  'depthwiseConv2d, same': on(depthwise(1, 'same'), [2, 4, 5, 2], [3, 3, 2, 1]),
  'depthwiseConv2d, two filters a channel': on(depthwise(1, 'valid'), [2, 5, 4, 2], [3, 2, 2, 2]),
  'depthwiseConv2d, as layers call it': on(
    (x, w) => tf.depthwiseConv2d(image(x), image(w), 1, 'same', 'NHWC', null as never),
    [1, 4, 3, 2],
    [2, 3, 2, 1],
  ),
  'fused.depthwiseConv2d, as layers call it': on(
    (x, filter) =>
      tf.fused.depthwiseConv2d({
        x: image(x),
        filter: image(filter),
        strides: 1,
        pad: 'same',
        dilations: null as never,
      }),
    [1, 4, 3, 2],
    [2, 3, 2, 1],
  ),
  'depthwiseConv2d, stride 2': on(depthwise(2, 'same'), [1, 6, 7, 2], [3, 3, 2, 2]),
  'depthwiseConv2d, stride 2, a row unused': on(depthwise(2, 'valid'), [1, 6, 6, 2], [3, 3, 2, 1]),
  'depthwiseConv2d, padding 2': on(depthwise(1, 2), [1, 4, 5, 2], [3, 3, 2, 1]),
  'depthwiseConv2d, dilation 2': on(depthwise(1, 'same', 2), [1, 6, 5, 2], [3, 3, 2, 2]),
  'depthwiseConv2d, dilation 2 and 3, valid': on(depthwise(1, 'valid', [2, 3]), [1, 6, 8, 2], [3, 2, 2, 1]),
  separableConv2d: on(
    (x, d, p) => tf.separableConv2d(image(x), image(d), image(p), 1, 'same'),
    [1, 4, 5, 2],
    [3, 3, 2, 2],
    [1, 1, 4, 3],
  ),
  conv3d: on((x, w) => tf.conv3d(x as tf.Tensor5D, w as tf.Tensor5D, 1, 'same'), [1, 3, 4, 3, 2], [2, 3, 2, 2, 2]),
  'conv3d, stride 2': on(
    (x, w) => tf.conv3d(x as tf.Tensor5D, w as tf.Tensor5D, 2, 'same'),
    [1, 4, 4, 3, 2],
    [3, 3, 3, 2, 2],
  ),
  conv3dTranspose: on(
    (x, w) => tf.conv3dTranspose(x as tf.Tensor5D, w as tf.Tensor5D, [1, 4, 4, 2, 1], 2, 'same'),
    [1, 2, 2, 1, 2],
    [2, 3, 2, 1, 2],
  ),
  'dilation2d of negative numbers': within(
    [-3, -1],
    (x, w) => tf.dilation2d(image(x), w as tf.Tensor3D, 1, 'valid'),
    [1, 3, 4, 2],
    [2, 2, 2],
  ),
  dilation2d: on((x, w) => tf.dilation2d(image(x), w as tf.Tensor3D, 1, 'same'), [1, 3, 3, 2], [2, 2, 2]),
};

const ACTIVATIONS = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu'] as const;
const fused: Record<string, Case> = Object.fromEntries(
  ACTIVATIONS.flatMap((activation): [string, Case][] => {
    const rest = { activation, leakyreluAlpha: 0.3 };
    return [
      [
        `fused.conv2d, ${activation}`,
        on(
          (x, filter, bias) =>
            tf.fused.conv2d({ x: image(x), filter: image(filter), bias, strides: 1, pad: 'same', ...rest }),
          [1, 3, 4, 2],
          [2, 2, 2, 2],
          [2],
        ),
      ],
      [
        `fused.conv2d, ${activation}, dilated`,
        on(
          (x, filter, bias) =>
            tf.fused.conv2d({
              x: image(x),
              filter: image(filter),
              bias,
              strides: 1,
              pad: 'same',
              dilations: 2,
              ...rest,
            }),
          [1, 4, 4, 2],
          [2, 3, 2, 2],
          [2],
        ),
      ],
      [
        `fused.conv2d without a bias, ${activation}`,
        on(
          (x, filter) => tf.fused.conv2d({ x: image(x), filter: image(filter), strides: 2, pad: 'same', ...rest }),
          [1, 4, 5, 2],
          [3, 3, 2, 2],
        ),
      ],
      [
        `fused.depthwiseConv2d, ${activation}`,
        on(
          (x, filter, bias) =>
            tf.fused.depthwiseConv2d({ x: image(x), filter: image(filter), bias, strides: 1, pad: 'same', ...rest }),
          [1, 3, 4, 2],
          [2, 3, 2, 1],
          [2],
        ),
      ],
      [
        `fused.depthwiseConv2d, ${activation}, dilated`,
        on(
          (x, filter, bias) =>
            tf.fused.depthwiseConv2d({
              x: image(x),
              filter: image(filter),
              bias,
              strides: 1,
              pad: 'same',
              dilations: 2,
              ...rest,
            }),
          [1, 4, 5, 2],
          [2, 2, 2, 1],
          [2],
        ),
      ],
      [
        `fused.matMul, ${activation}`,
        on((a, b, bias) => tf.fused.matMul({ a, b, bias, transposeB: true, ...rest }), [3, 2], [4, 2], [4]),
      ],
      [
        `fused.matMul in batches, ${activation}`,
        on((a, b) => tf.fused.matMul({ a, b, ...rest }), [2, 2, 2], [1, 2, 3]),
      ],
    ];
  }),
);
fused['fused.conv2d, prelu'] = on(
  (x, filter, bias, slope) =>
    tf.fused.conv2d({
      x: image(x),
      filter: image(filter),
      bias,
      strides: 1,
      pad: 'same',
      activation: 'prelu',
      preluActivationWeights: slope,
    }),
  [1, 3, 4, 2],
  [2, 2, 2, 2],
  [2],
  [2],
);
fused['fused.conv2d, a bias for each place'] = on(
  (x, filter, bias) => tf.fused.conv2d({ x: image(x), filter: image(filter), bias, strides: 1, pad: 'same' }),
  [2, 3, 2, 2],
  [2, 2, 2, 2],
  [3, 2, 2],
);

type Resize = (images: Image, size: [number, number], alignCorners?: boolean, halfPixelCenters?: boolean) => Image;
const resizes = (name: string, resize: Resize): Record<string, Case> =>
  Object.fromEntries(
    (
      [
        ['half-pixel', false, true],
        ['aligned corners', true, false],
        ['legacy', false, false],
      ] as const
    ).flatMap(([mode, alignCorners, halfPixelCenters]): [string, Case][] => [
      [`${name}, ${mode}, up`, on((x) => resize(image(x), [8, 7], alignCorners, halfPixelCenters), [2, 4, 3, 2])],
      [`${name}, ${mode}, down`, on((x) => resize(image(x), [2, 3], alignCorners, halfPixelCenters), [1, 5, 7, 2])],
      [
        `${name}, ${mode}, up and down`,
        on((x) => resize(image(x), [1, 9], alignCorners, halfPixelCenters), [1, 3, 5, 2]),
      ],
    ]),
  );

const images: Record<string, Case> = {
  'avgPool, same': on((x) => tf.avgPool(image(x), 3, 2, 'same'), [2, 5, 6, 2]),
  'avgPool, valid, overlapping': on((x) => tf.avgPool(image(x), [2, 3], 1, 'valid'), [1, 4, 5, 2]),
  'avgPool, valid, a row unused': on((x) => tf.avgPool(image(x), 2, 2, 'valid'), [2, 5, 5, 2]),
  'avgPool, padding 1': on((x) => tf.avgPool(image(x), 3, 2, 1), [1, 5, 5, 2]),
  'maxPool, same': on((x) => tf.maxPool(image(x), 3, 2, 'same'), [1, 5, 6, 2]),
  'maxPool, valid, overlapping': on((x) => tf.maxPool(image(x), [2, 3], 1, 'valid'), [1, 4, 5, 2]),
  'maxPool, valid, a row unused': on((x) => tf.maxPool(image(x), 2, 2, 'valid'), [1, 5, 5, 2]),
  'maxPool, padding 1': on((x) => tf.maxPool(image(x), 3, 2, 1), [1, 5, 5, 2]),
  'maxPool of negative numbers': within([-3, -1], (x) => tf.maxPool(image(x), 2, 2, 'same'), [1, 4, 6, 2]),
  'pool, average, dilated': on((x) => tf.pool(image(x), 2, 'avg', 'same', 2, 1), [1, 5, 4, 2]),
  'pool, maximum, dilated': on((x) => tf.pool(image(x), 2, 'max', 'valid', [2, 1], 1), [1, 5, 4, 2]),
  maxPoolWithArgmax: within([-3, -1], (x) => tf.maxPoolWithArgmax(image(x), 2, 2, 'same').result, [2, 4, 5, 2]),
  avgPool3d: on((x) => tf.avgPool3d(x as tf.Tensor5D, 2, 2, 'same'), [1, 3, 4, 3, 2]),
  maxPool3d: within([-3, -1], (x) => tf.maxPool3d(x as tf.Tensor5D, 2, 2, 'same'), [1, 3, 4, 3, 1]),
  localResponseNormalization: on((x) => tf.localResponseNormalization(image(x), 2, 1, 0.5, 0.6), [1, 2, 2, 6]),
  ...Object.fromEntries(
    [
      [2, 3],
      [2, 2, 3],
      [2, 2, 2, 3],
    ].map((shape): [string, Case] => [
      `batchNorm, rank ${shape.length}`,
      within(
        [0.3, 2],
        (x, mean, variance, offset, scale) =>
          tf.batchNorm(x, mean as tf.Tensor1D, variance as tf.Tensor1D, offset as tf.Tensor1D, scale as tf.Tensor1D),
        shape,
        [3],
        [3],
        [3],
        [3],
      ),
    ]),
  ),
  'batchNorm without scale and offset': within(
    [0.3, 2],
    (x, mean, variance) => tf.batchNorm(image(x), mean as tf.Tensor1D, variance as tf.Tensor1D),
    [2, 2, 2, 3],
    [3],
    [3],
  ),
  'batchNorm, a mean for each place': within(
    [0.3, 2],
    (x, mean, variance, offset, scale) =>
      tf.batchNorm(image(x), image(mean), image(variance), image(offset), image(scale)),
    [1, 2, 2, 3],
    [1, 2, 2, 3],
    [1, 2, 2, 3],
    [1, 2, 2, 3],
    [1, 2, 2, 3],
  ),
  'resizeBilinear, doubled': on((x) => tf.image.resizeBilinear(image(x), [8, 6], false, true), [2, 4, 3, 2]),
  'resizeBilinear, one pixel doubled': on((x) => tf.image.resizeBilinear(image(x), [2, 2], false, true), [2, 1, 1, 3]),
  'resizeBilinear, doubled and joined': on(
    (x, y) => tf.square(tf.concat([tf.image.resizeBilinear(image(x), [4, 6], false, true), image(y)], 3)),
    [2, 2, 3, 2],
    [2, 4, 6, 3],
  ),
  ...resizes('resizeBilinear', tf.image.resizeBilinear as Resize),
  ...resizes('resizeNearestNeighbor', tf.image.resizeNearestNeighbor as Resize),
  'cropAndResize, bilinear': on(
    (x) =>
      tf.image.cropAndResize(
        image(x),
        tf.tensor2d([0.1, 0.2, 0.9, 1.2, 0.7, 0, 0.1, 0.6, 0, 0, 1, 1], [3, 4]),
        indices(1, 0, 1),
        [3, 4],
      ),
    [2, 4, 5, 2],
  ),
  'cropAndResize, nearest': on(
    (x) =>
      tf.image.cropAndResize(
        image(x),
        tf.tensor2d([0.1, 0.2, 0.8, 1.2, 0.7, 0, 0.1, 0.6], [2, 4]),
        indices(1, 0),
        [3, 1],
        'nearest',
        5,
      ),
    [2, 4, 5, 2],
  ),
  'image.flipLeftRight': on((x) => tf.image.flipLeftRight(image(x)), [2, 3, 4, 2]),
  'image.grayscaleToRGB': on((x) => tf.image.grayscaleToRGB(image(x)), [2, 3, 4, 1]),
  'image.rgbToGrayscale': on((x) => tf.image.rgbToGrayscale(image(x)), [2, 3, 4, 3]),
  'image.rotateWithOffset': on((x) => tf.image.rotateWithOffset(image(x), 0.5, 9, [0.4, 0.6]), [2, 5, 6, 2]),
  ...Object.fromEntries(
    (['constant', 'reflect', 'wrap', 'nearest'] as const).flatMap((fill) =>
      (['bilinear', 'nearest'] as const).map((interpolation): [string, Case] => [
        `image.transform, ${interpolation}, ${fill}`,
        on(
          (x) =>
            tf.image.transform(
              image(x),
              tf.tensor2d([0.9, 0.3, -1.3, -0.2, 1.1, 0.7, 0.01, -0.02], [1, 8]),
              interpolation,
              fill,
              3,
              [4, 6],
            ),
          [1, 4, 5, 2],
        ),
      ]),
    ),
  ),
};

/** A gradient as an operation: of dy and of the inputs. */
const gradientOf =
  (operation: Operation, input: number): Operation =>
  (dy, ...inputs) =>
    tf.grad((x) => operation(...inputs.with(input, x)))(inputs[input], dy);

/** Applied to squares a bilinear operation's gradients depend on all that it is computed from. */
const ofSquares =
  (operation: Operation): Operation =>
  (...inputs) =>
    operation(...inputs.map((x) => tf.square(x)));

const strided = ofSquares(convolution(2, 'same'));
const dilated = ofSquares(convolution(1, 'valid', 2));
const volumetric: Operation = (x, w) => tf.conv3d(x as tf.Tensor5D, w as tf.Tensor5D, 2, 'same');
const second: Record<string, Case> = {
  'conv2d to its input': on(gradientOf(strided, 0), [1, 2, 3, 2], [1, 4, 5, 2], [3, 3, 2, 2]),
  'conv2d to its filter': on(gradientOf(strided, 1), [1, 2, 3, 2], [1, 4, 5, 2], [3, 3, 2, 2]),
  'conv2d, dilated, to its input': on(gradientOf(dilated, 0), [1, 2, 1, 2], [1, 4, 3, 2], [2, 2, 2, 2]),
  'conv2d, dilated, to its filter': on(gradientOf(dilated, 1), [1, 2, 1, 2], [1, 4, 3, 2], [2, 2, 2, 2]),
  'depthwiseConv2d to its input': on(
    gradientOf(ofSquares(depthwise(1, 'same')), 0),
    [1, 3, 3, 4],
    [1, 3, 3, 2],
    [2, 2, 2, 2],
  ),
  'depthwiseConv2d to its filter': on(
    gradientOf(ofSquares(depthwise(2, 'same')), 1),
    [1, 2, 2, 2],
    [1, 4, 3, 2],
    [3, 3, 2, 1],
  ),
  'matMul, batch broadcast': on(
    gradientOf(
      ofSquares((a, b) => tf.matMul(a, b)),
      1,
    ),
    [2, 2, 2],
    [2, 2, 3],
    [3, 2],
  ),
  einsum: on(
    gradientOf(
      ofSquares((a, b) => tf.einsum('ij,jk->ki', a, b)),
      0,
    ),
    [2, 2],
    [2, 3],
    [3, 2],
  ),
  'fused.conv2d, elu': on(
    gradientOf(
      (x, filter, bias) =>
        tf.fused.conv2d({ x: image(x), filter: image(filter), bias, strides: 1, pad: 'same', activation: 'elu' }),
      0,
    ),
    [1, 3, 2, 2],
    [1, 3, 2, 2],
    [2, 2, 2, 2],
    [2],
  ),
  'exp, of its own result': on(gradientOf(tf.exp, 0), [4], [4]),
  'sigmoid, of its own result': on(
    gradientOf((x) => tf.mul(x, tf.sigmoid(x)), 0),
    [4],
    [4],
  ),
  'softmax, of its own result': on(
    gradientOf((x) => tf.softmax(x), 0),
    [2, 3],
    [2, 3],
  ),
  relu: on(
    gradientOf((x) => tf.relu(x.square().sub(1)), 0),
    [7],
    [7],
  ),
  elu: on(gradientOf(tf.elu, 0), [7], [7]),
  pow: within([0.4, 2], gradientOf(tf.pow, 0), [5], [5], [5]),
  squaredDifference: on(gradientOf(tf.squaredDifference, 1), [2, 3], [2, 3], [3]),
  max: on(
    gradientOf((x) => tf.max(x.square(), 1), 0),
    [3],
    [3, 4],
  ),
  cumprod: on(
    gradientOf((x) => tf.cumprod(x), 0),
    [4],
    [4],
  ),
  gather: on(
    gradientOf((x) => tf.gather(x.square(), indices(1, 0, 1)), 0),
    [3],
    [4],
  ),
  tile: on(
    gradientOf((x) => tf.tile(x.square(), [2]), 0),
    [6],
    [3],
  ),
  stridedSlice: on(
    gradientOf((x) => tf.stridedSlice(x.square(), [3], [0], [-2]), 0),
    [2],
    [5],
  ),
  mirrorPad: on(
    gradientOf((x) => tf.mirrorPad(x.square(), [[2, 1]], 'reflect'), 0),
    [6],
    [3],
  ),
  resizeBilinear: on(
    gradientOf((x) => tf.image.resizeBilinear(image(x.square()), [4, 5], false, true), 0),
    [1, 4, 5, 1],
    [1, 3, 3, 1],
  ),
  avgPool: on(
    gradientOf((x) => tf.avgPool(image(x.square()), 2, 1, 'same'), 0),
    [1, 3, 3, 1],
    [1, 3, 3, 1],
  ),
  softmaxCrossEntropy: on(
    gradientOf((x) => tf.losses.softmaxCrossEntropy(tf.tensor2d([0.2, 0.5, 0.3, 1, 0, 0], [2, 3]), x), 0),
    [],
    [2, 3],
  ),
  'softmaxCrossEntropy, of labels and scores': within(
    [0.1, 1],
    gradientOf((labels, x) => tf.losses.softmaxCrossEntropy(labels, x, undefined, 0.1), 1),
    [],
    [2, 3],
    [2, 3],
  ),
  logSoftmax: on(
    gradientOf((x) => tf.logSoftmax(x), 0),
    [2, 3],
    [2, 3],
  ),
  logSigmoid: on(
    gradientOf((x) => tf.logSigmoid(x.square()), 0),
    [5],
    [5],
  ),
  'maxPool, same': on(
    gradientOf((x) => tf.maxPool(image(x.square()), 2, 2, 'same'), 0),
    [1, 2, 3, 1],
    [1, 3, 5, 1],
  ),
  'maxPool, overlapping, one number of padding': on(
    gradientOf((x) => tf.maxPool(image(x.square()), [3, 2], [2, 1], 1), 0),
    [1, 2, 5, 1],
    [1, 3, 4, 1],
  ),
  maxPoolWithArgmax: on(
    gradientOf((x) => tf.maxPoolWithArgmax(image(x.square()), 2, 1, 'valid').result, 0),
    [1, 2, 2, 1],
    [1, 3, 3, 1],
  ),
  maxPool3d: on(
    gradientOf((x) => tf.maxPool3d(x.square() as tf.Tensor5D, 2, 2, 'same'), 0),
    [1, 2, 1, 2, 1],
    [1, 3, 2, 3, 1],
  ),
  avgPool3d: on(
    gradientOf((x) => tf.avgPool3d(x.square() as tf.Tensor5D, 2, 2, 'same'), 0),
    [1, 2, 1, 2, 1],
    [1, 3, 2, 3, 1],
  ),
  'conv3d to its input': on(gradientOf(ofSquares(volumetric), 0), [1, 2, 1, 2, 1], [1, 3, 2, 3, 1], [2, 2, 2, 1, 1]),
  'conv3d to its filter': on(gradientOf(ofSquares(volumetric), 1), [1, 2, 1, 2, 1], [1, 3, 2, 3, 1], [2, 2, 2, 1, 1]),
  localResponseNormalization: on(
    gradientOf((x) => tf.localResponseNormalization(image(x), 1, 1, 0.5, 0.6), 0),
    [1, 1, 2, 4],
    [1, 1, 2, 4],
  ),
  batchNorm: within(
    [0.3, 2],
    gradientOf(
      (x, mean, variance, scale) =>
        tf.batchNorm(x, mean as tf.Tensor1D, variance as tf.Tensor1D, undefined, scale as tf.Tensor1D),
      2,
    ),
    [2, 3],
    [2, 3],
    [3],
    [3],
    [3],
  ),
};

const SQUARES = (z: tf.Tensor) => tf.add(tf.square(tf.real(z)), tf.square(tf.imag(z)));
const complexOf = (re: tf.Tensor, im: tf.Tensor) => tf.complex(re, im);

const spectral: Record<string, Case> = {
  'complex, real, imag': on((a, b) => tf.mul(tf.real(tf.complex(a, b)), tf.imag(tf.complex(a, b))), [2, 3], [2, 3]),
  'absolute value': on((a, b) => tf.abs(tf.complex(a, b)), [5], [5]),
  'sum of complex numbers': on((a, b) => SQUARES(tf.add(tf.complex(a, b), tf.complex(b, b))), [2, 3], [2, 3]),
  'difference, broadcast': on((a, b) => SQUARES(tf.sub(tf.complex(a, a), tf.complex(b, tf.neg(b)))), [2, 3], [3]),
  'product of complex numbers': on((a, b) => SQUARES(tf.mul(tf.complex(a, b), tf.complex(b, a))), [4], [4]),
  'product of a complex and a real number': on((a, b) => SQUARES(tf.mul(tf.complex(a, a), b)), [4], [4]),
  fft: on((a, b) => SQUARES(tf.fft(complexOf(a, b))), [2, 5], [2, 5]),
  'fft, phase': on((a, b) => tf.atan2(tf.imag(tf.fft(complexOf(a, b))), tf.real(tf.fft(complexOf(a, b)))), [4], [4]),
  ifft: on((a, b) => SQUARES(tf.ifft(complexOf(a, b))), [2, 4], [2, 4]),
  rfft: on((x) => tf.abs(tf.spectral.rfft(x)), [2, 6]),
  'rfft of another length': on((x) => SQUARES(tf.spectral.rfft(x, 8)), [2, 6]),
  irfft: on((a, b) => tf.square(tf.spectral.irfft(complexOf(a, b))), [2, 4], [2, 4]),
  stft: on((x) => tf.abs(tf.signal.stft(x as tf.Tensor1D, 4, 2)), [10]),
  'second derivative of rfft': on(
    gradientOf((x) => tf.abs(tf.spectral.rfft(x)), 0),
    [4],
    [6],
  ),
};

const unsupported: Partial<Record<EngineName, string[]>> = {
  // TFJS's wasm backend has no complex numbers.
  wasm: Object.keys(spectral),
  // Nor has its cpu backend complex numbers of different shapes.
  cpu: ['difference, broadcast'],
};

describe.each(presentEngines())('gradients on %s', (engine) => {
  beforeAll(async () => {
    await startEngine({ engine });
  });

  const suites = Object.entries({
    elementwise,
    reductions,
    losses,
    shapes,
    matrices,
    convolutions,
    fused,
    images,
    second,
    spectral,
  }).map(([suite, cases]): [string, Record<string, Case>] => [
    suite,
    Object.fromEntries(Object.entries(cases).filter(([name]) => !unsupported[engine]?.includes(name))),
  ]);
  describe.each(suites.filter(([, cases]) => Object.keys(cases).length > 0))('%s', (_, cases) => {
    it.each(Object.keys(cases))('%s', (name) => {
      const { operation, shapes, range } = cases[name];
      const inputs = shapes.map((shape, i) => scattered(shape, i + 1, range));
      const before = tf.memory().numTensors;
      checkGradient(operation, inputs, { tolerance: 1e-3, absoluteTolerance: 1e-3 });
      expect(tf.memory().numTensors).toBe(before);
      tf.dispose(inputs);
    });
  });

  // The cases of `second` are second derivatives already.
  describe.each(suites.filter(([suite, cases]) => suite !== 'second' && Object.keys(cases).length > 0))(
    'second derivatives of %s',
    (_, cases) => {
      it.each(Object.keys(cases))('%s', (name) => {
        const { operation, shapes, range } = cases[name];
        const inputs = shapes.map((shape, i) => scattered(shape, i + 1, range));
        const before = tf.memory().numTensors;
        const [analytic, numeric] = secondDerivatives(operation, inputs);
        expect(Math.abs(analytic - numeric), `${analytic}, by differences ${numeric}`).toBeLessThan(
          2e-3 * (1 + Math.abs(numeric)),
        );
        expect(tf.memory().numTensors).toBe(before);
        tf.dispose(inputs);
      });
    },
  );

  it('covers every kernel of TFJS that has a gradient', () => {
    const engine = tf.engine();
    const runKernel = engine.runKernel;
    const ran = new Set<string>();
    engine.runKernel = (name, ...rest) => {
      ran.add(name);
      return runKernel.call(engine, name, ...rest) as never;
    };
    try {
      for (const { operation, shapes, range } of suites.flatMap(([, cases]) => Object.values(cases)))
        tf.tidy(() => tf.grads(operation)(shapes.map((shape, i) => scattered(shape, i + 1, range))));
    } finally {
      engine.runKernel = runKernel;
    }
    // No op of TFJS calls the first two, and not every engine has its gradients computed by the others.
    const uncalled = ['LogicalXor', 'LogSoftmax', 'MaxPool3DGrad', 'ResizeBilinearGrad'];
    const differentiable = tf
      .getKernelsForBackend('cpu')
      .map(({ kernelName }) => kernelName)
      .filter((name) => tf.getGradient(name) != null && tf.getKernel(name, tf.getBackend()) != null);
    expect(differentiable.filter((name) => !ran.has(name) && !uncalled.includes(name))).toEqual([]);
  });
});
