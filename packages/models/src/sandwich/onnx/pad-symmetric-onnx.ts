import type { OnnxGraph, OnnxValue } from '@sandwich/onnx';
import { addInt64, addMultiple, addSize } from './sizes-onnx.js';

/** Adds what `padSymmetric` computes, for [N,C,H,W]. */
export function addSymmetricPadding(graph: OnnxGraph, x: OnnxValue, multiple: number): OnnxValue {
  return addMirror(graph, addMirror(graph, x, 2, multiple), 3, multiple);
}

/** A mirrored row of n pixels has the period 2n: pixel i is that at r = i mod 2n of it, and 2n - 1 - r where that is less. */
function addMirror(graph: OnnxGraph, x: OnnxValue, axis: 2 | 3, multiple: number): OnnxValue {
  const one = addInt64(graph, [1]);
  const size = addSize(graph, x, axis);
  const period = graph.node('Add', [size, size]);
  const end = graph.node('Squeeze', [addMultiple(graph, size, multiple)]);
  const range = graph.node('Range', [graph.constant([0], [], 'int64'), end, graph.constant([1], [], 'int64')]);
  const forward = graph.node('Mod', [range, period]);
  const backward = graph.node('Sub', [graph.node('Sub', [period, one]), forward]);
  return graph.node('Gather', [x, graph.node('Min', [forward, backward])], { axis });
}
