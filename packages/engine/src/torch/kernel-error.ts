import type { tf } from '../tf.js';

/** An error of a kernel with the kernel's name and what it was given. */
export function kernelError(kernel: string, inputs: tf.NamedTensorInfoMap, error: unknown): Error {
  const given = Object.entries(inputs).flatMap(([name, tensors]) =>
    [tensors ?? []].flat().map((tensor) => [name, tensor as tf.TensorInfo] as const),
  );
  const shapes = given.map(([name, { dtype, shape }]) => `${name} ${dtype}[${shape.join(', ')}]`);
  const disposed = given.filter(([, tensor]) => (tensor as tf.Tensor).isDisposed).map(([name]) => name);
  const message = error instanceof Error ? error.message : String(error);
  const reason = disposed.length > 0 ? `${disposed.join(' and ')} was disposed; keep it with tf.keep()` : message;
  return new Error(`${kernel}(${shapes.join(', ')}): ${reason}`, { cause: error });
}
