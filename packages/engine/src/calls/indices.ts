import { tf } from '../tf.js';
import { type RepairTable, repair } from './call.js';

/**
 * Each number of a multi-dimensional index must lie within its axis: kernels check the place in memory that all of them lead to
 * at best. libtorch's do it themselves, where the values are.
 */
function assertWithin(name: string, indices: tf.Tensor, shape: number[]): void {
  if (tf.getBackend() === 'torch' || indices.size === 0) return;
  const depth = indices.rank < 2 ? 1 : indices.shape.at(-1)!;
  const values = indices.dataSync();
  for (let i = 0; i < values.length; i++) {
    const size = shape[i % depth];
    if (values[i] >= 0 && values[i] < size) continue;
    const index = [...values.subarray(i - (i % depth), i - (i % depth) + depth)];
    throw new Error(`${name}: the index [${index.join(', ')}] is outside of the shape [${shape.join(', ')}]`);
  }
}

export const indices: RepairTable = {
  GatherNd: repair<object>((call, run) => {
    assertWithin(call.name, call.inputs.indices, call.inputs.params.shape);
    return run(call);
  }),
  ScatterNd: repair<tf.ScatterNdAttrs>((call, run) => {
    assertWithin(call.name, call.inputs.indices, call.attributes.shape);
    return run(call);
  }),
  SparseToDense: repair<tf.SparseToDenseAttrs>((call, run) => {
    assertWithin(call.name, call.inputs.sparseIndices, call.attributes.outputShape);
    return run(call);
  }),
  TensorScatterUpdate: repair<object>((call, run) => {
    const { indices, tensor } = call.inputs;
    assertWithin(call.name, indices, tensor.shape);
    if (tf.getBackend() !== 'cpu') return run(call);
    // TFJS's kernel writes the updates into the tensor that it is given, and returns that.
    const copy = tf.tile(tensor, tensor.shape.map(() => 1)); // biome-ignore format: one call
    return run({ ...call, inputs: { ...call.inputs, tensor: copy } });
  }),
};
