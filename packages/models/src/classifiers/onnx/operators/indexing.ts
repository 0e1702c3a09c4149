import { tf } from '@sandwich/engine';
import { axisOf, type GraphNode, isTensor, type Kernel, type Operator } from '../graph-node.js';
import { cut, take } from '../host-arrays.js';

/** Entries along an axis. */
interface Range {
  start: number;
  step: number;
  count: number;
}

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** ONNX's rule: negative places are counted from the end, and all are clamped. */
function rangeOf(length: number, start: number, end: number, step: number): Range {
  const [first, last] = [start, end].map((place) => (place < 0 ? place + length : place));
  const from = clamp(first, 0, step > 0 ? length : length - 1);
  const to = step > 0 ? clamp(last, 0, length) : clamp(last, -1, length - 1);
  return { start: from, step, count: Math.max(0, Math.ceil((to - from) / step)) };
}

function sliced(x: tf.Tensor, ranges: readonly Range[]): tf.Tensor {
  const lowest = ranges.map(({ start, step, count }) => (step > 0 ? start : start + (count - 1) * step));
  const counts = ranges.map(({ count }) => count);
  const steps = ranges.map(({ step }) => Math.abs(step));
  const isDense = steps.every((step) => step === 1);
  const ends = lowest.map((start, axis) => start + (counts[axis] - 1) * steps[axis] + 1);
  const taken = isDense || counts.includes(0) ? tf.slice(x, lowest, counts) : tf.stridedSlice(x, lowest, ends, steps);
  const backwards = ranges.flatMap(({ step }, axis) => (step < 0 ? [axis] : []));
  return backwards.length > 0 ? tf.reverse(taken, backwards) : taken;
}

function slice(): Kernel {
  return (inputs) => {
    const value = inputs.value(0);
    const { shape } = value;
    const [starts, ends] = [inputs.host(1).values, inputs.host(2).values];
    const axes = inputs.has(3) ? inputs.host(3).values : starts.map((_, i) => i);
    const steps = inputs.has(4) ? inputs.host(4).values : starts.map(() => 1);
    const ranges: Range[] = shape.map((count) => ({ start: 0, step: 1, count }));
    for (const [i, given] of axes.entries()) {
      const axis = axisOf(given, shape.length);
      if (steps[i] === 0) throw new RangeError('a step of 0');
      ranges[axis] = rangeOf(shape[axis], starts[i], ends[i], steps[i]);
    }
    return isTensor(value) ? sliced(value, ranges) : cut(value, ranges);
  };
}

function gather(node: GraphNode): Kernel {
  return (inputs) => {
    const value = inputs.value(0);
    const axis = axisOf(node.number('axis', 0), value.shape.length);
    const length = value.shape[axis];
    const given = inputs.host(1);
    const wrong = given.values.find((index) => index < -length || index >= length);
    if (wrong !== undefined) throw new RangeError(`there is no index ${wrong} among ${length}`);
    const indexes = { ...given, values: given.values.map((index) => (index < 0 ? index + length : index)) };
    if (!isTensor(value)) return take(value, indexes, axis);
    if (indexes.values.length !== 1) {
      return tf.gather(value, tf.tensor(Int32Array.from(indexes.values), [...indexes.shape], 'int32'), axis);
    }
    const begin = value.shape.map((_, i) => (i === axis ? indexes.values[0] : 0));
    const one = tf.slice(value, begin, value.shape.with(axis, 1));
    return tf.reshape(one, [...value.shape.slice(0, axis), ...indexes.shape, ...value.shape.slice(axis + 1)]);
  };
}

function pad(node: GraphNode): Kernel {
  const mode = node.text('mode', 'constant');
  if (mode !== 'constant' && mode !== 'reflect') throw new Error(`padding of mode ${mode} is not supported`);
  const value = node.constant(2)?.values[0] ?? 0;
  return (inputs) => {
    const x = inputs.tensor(0);
    const { values } = inputs.host(1);
    if (inputs.has(2)) node.required(2, 'value');
    if (values.length !== 2 * x.rank) throw new RangeError(`${values.length} pads for ${x.rank} axes`);
    const pads = x.shape.map((_, axis): [number, number] => [values[axis], values[axis + x.rank]]);
    if (mode === 'reflect') return tf.mirrorPad(x, pads, 'reflect');
    // Less than nothing cuts off.
    const within = pads.map((both) => both.map((count) => Math.max(0, -count)));
    const sizes = x.shape.map((length, axis) => length - within[axis][0] - within[axis][1]);
    const inner = tf.slice(x, within.map(([before]) => before), sizes); // biome-ignore format: one line
    return tf.pad(inner, pads.map((both) => both.map((count) => Math.max(0, count)) as [number, number]), value); // biome-ignore format: one line
  };
}

/** Parts of tensors, and what surrounds them. */
export const indexing: Record<string, Operator> = { Gather: gather, Pad: pad, Slice: slice };
