import type { tf } from '@sandwich/engine';
import type { OnnxGraph, OnnxValue } from '@sandwich/onnx';

/** A kernel [height, width, inputs, outputs] as ONNX keeps it, [outputs, inputs, height, width]. */
export function addKernel(graph: OnnxGraph, kernel: tf.Variable, name: string): OnnxValue {
  const transposed = kernel.transpose([3, 2, 0, 1]);
  try {
    return graph.constant(transposed.dataSync<'float32'>(), transposed.shape, 'float', name);
  } finally {
    transposed.dispose();
  }
}
