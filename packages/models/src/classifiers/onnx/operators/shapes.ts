import { tf } from '@sandwich/engine';
import { axisOf, type GraphNode, isTensor, type Kernel, type Operator, type Value } from '../graph-node.js';
import { broadcast, broadcastShape, hostArray, join, sizeOf } from '../host-arrays.js';

const reshaped = (value: Value, shape: number[]): Value => {
  if (isTensor(value)) return tf.reshape(value, shape);
  if (sizeOf(shape) === value.values.length) return { ...value, shape };
  throw new RangeError(`${value.values.length} numbers do not fill the shape [${shape}]`);
};

function reshape(node: GraphNode): Kernel {
  const keepsZeros = node.number('allowzero', 0) !== 0;
  return (inputs) => {
    const value = inputs.value(0);
    const shape = Array.from(inputs.host(1).values, (size, i) => (size === 0 && !keepsZeros ? value.shape[i] : size));
    const rest = -sizeOf(shape);
    return reshaped(
      value,
      shape.map((size) => (size === -1 ? sizeOf(value.shape) / rest : size)),
    );
  };
}

function flatten(node: GraphNode): Kernel {
  return (inputs) => {
    const value = inputs.value(0);
    const { length } = value.shape;
    const axis = node.number('axis', 1);
    const at = axis === length ? length : axisOf(axis, length);
    return reshaped(value, [sizeOf(value.shape.slice(0, at)), sizeOf(value.shape.slice(at))]);
  };
}

function transpose(node: GraphNode): Kernel {
  const order = node.numbers('perm');
  return (inputs) => {
    const x = inputs.tensor(0);
    return tf.transpose(x, order ?? x.shape.map((_, i) => x.rank - 1 - i));
  };
}

/** Axes are an attribute before version 13 of the operators, then an input. */
const axesOf = (node: GraphNode): ((inputs: Parameters<Kernel>[0]) => number[] | undefined) =>
  node.opset < 13 ? () => node.numbers('axes') : (inputs) => (inputs.has(1) ? [...inputs.host(1).values] : undefined);

function unsqueeze(node: GraphNode): Kernel {
  const axesFor = axesOf(node);
  return (inputs) => {
    const value = inputs.value(0);
    const given = axesFor(inputs) ?? [];
    const rank = value.shape.length + given.length;
    const axes = new Set(given.map((axis) => axisOf(axis, rank)));
    const lengths = [...value.shape];
    return reshaped(
      value,
      Array.from({ length: rank }, (_, axis) => (axes.has(axis) ? 1 : lengths.shift()!)),
    );
  };
}

function squeeze(node: GraphNode): Kernel {
  const axesFor = axesOf(node);
  return (inputs) => {
    const value = inputs.value(0);
    const { shape } = value;
    const axes = axesFor(inputs)?.map((axis) => axisOf(axis, shape.length));
    const goes = (length: number, axis: number) => (axes ? axes.includes(axis) : length === 1);
    return reshaped(
      value,
      shape.filter((length, axis) => !goes(length, axis)),
    );
  };
}

function concat(node: GraphNode): Kernel {
  return (inputs) => {
    const all = Array.from({ length: inputs.count }, (_, i) => i);
    const axis = axisOf(node.number('axis', 0), inputs.value(0).shape.length);
    if (all.some((i) => isTensor(inputs.value(i))))
      return tf.concat(
        all.map((i) => inputs.tensor(i)),
        axis,
      );
    return join(all.map((i) => inputs.host(i)), axis); // biome-ignore format: one line
  };
}

function split(node: GraphNode): Kernel {
  return (inputs) => {
    const x = inputs.tensor(0);
    const axis = axisOf(node.number('axis', 0), x.rank);
    const given = node.opset < 13 ? node.numbers('split') : inputs.has(1) ? [...inputs.host(1).values] : undefined;
    const most = Math.ceil(x.shape[axis] / node.outputs);
    const equal = Array.from({ length: node.outputs }, (_, i) => Math.min(most, x.shape[axis] - i * most));
    return tf.split(x, given ?? equal, axis);
  };
}

function expand(): Kernel {
  return (inputs) => {
    const value = inputs.value(0);
    const shape = broadcastShape(value.shape, [...inputs.host(1).values]);
    return isTensor(value) ? tf.broadcastTo(value, shape) : broadcast(value, shape);
  };
}

function constantOfShape(node: GraphNode): Kernel {
  const { values, type } = node.array('value') ?? hostArray([0], [1], 'float');
  return (inputs) => {
    const shape = [...inputs.host(0).values];
    return type === 'float' ? tf.fill(shape, values[0]) : broadcast(hostArray(values, [1], type), shape);
  };
}

/** Shapes of tensors, and tensors in other shapes. */
export const shapes: Record<string, Operator> = {
  Concat: concat,
  ConstantOfShape: constantOfShape,
  Expand: expand,
  Flatten: flatten,
  Reshape: reshape,
  Shape: (node) => (inputs) => hostArray(inputs.value(0).shape.slice(node.number('start', 0), node.has('end') ? node.number('end', 0) : undefined)), // biome-ignore format: one line
  Split: split,
  Squeeze: squeeze,
  Transpose: transpose,
  Unsqueeze: unsqueeze,
};
