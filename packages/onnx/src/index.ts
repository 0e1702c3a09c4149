/**
 * ONNX models: a writer of graphs, and the runtime that runs them.
 *
 * @module @sandwich/onnx
 */

export { loadOnnxRuntime, type OnnxRuntime } from './load-onnx-runtime.js';
export { type OnnxAttribute, OnnxGraph, type OnnxShape, type OnnxValue } from './onnx-graph.js';
export type { OnnxType } from './onnx-schema.js';
