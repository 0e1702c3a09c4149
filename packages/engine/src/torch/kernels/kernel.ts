import { tf } from '../../tf.js';
import type { Handle } from '../addon.js';
import { type NumericType, scalarType, type TorchBackend } from '../backend.js';

/** What a kernel works with: the backend, the TFJS inputs and the attributes that the TFJS op passed. */
export interface KernelContext<Attributes = Record<string, unknown>> {
  backend: TorchBackend;
  inputs: Record<string, tf.TensorInfo>;
  attributes: Attributes;
}

export type Kernel<Attributes = never> = (context: KernelContext<Attributes>) => tf.TensorInfo | tf.TensorInfo[];

/** TFJS kernel name -> how libtorch spells it. */
export type KernelTable = Record<string, Kernel<never>>;

/** Lets an entry of a table name the attributes that TFJS documents for its kernel. */
export const kernel = <Attributes>(body: Kernel<Attributes>): Kernel<never> => body as Kernel<never>;

/** Casts unless the handle already has the type. ATen's `to` returns the same tensor when nothing changes. */
export const cast = (backend: TorchBackend, handle: Handle, dtype: tf.DataType): Handle =>
  backend.call('to.dtype', handle, scalarType[dtype as NumericType]);

export const sizeOf = tf.util.sizeFromShape;

/** Registers a table of kernels for the backend called `torch`. */
export function registerKernels(table: KernelTable): void {
  for (const [kernelName, body] of Object.entries(table)) {
    tf.registerKernel({
      kernelName,
      backendName: 'torch',
      kernelFunc: ({ inputs, backend, attrs }) =>
        (backend as TorchBackend).run(kernelName, inputs, () =>
          body({
            backend: backend as TorchBackend,
            inputs: inputs as unknown as Record<string, tf.TensorInfo>,
            attributes: attrs as never,
          }),
        ),
    });
  }
}
