import { resizeMatrix } from '@sandwich/codec-proxy';
import type { OnnxGraph, OnnxValue } from '@sandwich/onnx';
import { addInt64, addSize } from './sizes-onnx.js';

/** Kernels reach so many pixels of the coarser grid to each side. */
const BICUBIC_RADIUS = 2;
const LANCZOS_RADIUS = 3;

const outer = (a: Float32Array, b: Float32Array): number[] => [...a].flatMap((x) => [...b].map((y) => x * y));

/** Values so many times, one after the other: a kernel for each channel. */
const repeated = (values: number[], count: number): number[] => new Array<number[]>(count).fill(values).flat();

/**
 * Divides what a filter makes of an image, with zeros beyond its borders, by what it makes of ones: weights that fall off
 * the image are dropped, the others scaled to sum to one.
 *
 * @param filter Adds the filter for an image of so many channels.
 */
function addNormalized(
  graph: OnnxGraph,
  x: OnnxValue,
  channels: number,
  filter: (image: OnnxValue, channels: number) => OnnxValue,
): OnnxValue {
  const shape = graph.node('Concat', [addInt64(graph, [1, 1]), addSize(graph, x, 2), addSize(graph, x, 3)], {
    axis: 0,
  });
  const ones = graph.node('Expand', [graph.constant([1], [1, 1, 1, 1]), shape]);
  return graph.node('Div', [filter(x, channels), filter(ones, 1)]);
}

/**
 * Adds `resize(images, size / factor, 'bicubic', { antialias: true })`: far from the borders every output has the same
 * weights, so that it is a convolution with the stride `factor`.
 *
 * @param x [N,channels,H,W], H and W multiples of the factor.
 */
export function addBicubicReduction(graph: OnnxGraph, x: OnnxValue, channels: number, factor: number): OnnxValue {
  // The middle one of 2 * reach + 1 outputs touches no border.
  const reach = BICUBIC_RADIUS;
  const inputs = (2 * reach + 1) * factor;
  const weights = resizeMatrix(inputs, 2 * reach + 1, 'bicubic', true).subarray(reach * inputs, (reach + 1) * inputs);
  const pad = reach * factor;
  return addNormalized(graph, x, channels, (image, count) =>
    graph.node('Conv', [image, graph.constant(repeated(outer(weights, weights), count), [count, 1, inputs, inputs])], {
      group: count,
      strides: [factor, factor],
      pads: [pad, pad, pad, pad],
    }),
  );
}

/**
 * Adds `resize(images, size * factor, 'lanczos3')`: each of the factor^2 positions within an input pixel has weights of its
 * own; a convolution computes them as channels, which then are spread out.
 *
 * @param x [N,channels,H,W]
 */
export function addLanczosEnlargement(graph: OnnxGraph, x: OnnxValue, channels: number, factor: number): OnnxValue {
  const reach = LANCZOS_RADIUS;
  const inputs = 2 * reach + 1;
  const matrix = resizeMatrix(inputs, inputs * factor, 'lanczos3', false);
  const phases = Array.from({ length: factor }, (_, i) =>
    matrix.subarray((reach * factor + i) * inputs, (reach * factor + i + 1) * inputs),
  );
  const kernels = phases.flatMap((row) => phases.flatMap((column) => outer(row, column)));
  return addNormalized(graph, x, channels, (image, count) => {
    const weights = graph.constant(repeated(kernels, count), [count * factor * factor, 1, inputs, inputs]);
    const positions = graph.node('Conv', [image, weights], { group: count, pads: new Array(4).fill(reach) });
    return graph.node('DepthToSpace', [positions], { blocksize: factor, mode: 'CRD' });
  });
}
