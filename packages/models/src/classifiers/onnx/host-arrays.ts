// Integers and truth values of a graph, which say how tensors are cut and joined. They never depend on the values of an image, so that they are
// computed on the host, and a step through the graph can be recorded.

import type { OnnxTensor } from '@sandwich/onnx';

/** Numbers on the host. */
export type HostArray = OnnxTensor;

export const sizeOf = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1);

export const hostArray = (
  values: ArrayLike<number>,
  shape: readonly number[] = [values.length],
  type: HostArray['type'] = 'integer',
): HostArray => ({
  type,
  shape,
  values: type === 'float' ? Float32Array.from(values) : Float64Array.from(values),
});

/** An array of a shape whose number at each place is told by a function. */
function arrayOf(
  shape: readonly number[],
  type: HostArray['type'],
  at: (place: readonly number[]) => number,
): HostArray {
  const place = shape.map(() => 0);
  const values = Array.from({ length: sizeOf(shape) }, () => {
    const value = at(place);
    for (let axis = shape.length - 1; axis >= 0 && ++place[axis] === shape[axis]; axis--) place[axis] = 0;
    return value;
  });
  return hostArray(values, shape, type);
}

/** The number at a place; axes of length 1, and those that are missing in front, stand for any length. */
function valueAt({ shape, values }: HostArray, place: readonly number[]): number {
  const missing = place.length - shape.length;
  return values[shape.reduce((at, length, axis) => at * length + (length === 1 ? 0 : place[missing + axis]), 0)];
}

/** The shape of what two shapes make together. @throws RangeError when they do not fit */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const [m, n] = [a, b].map((shape) => shape[axis - rank + shape.length] ?? 1);
    if (m !== n && m !== 1 && n !== 1) throw new RangeError(`shapes [${a}] and [${b}] do not fit`);
    return m === 1 ? n : m;
  });
}

export const broadcast = (array: HostArray, shape: readonly number[]): HostArray =>
  arrayOf(shape, array.type, (place) => valueAt(array, place));

/** The results of a function of two numbers. */
export function combine(
  a: HostArray,
  b: HostArray,
  f: (a: number, b: number) => number,
  type: HostArray['type'] = a.type,
): HostArray {
  return arrayOf(broadcastShape(a.shape, b.shape), type, (place) => f(valueAt(a, place), valueAt(b, place)));
}

/** `a` where the condition holds, elsewhere `b`. */
export function choose(condition: HostArray, a: HostArray, b: HostArray): HostArray {
  const shape = broadcastShape(condition.shape, broadcastShape(a.shape, b.shape));
  return arrayOf(shape, a.type, (place) => valueAt(valueAt(condition, place) !== 0 ? a : b, place));
}

/** The entries along an axis that have the given indexes; their shape takes the place of the axis. */
export function take(array: HostArray, indexes: HostArray, axis: number): HostArray {
  const { shape, type } = array;
  const result = [...shape.slice(0, axis), ...indexes.shape, ...shape.slice(axis + 1)];
  return arrayOf(result, type, (place) => {
    const index = valueAt(indexes, place.slice(axis, axis + indexes.shape.length));
    return valueAt(array, [...place.slice(0, axis), index, ...place.slice(axis + indexes.shape.length)]);
  });
}

/** Arrays behind each other along an axis. */
export function join(arrays: readonly HostArray[], axis: number): HostArray {
  const [{ shape, type }] = arrays;
  const lengths = arrays.map((each) => each.shape[axis]);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  return arrayOf(shape.with(axis, total), type, (place) => {
    let [from, index] = [0, place[axis]];
    while (index >= lengths[from]) index -= lengths[from++];
    return valueAt(arrays[from], place.with(axis, index));
  });
}

/** Every `step`-th entry from `start` on, along each axis. */
export function cut(array: HostArray, ranges: readonly { start: number; step: number; count: number }[]): HostArray {
  const shape = ranges.map(({ count }) => count);
  return arrayOf(shape, array.type, (place) =>
    valueAt(
      array,
      ranges.map(({ start, step }, axis) => start + step * place[axis]),
    ),
  );
}
