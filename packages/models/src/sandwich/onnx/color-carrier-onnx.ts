import type { tf } from '@sandwich/engine';
import type { OnnxGraph, OnnxValue } from '@sandwich/onnx';
import { ColorDemodulator, type ColorModulator } from '../processor/color-carrier.js';
import { addAlternating } from './phase-planes-onnx.js';
import { addInt64 } from './sizes-onnx.js';

/**
 * Adds what `ColorModulator.apply` or `ColorDemodulator.apply` computes.
 *
 * @param x [N,C,H,W]
 * @param name Path of the weights, which are called so in the graph, such as `pre/carrier`.
 * @returns [N,C',H,W]
 */
export function addColorCarrier(
  graph: OnnxGraph,
  x: OnnxValue,
  carrier: ColorModulator | ColorDemodulator,
  name: string,
): OnnxValue {
  const { matrix, filters, gains } = carrier.parameters;
  const two = graph.constant([2], []);
  const wave = (axis: 2 | 3) => graph.node('Mul', [addAlternating(graph, x, axis), two]);
  const waves = [wave(3), wave(2)];
  const plane = (of: OnnxValue, from: number, to = from + 1) =>
    graph.node('Slice', [of, addInt64(graph, [from]), addInt64(graph, [to]), addInt64(graph, [1])]);
  const onWaves = (chroma: OnnxValue) =>
    waves.map((each, i) => graph.node('Mul', [plane(chroma, i), each])).reduce((a, b) => graph.node('Add', [a, b]));
  const convert = (of: OnnxValue) => graph.node('Conv', [of, addMatrix(graph, matrix, `${name}/matrix`)]);
  if (carrier instanceof ColorDemodulator) {
    const demodulated = graph.node(
      'Concat',
      waves.map((each) => graph.node('Mul', [x, each])),
      { axis: 1 },
    );
    const chroma = addFilters(graph, demodulated, filters, `${name}/filters`);
    const gain = graph.constant(gains.dataSync<'float32'>(), [1, 2, 1, 1], 'float', `${name}/gains`);
    const luma = graph.node('Sub', [x, onWaves(graph.node('Mul', [chroma, gain]))]);
    return convert(graph.node('Concat', [luma, chroma], { axis: 1 }));
  }
  const yuv = convert(x);
  return graph.node('Add', [plane(yuv, 0), onWaves(addFilters(graph, plane(yuv, 1, 3), filters, `${name}/filters`))]);
}

/** The outer product of each of two filters with itself, behind edges that are mirrored about their outermost pixel. */
function addFilters(graph: OnnxGraph, planes: OnnxValue, filters: tf.Variable, name: string): OnnxValue {
  const taps = filters.shape[1]!;
  const border = (taps - 1) / 2;
  const values = filters.dataSync<'float32'>();
  const kernels = [0, 1].flatMap((plane) => {
    const own = values.subarray(plane * taps, (plane + 1) * taps);
    return Array.from(own, (row) => Array.from(own, (column) => row * column)).flat();
  });
  const pads = addInt64(graph, [0, 0, border, border, 0, 0, border, border]);
  const padded = graph.node('Pad', [planes, pads], { mode: 'reflect' });
  return graph.node('Conv', [padded, graph.constant(kernels, [2, 1, taps, taps], 'float', name)], { group: 2 });
}

/** [inputs, outputs] as ONNX keeps a kernel of one pixel, [outputs, inputs, 1, 1]. */
function addMatrix(graph: OnnxGraph, matrix: tf.Variable, name: string): OnnxValue {
  const [inputs, outputs] = matrix.shape as [number, number];
  const values = matrix.dataSync<'float32'>();
  const transposed = Array.from({ length: outputs }, (_, j) =>
    Array.from({ length: inputs }, (_, i) => values[i * outputs + j]),
  ).flat();
  return graph.constant(transposed, [outputs, inputs, 1, 1], 'float', name);
}
