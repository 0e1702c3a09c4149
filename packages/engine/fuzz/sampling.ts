import { tf } from '../src/index.js';
import { fuzzCase, type Generator, type Random } from './random.js';

const numbers = (random: Random, count: number, low: number, high: number) =>
  Array.from({ length: count }, () => low + random.next() * (high - low));
const whole = (random: Random, count: number, high: number) =>
  Array.from({ length: count }, () => random.integer(0, high));

const images = (random: Random) => [
  random.integer(1, 2),
  random.integer(2, 6),
  random.integer(2, 6),
  random.integer(1, 2),
];

const crops: Generator = (random) => {
  const x = { shape: images(random), dtype: random.pick(['float32', 'float32', 'int32'] as const) };
  const count = random.integer(1, 3);
  const size: [number, number] = [random.integer(1, 5), random.integer(1, 5)];
  const boxes = { shape: [count, 4], values: numbers(random, 4 * count, -0.3, 1.3) };
  const of = { shape: [count], dtype: 'int32' as const, values: whole(random, count, x.shape[0] - 1) };
  return fuzzCase(random, `cropAndResize ${size}`, [x, boxes, of], (x, boxes, of) =>
    tf.image.cropAndResize(x as tf.Tensor4D, boxes as tf.Tensor2D, of as tf.Tensor1D, size, 'bilinear', 0.5), false); // biome-ignore format: one call
};

const transform: Generator = (random) => {
  const x = { shape: images(random) };
  const count = random.chance(0.5) ? 1 : x.shape[0];
  const values = Array.from({ length: count }, () => [
    ...numbers(random, 6, -1.5, 1.5),
    ...numbers(random, 2, -0.05, 0.05),
  ]).flat();
  const mode = random.pick(['constant', 'reflect', 'wrap', 'nearest'] as const);
  const size = random.chance(0.5) ? undefined : ([random.integer(1, 5), random.integer(1, 5)] as [number, number]);
  return fuzzCase(random, `transform ${mode} ${size}`, [x, { shape: [count, 8], values }], (x, t) =>
    tf.image.transform(x as tf.Tensor4D, t as tf.Tensor2D, 'bilinear', mode, 0.5, size), false); // biome-ignore format: one call
};

const counts: Generator = (random) => {
  const rows = random.chance(0.5) ? [random.integer(1, 3), random.integer(1, 5)] : [random.integer(1, 5)];
  const [size, weighted, binary] = [random.integer(1, 4), random.chance(0.5), random.chance(0.3)];
  const total = tf.util.sizeFromShape(rows);
  const x = { shape: rows, dtype: 'int32' as const, values: whole(random, total, 5) };
  const weights = { shape: weighted ? rows : [0] };
  if (random.chance(0.5) && rows.length === 1)
    return fuzzCase(random, `bincount ${size}`, [x, weights], (x, w) => tf.bincount(x as tf.Tensor1D, w as tf.Tensor1D, size), false); // biome-ignore format: one call
  return fuzzCase(random, `denseBincount ${size} ${binary}`, [x, weights], (x, w) =>
    tf.denseBincount(x as tf.Tensor1D, w as tf.Tensor1D, size, binary), false); // biome-ignore format: one call
};

const search: Generator = (random) => {
  const [batch, length, count] = [random.integer(1, 2), random.integer(1, 6), random.integer(1, 4)];
  const dtype = random.pick(['float32', 'int32'] as const);
  const rows = Array.from({ length: batch }, () => random.values([length], dtype).sort((a, b) => a - b));
  const side = random.pick(['left', 'right'] as const);
  const given = [
    { shape: [batch, length], dtype, values: rows.flat() },
    { shape: [batch, count], dtype },
  ];
  return fuzzCase(random, `searchSorted ${side}`, given, (s, v) => tf.searchSorted(s, v, side), false);
};

const parts = (z: tf.Tensor) => tf.stack([tf.real(z), tf.imag(z)]);

const spectra: Generator = (random) => {
  const shape = [...random.shape(0, 2).map((size) => Math.max(1, size)), random.integer(1, 8)];
  const both = [{ shape }, { shape }];
  const name = random.pick(['fft', 'ifft', 'rfft', 'irfft'] as const);
  if (name === 'rfft') return { ...fuzzCase(random, name, [{ shape }], (x) => parts(tf.rfft(x))), needs: 'FFT' };
  if (name === 'irfft')
    return shape.at(-1)! < 2 ? null : { ...fuzzCase(random, name, both, (a, b) => tf.irfft(tf.complex(a, b))), needs: 'FFT' }; // biome-ignore format: one call
  return { ...fuzzCase(random, name, both, (a, b) => parts(tf[name](tf.complex(a, b)))), needs: 'FFT' };
};

const sparse: Generator = (random) => {
  const [rows, columns, count] = [random.integer(1, 4), random.integer(1, 3), random.integer(1, 4)];
  const dtype = random.pick(['float32', 'int32'] as const);
  const at = whole(random, count, rows - 1).sort((a, b) => a - b);
  const int = (shape: number[], values: number[]) => ({ shape, dtype: 'int32' as const, values });
  switch (random.integer(0, 3)) {
    case 0: {
      const places = at.flatMap((row) => [row, random.integer(0, columns - 1)]);
      return fuzzCase(random, 'sparseFillEmptyRows', [int([count, 2], places), { shape: [count], dtype }, { shape: [], dtype }], (places, values, fill) => tf.sparse.sparseFillEmptyRows(places as tf.Tensor2D, values as tf.Tensor1D, tf.tensor1d([rows, columns], 'int32'), fill as tf.Scalar).outputValues, false);
    }
    case 1: {
      const name = random.pick(['sparseSegmentMean', 'sparseSegmentSum'] as const);
      return fuzzCase(random, name, [{ shape: [rows, columns] }, int([count], whole(random, count, rows - 1)), int([count], at)], (x, i, s) => tf.sparse[name](x, i as tf.Tensor1D, s as tf.Tensor1D), false);
    }
    case 2:
      return fuzzCase(random, 'sparseReshape', [int([count, 2], at.flatMap((row) => [row, random.integer(0, columns - 1)]))], (places) => tf.sparse.sparseReshape(places as tf.Tensor2D, tf.tensor1d([rows, columns], 'int32'), tf.tensor1d([columns, -1], 'int32')).outputIndices, false);
    default: {
      const places = [...new Set(at)];
      return fuzzCase(random, 'sparseToDense', [int([places.length], places), { shape: [places.length], dtype }, { shape: [], dtype }], (i, v, fill) => tf.sparseToDense(i, v, [rows], fill as tf.Scalar), false);
    }
  }
}; // biome-ignore format: a table

const turned: Generator = (random) => {
  const x = { shape: images(random), dtype: random.pick(['float32', 'int32', 'bool'] as const) };
  const op = random.integer(0, 4);
  if (op === 0) return fuzzCase(random, 'flipLeftRight', [x], (x) => tf.image.flipLeftRight(x as tf.Tensor4D), false);
  if (op === 1) return fuzzCase(random, 'unique', [x], (x) => tf.unique(x, 1).values, false);
  if (op === 2) return fuzzCase(random, 'unstack', [x], (x) => tf.stack(tf.unstack(x, 2).reverse(), 2), false);
  if (op === 3) return fuzzCase(random, 'split', [x], (x) => tf.concat(tf.split(x, [1, x.shape[1]! - 1], 1).reverse(), 1), false); // biome-ignore format: one call
  return fuzzCase(random, 'rotateWithOffset', [{ shape: x.shape }], (x) => tf.image.rotateWithOffset(x as tf.Tensor4D, 0.7, 0.25), false); // biome-ignore format: one call
};

const typed: Generator = (random) => {
  const dtype = random.pick(['int32', 'bool'] as const);
  const x = { shape: [random.integer(1, 3), random.integer(1, 4)], dtype };
  const block = { shape: [1, random.integer(1, 2), random.integer(1, 2), 4], dtype };
  const image = (t: tf.Tensor) => t as tf.Tensor4D;
  switch (random.integer(0, 7)) {
    case 0: return fuzzCase(random, 'diag', [x], (x) => tf.diag(x), false);
    case 1: return fuzzCase(random, 'depthToSpace', [block], (x) => tf.depthToSpace(image(x), 2), false);
    case 2: return fuzzCase(random, 'mirrorPad', [x], (x) => tf.mirrorPad(x, [[1, 0], [0, 1]], 'symmetric'), false);
    case 3: return fuzzCase(random, 'stridedSlice', [x], (x) => tf.stridedSlice(x, [0, 0], x.shape, [1, 2]), false);
    case 4: return fuzzCase(random, 'argMax', [x], (x) => tf.argMax(x, 1), false);
    case 5: return fuzzCase(random, 'topk', [x], (x) => tf.topk(x, 1).values, false);
    case 6: return fuzzCase(random, 'spaceToBatchND', [{ ...block, shape: [1, 2, 4, 1] }], (x) => tf.spaceToBatchND(x, [2, 2], [[0, 0], [0, 0]]), false);
    default: return fuzzCase(random, 'resizeNearestNeighbor', [{ ...block, dtype: 'int32' }], (x) => tf.image.resizeNearestNeighbor(image(x), [3, 4], false, true), false);
  }
}; // biome-ignore format: a table

export const sampling: Generator[] = [
  crops,
  transform,
  counts,
  search,
  spectra,
  spectra,
  sparse,
  sparse,
  turned,
  typed,
];
