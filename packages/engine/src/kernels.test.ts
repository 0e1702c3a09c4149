import { beforeAll, describe, expect, it } from 'vitest';
import { presentEngines, startEngine, tf } from './index.js';
import type { TorchBackend } from './torch/backend.js';

// TFJS's own cpu backend is the oracle: every kernel is run there and on the engine under test, forwards and, where it is
// differentiable, backwards with a random incoming gradient.

type Operation = (...inputs: tf.Tensor[]) => tf.Tensor;

interface Case {
  operation: Operation;
  shapes: number[][];
  /** Range of the random inputs. Default [-2, 2]. */
  range?: [number, number];
  gradient?: boolean;
}

/** Deterministic values that never sit on a kink. */
function values(count: number, seed: number, [low, high]: [number, number]): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => {
    const unit = (Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453) % 1;
    return low + (high - low) * Math.abs(unit);
  });
}

const on = (operation: Operation, ...shapes: number[][]): Case => ({ operation, shapes });
const positive = (operation: Operation, ...shapes: number[][]): Case => ({ operation, shapes, range: [0.2, 3] });
const unit = (operation: Operation): Case => ({ operation, shapes: [[3, 4]], range: [-0.9, 0.9] });
const flat = (operation: Operation, ...shapes: number[][]): Case => ({ operation, shapes, gradient: false });
const image = (x: tf.Tensor) => x as tf.Tensor4D;

const cases: Record<string, Case> = {
  abs: on((x) => tf.abs(x), [3, 4]),
  acos: unit((x) => tf.acos(x)),
  acosh: { operation: (x) => tf.acosh(x), shapes: [[5]], range: [1.2, 3] },
  asin: unit((x) => tf.asin(x)),
  asinh: on((x) => tf.asinh(x), [5]),
  atan: on((x) => tf.atan(x), [5]),
  atanh: unit((x) => tf.atanh(x)),
  ceil: on((x) => tf.ceil(x), [7]),
  cos: on((x) => tf.cos(x), [5]),
  cosh: on((x) => tf.cosh(x), [5]),
  elu: on((x) => tf.elu(x), [7]),
  erf: on((x) => tf.erf(x), [7]),
  exp: on((x) => tf.exp(x), [5]),
  expm1: on((x) => tf.expm1(x), [5]),
  floor: on((x) => tf.floor(x), [7]),
  log: positive((x) => tf.log(x), [5]),
  log1p: positive((x) => tf.log1p(x), [5]),
  neg: on((x) => tf.neg(x), [5]),
  reciprocal: positive((x) => tf.reciprocal(x), [5]),
  relu: on((x) => tf.relu(x), [3, 5]),
  relu6: { operation: (x) => tf.relu6(x), shapes: [[9]], range: [-3, 9] },
  round: on((x) => tf.round(x), [9]),
  rsqrt: positive((x) => tf.rsqrt(x), [5]),
  selu: on((x) => tf.selu(x), [7]),
  sigmoid: on((x) => tf.sigmoid(x), [5]),
  sign: on((x) => tf.sign(x), [5]),
  sin: on((x) => tf.sin(x), [5]),
  sinh: on((x) => tf.sinh(x), [5]),
  softplus: on((x) => tf.softplus(x), [5]),
  sqrt: positive((x) => tf.sqrt(x), [5]),
  square: on((x) => tf.square(x), [5]),
  step: flat((x) => tf.step(x, 0.3), [9]),
  tan: unit((x) => tf.tan(x)),
  tanh: on((x) => tf.tanh(x), [5]),
  clipByValue: on((x) => tf.clipByValue(x, -1, 0.5), [9]),
  leakyRelu: on((x) => tf.leakyRelu(x, 0.1), [9]),

  add: on((a, b) => tf.add(a, b), [2, 3, 4], [3, 1]),
  sub: on((a, b) => tf.sub(a, b), [4], [2, 3, 4]),
  mul: on((a, b) => tf.mul(a, b), [2, 3], [2, 3]),
  div: positive((a, b) => tf.div(a, b), [2, 3], [3]),
  floorDiv: flat((a, b) => tf.floorDiv(a, b), [2, 3], [3]),
  mod: { operation: (a, b) => tf.mod(a, b), shapes: [[2, 3], [3]], range: [0.5, 3] },
  pow: positive((a, b) => tf.pow(a, b), [2, 3], [3]),
  maximum: on((a, b) => tf.maximum(a, b), [2, 3], [2, 3]),
  minimum: on((a, b) => tf.minimum(a, b), [2, 3], [2, 3]),
  squaredDifference: on((a, b) => tf.squaredDifference(a, b), [2, 3], [2, 3]),
  atan2: positive((a, b) => tf.atan2(a, b), [2, 3], [3]),
  addN: on((a, b, c) => tf.addN([a, b, c]), [2, 3], [2, 3], [2, 3]),
  greater: flat((a, b) => tf.greater(a, b), [2, 3], [3]),
  lessEqual: flat((a, b) => tf.lessEqual(a, b), [2, 3], [3]),
  logicalAnd: flat((a, b) => tf.logicalAnd(a.greater(0), b.greater(0)), [2, 3], [3]),
  logicalNot: flat((a) => tf.logicalNot(a.greater(0)), [2, 3]),
  where: on(
    (a, b) =>
      tf.where(
        tf.tensor2d(
          [
            [1, 0, 1],
            [0, 1, 1],
          ],
          [2, 3],
          'bool',
        ),
        a,
        b,
      ),
    [2, 3],
    [2, 3],
  ),
  castToInt: flat((x) => tf.cast(x, 'int32'), [9]),
  castToBool: flat((x) => tf.cast(tf.round(x), 'bool'), [9]),
  integerSum: flat((x) => tf.sum(tf.cast(x.mul(10), 'int32'), 1), [3, 4]),

  sum: on((x) => tf.sum(x, [0, 2]), [2, 3, 4]),
  sumAll: on((x) => tf.sum(x), [2, 3, 4]),
  sumKeep: on((x) => tf.sum(x, 1, true), [2, 3, 4]),
  mean: on((x) => tf.mean(x, [1, 2]), [2, 3, 4]),
  max: on((x) => tf.max(x, 1), [2, 7]),
  min: on((x) => tf.min(x, [0, 1]), [2, 7]),
  argMax: flat((x) => tf.argMax(x, 1), [3, 7]),
  argMin: flat((x) => tf.argMin(x, 0), [3, 7]),
  all: flat((x) => tf.all(x.greater(-1.8), 1), [3, 7]),
  any: flat((x) => tf.any(x.greater(1.5), 1), [3, 7]),
  softmax: on((x) => tf.softmax(x), [3, 7]),
  moments: on((x) => tf.moments(x, 1).variance, [3, 7]),

  reshape: on((x) => tf.reshape(x, [4, 6]), [2, 3, 4]),
  reshapeOfTransposed: on((x) => tf.transpose(x, [2, 0, 1]).reshape([2, 12]), [2, 3, 4]),
  expandDims: on((x) => tf.expandDims(x, -1), [2, 3]),
  transpose: on((x) => tf.transpose(x, [0, 2, 1, 3]), [2, 3, 4, 2]),
  reverse: on((x) => tf.reverse(x, [1]), [2, 3]),
  tile: on((x) => tf.tile(x, [2, 3]), [2, 3]),
  concat: on((a, b) => tf.concat([a, b], -1), [2, 3, 1], [2, 3, 4]),
  stack: on((a, b) => tf.stack([a, b], 1), [2, 3], [2, 3]),
  unstack: on((x) => tf.unstack(x, 1)[1], [2, 3]),
  split: on((x) => tf.split(x, [1, 2], 1)[1], [2, 3]),
  slice: on((x) => tf.slice(x, [0, 1], [2, 2]), [3, 4]),
  pad: on(
    (x) =>
      tf.pad(
        x,
        [
          [1, 2],
          [0, 3],
        ],
        0.5,
      ),
    [3, 4],
  ),
  mirrorPadForward: flat(
    (x) =>
      tf.mirrorPad(
        x,
        [
          [2, 1],
          [0, 2],
        ],
        'reflect',
      ),
    [3, 4],
  ),
  symmetricPadForward: flat(
    (x) =>
      tf.mirrorPad(
        x,
        [
          [3, 1],
          [0, 4],
        ],
        'symmetric',
      ),
    [3, 4],
  ),
  gather: on((x) => tf.gather(x, tf.tensor1d([2, 0, 2, 1], 'int32'), 1), [2, 3, 2]),
  fill: flat((x) => tf.fill([2, 2], 3).add(x), [2, 2]),
  zerosLike: flat((x) => tf.zerosLike(x), [2, 2]),
  onesLike: flat((x) => tf.onesLike(x), [2, 2]),

  matMul: on((a, b) => tf.matMul(a, b), [3, 4], [4, 5]),
  matMulTransposed: on((a, b) => tf.matMul(a, b, true, true), [4, 3], [5, 4]),
  batchMatMul: on((a, b) => tf.matMul(a, b, false, true), [2, 3, 4], [2, 5, 4]),
  broadcastMatMul: flat((a, b) => tf.matMul(a, b), [1, 3, 4], [2, 4, 5]),

  conv2dSame: on((x, w) => tf.conv2d(image(x), image(w), 1, 'same'), [2, 5, 6, 3], [3, 3, 3, 4]),
  conv2dValid: on((x, w) => tf.conv2d(image(x), image(w), 1, 'valid'), [2, 5, 6, 3], [3, 2, 3, 4]),
  conv2dStrideSameEven: on((x, w) => tf.conv2d(image(x), image(w), 2, 'same'), [1, 6, 8, 2], [3, 3, 2, 3]),
  conv2dStrideSameOdd: on((x, w) => tf.conv2d(image(x), image(w), [2, 1], 'same'), [1, 7, 5, 2], [5, 5, 2, 3]),
  conv2dPadded: on((x, w) => tf.conv2d(image(x), image(w), 2, 2), [1, 7, 5, 2], [3, 3, 2, 3]),
  conv2dPointwise: on((x, w) => tf.conv2d(image(x), image(w), 1, 'same'), [2, 3, 4, 5], [1, 1, 5, 2]),
  conv2dDilated: flat((x, w) => tf.conv2d(image(x), image(w), 1, 'same', 'NHWC', 2), [1, 7, 5, 2], [3, 3, 2, 3]),
  conv2dOneChannel: on((x, w) => tf.conv2d(image(x), image(w), 1, 'same'), [2, 8, 8, 1], [3, 3, 1, 1]),
  conv2dTranspose: on(
    (x, w) => tf.conv2dTranspose(image(x), image(w), [1, 6, 8, 3], 2, 'same'),
    [1, 3, 4, 2],
    [3, 3, 3, 2],
  ),
  fusedConv2d: on(
    (x, filter, bias) =>
      tf.fused.conv2d({ x: image(x), filter: image(filter), strides: 1, pad: 'same', bias, activation: 'relu' }),
    [2, 5, 6, 3],
    [3, 3, 3, 4],
    [4],
  ),
  resizeBilinearUpForward: flat((x) => tf.image.resizeBilinear(image(x), [10, 12], false, true), [1, 5, 6, 2]),
  resizeBilinearDownForward: flat((x) => tf.image.resizeBilinear(image(x), [3, 4], false, true), [1, 5, 6, 2]),
  resizeBilinearCorners: on((x) => tf.image.resizeBilinear(image(x), [7, 3], true, false), [1, 5, 6, 2]),
  resizeBilinearLegacy: on((x) => tf.image.resizeBilinear(image(x), [7, 13]), [2, 5, 6, 2]),
  resizeBilinearLegacyDown: on((x) => tf.image.resizeBilinear(image(x), [3, 1]), [1, 5, 6, 2]),
  resizeNearest: on((x) => tf.image.resizeNearestNeighbor(image(x), [7, 4]), [1, 5, 6, 2]),
  resizeNearestTwice: on((x) => tf.image.resizeNearestNeighbor(image(x), [10, 18]), [2, 5, 6, 2]),
  resizeNearestHalfPixel: on((x) => tf.image.resizeNearestNeighbor(image(x), [8, 18], false, true), [1, 5, 6, 2]),
  resizeNearestCorners: on((x) => tf.image.resizeNearestNeighbor(image(x), [7, 4], true), [1, 5, 6, 2]),

  conv2dRoundedUp: on((x, w) => tf.conv2d(image(x), image(w), 2, 0, 'NHWC', 1, 'ceil'), [1, 6, 7, 2], [3, 3, 2, 3]),
  conv2dPaddedPerSide: on(
    (x, w) => tf.conv2d(image(x), image(w), [1, 2], [[0, 0], [2, 1], [0, 3], [0, 0]]), // biome-ignore format: paddings
    [1, 6, 7, 2],
    [3, 3, 2, 3],
  ),
  conv2dNchw: flat((x, w) => tf.conv2d(image(x), image(w), 1, 'valid', 'NCHW'), [2, 3, 5, 6], [3, 3, 3, 4]),
  conv3d: on(
    (x, w) => tf.conv3d(x as tf.Tensor5D, w as tf.Tensor5D, [1, 2, 1], 'same'),
    [1, 3, 4, 5, 2],
    [2, 3, 3, 2, 3],
  ),
  depthwiseConv2d: on((x, w) => tf.depthwiseConv2d(image(x), image(w), 1, 'same'), [2, 5, 6, 3], [3, 3, 3, 2]),
  depthwiseConv2dStride: on((x, w) => tf.depthwiseConv2d(image(x), image(w), 2, 'same'), [1, 6, 8, 2], [3, 3, 2, 1]),
  depthwiseConv2dDilated: flat(
    (x, w) => tf.depthwiseConv2d(image(x), image(w), 1, 'same', 'NHWC', 2),
    [1, 7, 5, 2],
    [3, 3, 2, 3],
  ),
  fusedDepthwiseConv2d: on(
    (x, filter, bias) =>
      tf.fused.depthwiseConv2d({
        x: image(x),
        filter: image(filter),
        strides: 1,
        pad: 'same',
        bias,
        activation: 'relu6',
      }),
    [1, 5, 6, 2],
    [3, 3, 2, 2],
    [4],
  ),
  fusedMatMul: on(
    (a, b, bias) => tf.fused.matMul({ a, b, bias, activation: 'sigmoid', transposeB: true }),
    [3, 4],
    [5, 4],
    [5],
  ),
  fusedBatchMatMul: flat(
    (a, b, bias) => tf.fused.matMul({ a, b, bias, activation: 'leakyrelu', leakyreluAlpha: 0.3 }),
    [2, 3, 4],
    [2, 4, 5],
    [5],
  ),
  einsum: on((a, b) => tf.einsum('bij,bjk->bki', a, b), [2, 3, 4], [2, 4, 5]),

  avgPool: on((x) => tf.avgPool(image(x), 2, 2, 'valid'), [2, 5, 6, 3]),
  avgPoolSame: on((x) => tf.avgPool(image(x), [3, 2], [2, 1], 'same'), [1, 6, 5, 2]),
  avgPoolSameEven: on((x) => tf.avgPool(image(x), 2, 1, 'same'), [1, 5, 4, 2]),
  avgPoolPadded: on((x) => tf.avgPool(image(x), 3, 2, 1), [1, 6, 5, 2]),
  avgPool3d: on((x) => tf.avgPool3d(x as tf.Tensor5D, 2, 2, 'same'), [1, 3, 4, 5, 2]),
  maxPool: on((x) => tf.maxPool(image(x), 2, 2, 'valid'), [2, 5, 6, 3]),
  maxPoolSame: on((x) => tf.maxPool(image(x), 3, 2, 'same'), [1, 6, 5, 2]),
  maxPool3d: on((x) => tf.maxPool3d(x as tf.Tensor5D, 2, 2, 'same'), [1, 4, 4, 5, 2]),
  maxPoolArgmax: flat((x) => tf.maxPoolWithArgmax(image(x), 3, 2, 'same').indexes, [2, 6, 5, 2]),
  maxPoolArgmaxBatch: flat((x) => tf.maxPoolWithArgmax(image(x), 2, 1, 'same', true).indexes, [2, 3, 4, 2]),

  prod: on((x) => tf.prod(x, [0, 2]), [2, 3, 2]),
  cumsum: on((x) => tf.cumsum(x, 1), [2, 4, 3]),
  cumsumExclusiveReverse: on((x) => tf.cumsum(x, 1, true, true), [2, 4, 3]),
  cumprodExclusive: flat((x) => tf.cumprod(x, 0, true), [4, 3]),
  logSoftmax: on((x) => tf.logSoftmax(x), [3, 7]),
  batchNorm: positive(
    (x, mean, variance, offset, scale) => tf.batchNorm(x, mean as tf.Tensor1D, variance as tf.Tensor1D, offset, scale),
    [2, 3, 4, 5],
    [5],
    [5],
    [5],
    [5],
  ),
  localResponseNormalization: on((x) => tf.localResponseNormalization(image(x), 2, 1.5, 0.7, 0.6), [1, 2, 3, 7]),
  prelu: on((x, alpha) => tf.prelu(x, alpha), [2, 3, 4], [3, 1]),

  stridedSlice: flat((x) => tf.stridedSlice(x, [0, 4], [3, 0], [2, -2]), [3, 5]),
  gatherBatches: on((x) => tf.gather(x, tf.tensor2d([2, 0, 1, 1], [2, 2], 'int32'), 2, 1), [2, 3, 4]),
  gatherNd: flat((x) => tf.gatherND(x, tf.tensor2d([1, 0, 0, 2], [2, 2], 'int32')), [2, 3, 4]),
  scatterNd: flat((x) => tf.scatterND(tf.tensor2d([3, 1, 3], [3, 1], 'int32'), x, [4, 2]), [3, 2]),
  tensorScatterUpdate: flat(
    (x, updates) => tf.tensorScatterUpdate(x, tf.tensor2d([3, 1], [2, 1], 'int32'), updates),
    [4, 2],
    [2, 2],
  ),
  sparseToDense: flat(
    (x) => tf.sparseToDense(tf.tensor2d([0, 1, 2, 0], [2, 2], 'int32'), x, [3, 2], tf.scalar(7)),
    [2],
  ),
  unsortedSegmentSum: on((x) => tf.unsortedSegmentSum(x, tf.tensor1d([1, -1, 0, 1], 'int32'), 3), [4, 2]),
  oneHot: flat((x) => tf.oneHot(tf.cast(x.mul(2), 'int32'), 3, 5, -1), [6]),
  topk: flat((x) => tf.topk(tf.round(x), 4).indices, [3, 9]),
  searchSorted: flat((x) => tf.searchSorted(tf.cumsum(tf.abs(x), 1), tf.abs(x), 'right'), [2, 6]),
  bincount: flat(
    (x) => tf.bincount(tf.cast(tf.abs(x.mul(3)), 'int32') as tf.Tensor1D, tf.abs(x) as tf.Tensor1D, 4),
    [20],
  ),
  denseBincount: flat((x) => tf.denseBincount(tf.cast(tf.abs(x.mul(3)), 'int32') as tf.Tensor2D, [], 4), [3, 9]),
  unique: flat((x) => tf.unique(tf.round(x)).indices, [12]),
  depthToSpace: flat((x) => tf.depthToSpace(image(x), 2), [1, 2, 3, 8]),
  spaceToBatch: on(
    (x) => tf.spaceToBatchND(x, [2, 2], [[1, 1], [0, 2]]), // biome-ignore format: paddings
    [1, 4, 4, 2],
  ),
  batchToSpace: on(
    (x) => tf.batchToSpaceND(x, [2, 2], [[0, 1], [1, 0]]), // biome-ignore format: crops
    [4, 2, 3, 2],
  ),
  diag: flat((x) => tf.diag(x), [2, 3]),
  range: flat((x) => x.add(tf.range(5, -3, -2)), [4]),
  linspace: flat((x) => x.add(tf.linspace(-1, 2, 4)), [4]),
  fft: flat((x) => tf.abs(tf.fft(tf.complex(x, x.mul(0.5)))), [3, 6]),
  floorDivOfIntegers: flat((a, b) => tf.div(tf.cast(a.mul(9), 'int32'), tf.cast(b.add(3), 'int32')), [9], [9]),
  modOfIntegers: flat((a, b) => tf.mod(tf.cast(a.mul(9), 'int32'), tf.cast(b.sub(4), 'int32')), [9], [9]),
  expOfIntegers: flat((x) => tf.exp(tf.cast(x.mul(2), 'int32')), [9]),
};

/** The same values in memory from the last axis to the first, as a transposition leaves them. */
function transposedInMemory(x: tf.Tensor): tf.Tensor {
  const reversed = tf.transpose(x);
  return tf.transpose(tf.tensor(reversed.dataSync(), reversed.shape));
}

function evaluate(
  { operation, shapes, range = [-2, 2], gradient = true }: Case,
  arrange = (x: tf.Tensor) => x,
): number[][] {
  return tf.tidy(() => {
    const inputs = shapes.map((shape, i) =>
      arrange(tf.tensor(values(tf.util.sizeFromShape(shape), i + 1, range), shape)),
    );
    const y = operation(...inputs);
    const outputs = [y];
    if (gradient) {
      const dy = tf.tensor(values(y.size, 9, [-1, 1]), y.shape);
      outputs.push(...tf.grads(operation)(inputs, dy));
    }
    return outputs.map((tensor) => [...tensor.shape, ...tensor.dataSync()]);
  });
}

const oracle: Record<string, number[][]> = {};

beforeAll(async () => {
  await startEngine({ engine: 'cpu' });
  for (const [name, test] of Object.entries(cases)) oracle[name] = evaluate(test);
});

describe.skipIf(!presentEngines().includes('torch'))('torch kernels', () => {
  beforeAll(async () => {
    await startEngine({ engine: 'torch' });
  });

  function check(name: string, results: number[][]) {
    expect(results.map((result) => result.length)).toEqual(oracle[name].map((result) => result.length));
    results.forEach((result, i) => {
      const expected = oracle[name][i];
      for (let k = 0; k < result.length; k++) {
        expect(Math.abs(result[k] - expected[k])).toBeLessThan(2e-5 * (1 + Math.abs(expected[k])));
      }
    });
  }

  it.each(Object.keys(cases))('%s', (name) => {
    const { addon } = tf.backend() as unknown as { addon: { liveTensors(): number } };
    const before = [tf.memory().numTensors, addon.liveTensors()];
    check(name, evaluate(cases[name]));
    expect([tf.memory().numTensors, addon.liveTensors()]).toEqual(before);
  });

  it.each(Object.keys(cases))('%s of transposed views', (name) => {
    check(name, evaluate(cases[name], transposedInMemory));
  });

  it('computes with strings on the host', () => {
    tf.tidy(() => {
      const words = tf.concat([tf.tensor1d(['b', 'a']), tf.fill([1], 'c' as never)]);
      expect(words.arraySync()).toEqual(['b', 'a', 'c']);
      expect(tf.tile(words.reshape([3, 1]), [1, 2]).arraySync()).toEqual([
        ['b', 'b'],
        ['a', 'a'],
        ['c', 'c'],
      ]);
      expect(tf.equal(words, 'a').arraySync()).toEqual([0, 1, 0]);
    });
  });

  it('keeps complex numbers through shape operations and back', async () => {
    const z = tf.tidy(() => tf.complex([1, 2, 3, 4], [5, 6, 7, 8]).reshape([2, 2]).transpose());
    expect([...(await z.data())]).toEqual([1, 5, 3, 7, 2, 6, 4, 8]);
    z.dispose();
  });

  it('propagates NaN where TFJS does', () => {
    tf.tidy(() => {
      const x = tf.tensor1d([1, Number.NaN, 3]);
      for (const y of [tf.relu(x), tf.step(x), tf.clipByValue(x, 0, 2), tf.max(x), tf.maximum(x, 2), tf.sum(x)]) {
        expect(y.dataSync().some(Number.isNaN)).toBe(true);
      }
      expect(tf.argMax(x).dataSync()[0]).toBe(2);
      expect(tf.argMin(x).dataSync()[0]).toBe(0);
    });
  });

  it('takes empty tensors', () => {
    tf.tidy(() => {
      const none = tf.zeros([0, 3]);
      expect(tf.sum(none, 0).arraySync()).toEqual([0, 0, 0]);
      expect(tf.prod(none, 0).arraySync()).toEqual([1, 1, 1]);
      expect(tf.concat([none, tf.ones([1, 3])]).arraySync()).toEqual([[1, 1, 1]]);
      expect(tf.matMul(tf.ones([2, 0]), none as tf.Tensor2D).arraySync()).toEqual([
        [0, 0, 0],
        [0, 0, 0],
      ]);
      expect(tf.relu(none).shape).toEqual([0, 3]);
    });
  });

  it('names what does not fit', () => {
    tf.tidy(() => {
      const run = (name: string, inputs: tf.NamedTensorMap, attributes: object) => () =>
        tf.engine().runKernel(name, inputs, attributes as tf.NamedAttrMap);
      const attributes = { strides: 1, pad: 'valid', dataFormat: 'NHWC', inputShape: [1, 5, 5, 2] };
      const [dy, filter] = [tf.ones([1, 5, 5, 3]), tf.ones([3, 3, 2, 3])];
      expect(run('Conv2DBackpropInput', { dy, filter }, attributes)).toThrow(
        /Conv2DBackpropInput\(dy float32\[1, 5, 5, 3\].*must have the shape .* \[1,3,3,3\], got \[1,5,5,3\]/,
      );
      const backend = tf.backend() as unknown as TorchBackend;
      const wrong = (shape: number[], dtype: tf.DataType) => () =>
        backend.run('Wrong', {}, () => backend.wrap(backend.call('ones', [2, 3], 6), shape, dtype));
      expect(wrong([3, 2], 'float32')).toThrow('Wrong(): libtorch returned Float[2, 3] where Float[3, 2] is due');
      expect(wrong([2], 'float32')).toThrow(/Float\[2\] is due/);
      expect(wrong([2, 3], 'int32')).toThrow(/Int\[2, 3\] is due/);
      const gone = tf.ones([2]);
      gone.dispose();
      expect(() => tf.add(gone, 1)).toThrow(/Add\(a float32\[2\], b float32\[\]\): a was disposed/);
      expect(run('Nothing', {}, {})).toThrow("Kernel 'Nothing' not registered for backend 'torch'");
    });
  });
});
