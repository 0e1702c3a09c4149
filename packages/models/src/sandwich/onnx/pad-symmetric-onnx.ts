import type { OnnxGraph, OnnxValue } from '@sandwich/onnx';
import { addInt64, addMultiple, addSize } from './sizes-onnx.js';

/** Adds what `padSymmetric` computes, for [N,C,H,W]. */
export function addSymmetricPadding(graph: OnnxGraph, x: OnnxValue, multiple: number): OnnxValue {
  const pad = (of: OnnxValue, axis: 2 | 3) =>
    addMirror(graph, of, axis, 0, (size) => addMultiple(graph, size, multiple));
  return pad(pad(x, 2), 3);
}

/** Adds pixels on all sides of [N,C,H,W], mirrored about the edge of the outermost ones. */
export function addMirroredBorder(graph: OnnxGraph, x: OnnxValue, border: number): OnnxValue {
  const pad = (of: OnnxValue, axis: 2 | 3) =>
    addMirror(graph, of, axis, -border, (size) => graph.node('Add', [size, addInt64(graph, [border])]));
  return pad(pad(x, 2), 3);
}

/**
 * Pixels `from` to before `end` of rows that are mirrored. Such a row of n pixels has the period 2n: pixel i is that at r = i mod 2n of it, and
 * 2n - 1 - r where that is less.
 */
function addMirror(
  graph: OnnxGraph,
  x: OnnxValue,
  axis: 2 | 3,
  from: number,
  end: (size: OnnxValue) => OnnxValue,
): OnnxValue {
  const one = addInt64(graph, [1]);
  const size = addSize(graph, x, axis);
  const period = graph.node('Add', [size, size]);
  const last = graph.node('Squeeze', [end(size)]);
  const range = graph.node('Range', [graph.constant([from], [], 'int64'), last, graph.constant([1], [], 'int64')]);
  const forward = graph.node('Mod', [range, period]);
  const backward = graph.node('Sub', [graph.node('Sub', [period, one]), forward]);
  return graph.node('Gather', [x, graph.node('Min', [forward, backward])], { axis });
}
