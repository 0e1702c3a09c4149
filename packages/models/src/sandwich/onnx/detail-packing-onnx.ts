import type { OnnxGraph, OnnxValue } from '@sandwich/onnx';
import { type DetailPacker, DetailUnpacker, TAP_UNIT } from '../processor/detail-packing.js';
import { addKernel } from './kernel-onnx.js';
import { addMirroredBorder } from './pad-symmetric-onnx.js';

/**
 * Adds what `DetailPacker.apply` or `DetailUnpacker.apply` computes.
 *
 * @param x [N,3,H,W]
 * @param name Path of the weights, which are called so in the graph, such as `pre/details`.
 * @returns [N,3,H/2,W/2] or [N,3,2H,2W]
 */
export function addDetailPacking(
  graph: OnnxGraph,
  x: OnnxValue,
  code: DetailPacker | DetailUnpacker,
  name: string,
): OnnxValue {
  const { stride, border, parameters } = code;
  const units = addKernel(graph, parameters.kernel, `${name}/kernel`);
  const kernel = graph.node('Mul', [units, graph.constant([TAP_UNIT], [])]);
  const made = graph.node('Conv', [addMirroredBorder(graph, x, border), kernel], { strides: [stride, stride] });
  return code instanceof DetailUnpacker ? addDepthToSpace(graph, made) : made;
}

/** Adds what `depthToSpace` computes. */
export const addDepthToSpace = (graph: OnnxGraph, x: OnnxValue): OnnxValue =>
  graph.node('DepthToSpace', [x], { blocksize: 2, mode: 'DCR' });
