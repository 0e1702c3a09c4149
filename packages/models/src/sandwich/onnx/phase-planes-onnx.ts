import type { OnnxGraph, OnnxValue } from '@sandwich/onnx';
import { addInt64, addSize } from './sizes-onnx.js';

/** 0.5 (-1)^i for every i of an axis of [N,C,H,W], as [1,1,H,1] or [1,1,1,W]. */
export function addAlternating(graph: OnnxGraph, x: OnnxValue, axis: 2 | 3): OnnxValue {
  const length = graph.node('Squeeze', [addSize(graph, x, axis)]);
  const index = graph.node('Range', [graph.constant([0], [], 'int64'), length, graph.constant([1], [], 'int64')]);
  const parity = graph.cast(graph.node('Mod', [index, graph.constant([2], [], 'int64')]), 'float');
  const plane = graph.node('Sub', [graph.constant([0.5], []), parity]);
  return graph.node('Unsqueeze', [plane, addInt64(graph, axis === 2 ? [0, 1, 3] : [0, 1, 2])]);
}

/** Puts the planes of `phasePlanes` behind the channels of images, [N,C,H,W] to [N,C+3,H,W]. */
export function addPhasePlanes(graph: OnnxGraph, x: OnnxValue): OnnxValue {
  const two = graph.constant([2], []);
  const [alongX, alongY] = [addAlternating(graph, x, 3), addAlternating(graph, x, 2)];
  const both = graph.node('Mul', [graph.node('Mul', [alongX, alongY]), two]);
  const shape = graph.node(
    'Concat',
    [addSize(graph, x, 0), addInt64(graph, [1]), addSize(graph, x, 2), addSize(graph, x, 3)],
    { axis: 0 },
  );
  const planes = [alongX, alongY, both].map((plane) => graph.node('Expand', [plane, shape]));
  return graph.node('Concat', [x, ...planes], { axis: 1 });
}
