/**
 * ONNX models: a writer and a reader of graphs, and the runtime that runs them.
 *
 * @module @sandwich/onnx
 */

export { loadOnnxRuntime, type OnnxRuntime } from './load-onnx-runtime.js';
export { type OnnxAttribute, OnnxGraph, type OnnxShape, type OnnxValue } from './onnx-graph.js';
export type { OnnxType } from './onnx-schema.js';
export { type OnnxModel, type OnnxNode, type OnnxPort, type ReadAttribute, readOnnx } from './read-onnx.js';
export type { OnnxTensor } from './read-tensor.js';
