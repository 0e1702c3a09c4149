import type { OnnxGraph, OnnxValue } from '@sandwich/onnx';

/** A vector of whole numbers: a shape, axes or indices. */
export const addInt64 = (graph: OnnxGraph, values: readonly number[]): OnnxValue =>
  graph.constant(values, [values.length], 'int64');

/** The size of one axis, [1]. */
export const addSize = (graph: OnnxGraph, x: OnnxValue, axis: number): OnnxValue =>
  graph.node('Shape', [x], { start: axis, end: axis + 1 });

/** Sizes rounded up to a multiple. */
export function addMultiple(graph: OnnxGraph, sizes: OnnxValue, multiple: number): OnnxValue {
  const unit = addInt64(graph, [multiple]);
  const up = graph.node('Add', [sizes, addInt64(graph, [multiple - 1])]);
  return graph.node('Mul', [graph.node('Div', [up, unit]), unit]);
}
