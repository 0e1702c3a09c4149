import type { OnnxGraph, OnnxValue } from '@sandwich/onnx';

/** Adds the input `exponent`, [1]. */
export const addExponent = (graph: OnnxGraph): OnnxValue => graph.input('exponent', [1]);

/** Adds what `compand` computes. */
export function addCompanding(graph: OnnxGraph, light: OnnxValue, exponent: OnnxValue, peak: number): OnnxValue {
  const share = graph.node('Div', [light, graph.constant([peak], [])]);
  return graph.node('Mul', [graph.node('Pow', [share, exponent]), graph.constant([255], [])]);
}

/** Adds what `expandLight` computes. */
export function addExpansion(graph: OnnxGraph, levels: OnnxValue, exponent: OnnxValue, peak: number): OnnxValue {
  const scalar = (value: number) => graph.constant([value], []);
  const clipped = graph.node('Clip', [levels, scalar(0), scalar(255)]);
  const power = graph.node('Div', [scalar(1), exponent]);
  return graph.node('Mul', [graph.node('Pow', [graph.node('Div', [clipped, scalar(255)]), power]), scalar(peak)]);
}
