import { tf } from '@sandwich/engine';
import { type GraphNode, isTensor, type Operator } from '../graph-node.js';
import { choose, combine, hostArray } from '../host-arrays.js';

const unary =
  (f: (x: tf.Tensor) => tf.Tensor): Operator =>
  () =>
  (inputs) =>
    f(inputs.tensor(0));

/** An operation on two tensors, or on two arrays on the host. @param host on integers: a quotient is rounded towards zero */
const binary =
  (f: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, host: (a: number, b: number) => number): Operator =>
  () =>
  (inputs) => {
    const [a, b] = [inputs.value(0), inputs.value(1)];
    return isTensor(a) || isTensor(b) ? f(inputs.tensor(0), inputs.tensor(1)) : combine(a, b, host);
  };

function pow(node: GraphNode): ReturnType<Operator> {
  const exponent = node.constant(1);
  if (exponent?.values.length === 1 && exponent.values[0] === 2) return (inputs) => tf.square(inputs.tensor(0));
  return (inputs) => tf.pow(inputs.tensor(0), inputs.tensor(1));
}

/** Limits are inputs, each of which may be left out. */
function clip(node: GraphNode): ReturnType<Operator> {
  const limit = (i: number, otherwise: number) => node.constant(i)?.values[0] ?? otherwise;
  const [low, high] = [limit(1, Number.NEGATIVE_INFINITY), limit(2, Number.POSITIVE_INFINITY)];
  return (inputs) => {
    for (const i of [1, 2]) if (inputs.has(i)) node.required(i, 'limits');
    return tf.clipByValue(inputs.tensor(0), low, high);
  };
}

const hardSigmoid = (x: tf.Tensor, alpha: number, beta: number): tf.Tensor =>
  tf.clipByValue(tf.add(tf.mul(x, alpha), beta), 0, 1);

function cast(node: GraphNode): ReturnType<Operator> {
  const types: Record<number, 'float' | 'integer' | 'boolean'> = { 1: 'float', 6: 'integer', 7: 'integer', 9: 'boolean', 11: 'float' }; // biome-ignore format: one table
  const to = node.number('to', 0);
  const type = types[to];
  if (!type) throw new Error(`a cast to the element type ${to} is not supported`);
  return (inputs) => {
    if (type === 'float') return tf.cast(inputs.tensor(0), 'float32');
    const { values, shape } = inputs.host(0);
    const convert = type === 'boolean' ? (value: number) => (value === 0 ? 0 : 1) : Math.trunc;
    return hostArray(values.map(convert), shape, type);
  };
}

/** Operators on each number by itself. */
export const elementwise: Record<string, Operator> = {
  Add: binary(tf.add, (a, b) => a + b),
  Cast: cast,
  Clip: clip,
  Div: binary(tf.div, (a, b) => Math.trunc(a / b)),
  Dropout: unary((x) => x),
  Equal: () => (inputs) => combine(inputs.host(0), inputs.host(1), (a, b) => (a === b ? 1 : 0), 'boolean'),
  Erf: unary(tf.erf),
  HardSigmoid: (node) => (inputs) => hardSigmoid(inputs.tensor(0), node.number('alpha', 0.2), node.number('beta', 0.5)),
  HardSwish: unary((x) => tf.mul(x, hardSigmoid(x, 1 / 6, 0.5))),
  Identity: () => (inputs) => inputs.value(0),
  Mul: binary(tf.mul, (a, b) => a * b),
  Pow: pow,
  Relu: unary(tf.relu),
  Sigmoid: unary(tf.sigmoid),
  Sqrt: unary(tf.sqrt),
  Sub: binary(tf.sub, (a, b) => a - b),
  Tanh: unary(tf.tanh),
  Where: () => (inputs) => {
    const [a, b] = [inputs.value(1), inputs.value(2)];
    if (!isTensor(a) && !isTensor(b)) return choose(inputs.host(0), a, b);
    return tf.where(inputs.tensor(0), inputs.tensor(1), inputs.tensor(2));
  },
};
