import { tf } from '../src/index.js';
import { fuzzCase, type Generator, type Random } from './random.js';

const TYPES = ['float32', 'int32', 'bool'] as const;

const some = (random: Random, count: number) => random.order(count).slice(0, random.integer(1, Math.max(1, count)));
const signed = (random: Random, axes: number[], rank: number) =>
  axes.map((axis) => (random.chance(0.3) ? axis - rank : axis));

const reduction: Generator = (random) => {
  const shape = random.shape(1, 4);
  const axes = signed(random, some(random, shape.length), shape.length);
  const keep = random.chance(0.5);
  const name = random.pick(['sum', 'mean', 'max', 'min', 'prod', 'logSumExp', 'all', 'any'] as const);
  const logical = name === 'all' || name === 'any';
  const dtype = logical ? 'bool' : name === 'logSumExp' ? 'float32' : random.pick(TYPES);
  const op = tf[name] as (x: tf.Tensor, axes: number[], keep: boolean) => tf.Tensor;
  // Nothing has a mean or a maximum, and so no gradient.
  const hasGradient = dtype === 'float32' && (['sum', 'prod'].includes(name) || !shape.includes(0));
  return fuzzCase(
    random,
    `${name} ${JSON.stringify({ axes, keep })}`,
    [{ shape, dtype }],
    (x) => op(x, axes, keep),
    hasGradient,
  );
};

const extremes: Generator = (random) => {
  const shape = random.shape(1, 3);
  const axis = random.integer(-shape.length, shape.length - 1);
  const name = random.pick(['argMax', 'argMin', 'cumsum', 'cumprod', 'softmax', 'logSoftmax'] as const);
  const x = { shape };
  if (name === 'argMax' || name === 'argMin')
    return fuzzCase(random, `${name} ${axis}`, [x], (x) => tf[name](x, axis), false);
  if (name === 'softmax' || name === 'logSoftmax') return fuzzCase(random, name, [x], (x) => tf[name](x));
  const [exclusive, reverse] = [random.chance(0.5), random.chance(0.5)];
  const dtype = random.pick(['float32', 'int32'] as const);
  return fuzzCase(random, `${name} ${JSON.stringify({ axis, exclusive, reverse })}`, [{ shape, dtype }], (x) =>
    tf[name](x, axis, exclusive, reverse),
  );
};

const arrangement: Generator = (random) => {
  const shape = random.shape(1, 4);
  const dtype = random.pick(TYPES);
  const x = { shape, dtype };
  const rank = shape.length;
  const perm = random.order(rank);
  const reps = shape.map(() => random.integer(1, 3));
  const axes = some(random, rank);
  const margins = shape.map((): [number, number] => [random.integer(0, 2), random.integer(0, 2)]);
  const axis = random.integer(0, rank - 1);
  const begin = shape.map((size) => random.integer(0, size));
  const size = shape.map((length, i) => random.integer(0, length - begin[i]));
  switch (random.integer(0, 8)) {
    case 0: return fuzzCase(random, `transpose ${perm}`, [x], (x) => tf.transpose(x, perm));
    case 1: return fuzzCase(random, `tile ${reps}`, [x], (x) => tf.tile(x, reps));
    case 2: return fuzzCase(random, `reverse ${axes}`, [x], (x) => tf.reverse(x, axes));
    case 3: return fuzzCase(random, `pad ${JSON.stringify(margins)}`, [x], (x) => tf.pad(x, margins, 1));
    case 4: return fuzzCase(random, `concat ${axis}`, [x, x], (a, b) => tf.concat([a, b], axis));
    case 5: return fuzzCase(random, `stack ${axis}`, [x, x], (a, b) => tf.stack([a, b], axis));
    case 6: return fuzzCase(random, `slice ${begin} ${size}`, [x], (x) => tf.slice(x, begin, size));
    case 7: return fuzzCase(random, `expandDims, squeeze ${axis}`, [x], (x) => tf.squeeze(tf.expandDims(x, axis), [axis]));
    default: return fuzzCase(random, 'reshape of a transposed one', [x], (x) => tf.reshape(tf.transpose(x, perm), [x.size]));
  }
}; // biome-ignore format: a table

const mirrored: Generator = (random) => {
  const shape = [random.integer(1, 4), random.integer(1, 4)];
  const mode = random.pick(['reflect', 'symmetric'] as const);
  const most = (size: number) => random.integer(0, mode === 'reflect' ? size - 1 : size);
  const margins = shape.map((size): [number, number] => [most(size), most(size)]);
  return fuzzCase(random, `mirrorPad ${mode} ${JSON.stringify(margins)}`, [{ shape }], (x) =>
    tf.mirrorPad(x, margins, mode),
  );
};

const strided: Generator = (random) => {
  const shape = [random.integer(1, 5), random.integer(1, 5)];
  const strides = shape.map(() => random.pick([1, 2, 3, -1, -2]));
  const ends = (size: number) => random.integer(-size, size);
  const [begin, end] = [shape.map(ends), shape.map(ends)];
  const taken = shape.map((size, i) => {
    const at = (value: number) => (value < 0 ? value + size : value);
    return Math.ceil((at(end[i]) - at(begin[i])) / strides[i]);
  });
  if (taken.some((count) => count <= 0) || begin.some((value, i) => value === shape[i])) return null;
  return fuzzCase(random, `stridedSlice ${JSON.stringify({ begin, end, strides })}`, [{ shape }], (x) =>
    tf.stridedSlice(x, begin, end, strides),
  );
};

const blocks: Generator = (random) => {
  const [height, width, block] = [random.integer(1, 3), random.integer(1, 3), 2];
  const op = random.integer(0, 2);
  const image = (t: tf.Tensor) => t as tf.Tensor4D;
  if (op === 0)
    return fuzzCase(random, 'depthToSpace', [{ shape: [1, height, width, 8] }], (x) =>
      tf.depthToSpace(image(x), block),
    );
  const crops = [[0, 1], [1, 0]]; // biome-ignore format: pairs
  if (op === 1)
    return fuzzCase(random, 'batchToSpaceND', [{ shape: [4, height, width, 2] }], (x) =>
      tf.batchToSpaceND(x, [2, 2], crops),
    );
  const shape = [2, 2 * height, 2 * width, 1];
  return fuzzCase(random, 'spaceToBatchND', [{ shape }], (x) => tf.spaceToBatchND(x, [2, 2], [[1, 1], [0, 2]])); // biome-ignore format: pairs
};

const sorted: Generator = (random) => {
  const shape = random.shape(1, 2).map((size) => size + 1);
  const k = random.integer(1, shape.at(-1)!);
  const part = random.pick(['values', 'indices'] as const);
  return fuzzCase(random, `topk ${part} ${k}`, [{ shape }], (x) => tf.topk(x, k)[part], part === 'values');
};

export const shapes: Generator[] = [
  reduction,
  reduction,
  extremes,
  arrangement,
  arrangement,
  mirrored,
  strided,
  blocks,
  sorted,
];
