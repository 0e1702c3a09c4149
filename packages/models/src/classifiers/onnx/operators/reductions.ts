import { tf } from '@sandwich/engine';
import { axisOf, type GraphNode, type Kernel, type Operator } from '../graph-node.js';

/** @param axesFromInput the version of the operators from which on axes are an input */
const reduction =
  (f: (x: tf.Tensor, axes: number[], keepDims: boolean) => tf.Tensor, axesFromInput: number): Operator =>
  (node: GraphNode): Kernel => {
    const keep = node.number('keepdims', 1) !== 0;
    return (inputs) => {
      const x = inputs.tensor(0);
      const isInput = node.opset >= axesFromInput;
      const given = isInput ? (inputs.has(1) ? [...inputs.host(1).values] : undefined) : node.numbers('axes');
      const isEmpty = given === undefined || given.length === 0;
      if (isEmpty && node.number('noop_with_empty_axes', 0) !== 0) return x;
      const axes = isEmpty ? x.shape.map((_, axis) => axis) : given.map((axis) => axisOf(axis, x.rank));
      return f(x, axes, keep);
    };
  };

/** Sums, means and extremes over axes. */
export const reductions: Record<string, Operator> = {
  ReduceMax: reduction(tf.max, 18),
  ReduceMean: reduction(tf.mean, 18),
  ReduceSum: reduction(tf.sum, 13),
};
