import { tf } from '../src/index.js';
import { fuzzCase, type Generator, type Random } from './random.js';

const TYPES = ['float32', 'int32', 'bool'] as const;

// Those of integers keep their type, and cut off decimals: only those whose results are no fractions near whole numbers.
const ANY = ['abs', 'neg', 'sign', 'relu', 'relu6', 'square', 'round', 'step'] as const;
const FLOATS = [
  'acos', 'acosh', 'asin', 'asinh', 'atan', 'atanh', 'ceil', 'cos', 'cosh', 'elu', 'erf', 'exp', 'expm1', 'floor',
  'isFinite', 'isInf', 'isNaN', 'log', 'log1p', 'logSigmoid', 'reciprocal', 'rsqrt', 'selu', 'sigmoid', 'sin', 'sinh',
  'softplus', 'sqrt', 'tan', 'tanh',
] as const; // biome-ignore format: a list

const unary: Generator = (random) => {
  const dtype = random.pick(TYPES);
  const name = random.pick([...ANY, ...(dtype === 'float32' ? FLOATS : [])]);
  return fuzzCase(
    random,
    name,
    [{ shape: random.shape(0, 4), dtype, range: name === 'tan' ? 1.2 : 2 }],
    (x) => tf[name](x) as tf.Tensor,
  );
};

const BINARY = [
  'add',
  'sub',
  'mul',
  'maximum',
  'minimum',
  'squaredDifference',
  'mod',
  'floorDiv',
  'divNoNan',
  'div',
] as const;
const COMPARISONS = ['equal', 'notEqual', 'greater', 'greaterEqual', 'less', 'lessEqual'] as const;

/** A shape that broadcasts with another one. */
function partner(random: Random, shape: number[]): number[] {
  const kept = shape.slice(random.integer(0, shape.length));
  return kept.map((size) => (size > 0 && random.chance(0.3) ? 1 : size));
}

const binary: Generator = (random) => {
  const name = random.pick([...BINARY, ...COMPARISONS, 'atan2', 'pow'] as const);
  const shape = random.shape(0, 4);
  const shapes = random.chance(0.5) ? [shape, partner(random, shape)] : [partner(random, shape), shape];
  const types = shapes.map(() => (name === 'pow' || name === 'atan2' ? 'float32' : random.pick(TYPES)));
  // Quotients of floats near whole numbers, and 0 to a power, depend on the last digit.
  const stepped = name === 'mod' || name === 'floorDiv';
  if (stepped && types.includes('float32')) return null;
  if (name === 'div' && types.every((dtype) => dtype === 'bool')) return null;
  const given = shapes.map((shape, i) => ({ shape, dtype: types[i] }));
  const op = tf[name] as (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;
  return fuzzCase(random, name, given, (a, b) => op(name === 'pow' ? tf.abs(a) : a, b));
};

const scalars: Generator = (random) => {
  const dtype = random.pick(['float32', 'int32'] as const);
  const numbers = [0.5, -1.5, 3, 1e39, -1e39, 3e9, Number.MAX_VALUE];
  const [a, b] = [random.pick(numbers), random.pick(numbers)];
  const shape = random.shape(1, 2);
  const given = [{ shape, dtype }];
  switch (random.integer(0, 5)) {
    case 0:
      return fuzzCase(random, `clipByValue ${Math.min(a, b)} ${Math.max(a, b)}`, given, (x) => tf.clipByValue(x, Math.min(a, b), Math.max(a, b)));
    case 1:
      return fuzzCase(random, `pad ${a}`, given, (x) => tf.pad(x, shape.map((): [number, number] => [1, 2]), a));
    case 2:
      return fuzzCase(random, `fill ${a}`, given, (x) => tf.fill(x.shape as [number], a, dtype));
    case 3:
      return fuzzCase(random, `oneHot ${a} ${b}`, [{ shape: [3], dtype: 'int32' }], (x) => tf.oneHot(x, 3, a, b, 'float32'), false);
    case 4: {
      const slope = random.pick([0.2, -1.5, 3]);
      return fuzzCase(random, `leakyRelu ${slope}`, [{ shape }], (x) => tf.leakyRelu(x, slope));
    }
    default:
      return fuzzCase(random, `step ${a}`, given, (x) => tf.step(x, a));
  }
}; // biome-ignore format: a table

const evenly: Generator = (random) => {
  const [start, step] = [random.integer(-3, 3), random.pick([0.1, 0.3, 1, 2, -0.5, -1])];
  const stop = start + step * random.integer(0, 9) * 1.0001;
  const dtype = random.pick(['float32', 'int32'] as const);
  const none = [{ shape: [] }];
  if (random.chance(0.5))
    return fuzzCase(random, `linspace ${start} ${stop}`, none, () => tf.linspace(start, stop, 5), false);
  return fuzzCase(
    random,
    `range ${start} ${stop} ${step} ${dtype}`,
    none,
    () => tf.range(start, stop, step, dtype),
    false,
  );
};

const cast: Generator = (random) => {
  const [from, to] = [random.pick(TYPES), random.pick(TYPES)];
  return fuzzCase(random, `cast to ${to}`, [{ shape: random.shape(0, 3), dtype: from }], (x) => tf.cast(x, to), false);
};

const choice: Generator = (random) => {
  const shape = random.shape(1, 3);
  const dtype = random.pick(TYPES);
  const given = [
    { shape, dtype: 'bool' as const },
    { shape, dtype },
    { shape: partner(random, shape), dtype },
  ];
  return fuzzCase(random, 'where', given, (c, a, b) => tf.where(c, a, b), false);
};

const prelu: Generator = (random) => {
  const shape = random.shape(1, 4);
  return fuzzCase(random, 'prelu', [{ shape }, { shape: partner(random, shape) }], (x, a) => tf.prelu(x, a));
};

export const elementwise: Generator[] = [
  unary,
  unary,
  unary,
  binary,
  binary,
  binary,
  scalars,
  evenly,
  cast,
  choice,
  prelu,
];
