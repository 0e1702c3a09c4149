import type { tf } from '../../tf.js';
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

export const scalarTypeOf = (dtype: tf.DataType): number => scalarType[dtype as NumericType];

/** Casts unless the handle already has the type. ATen's `to` returns the same tensor when nothing changes. */
export const cast = (backend: TorchBackend, handle: Handle, dtype: tf.DataType): Handle =>
  backend.call('to.dtype', handle, scalarTypeOf(dtype));

/** The handle of a tensor as float32, which is what libtorch's image operators take. */
export const floatsOf = (backend: TorchBackend, x: tf.TensorInfo): Handle =>
  x.dtype === 'float32' ? backend.handleOf(x) : cast(backend, backend.handleOf(x), 'float32');

/** Type, layout and device of operators that make a tensor of nothing. */
export const options = (backend: TorchBackend, dtype: tf.DataType) =>
  [scalarTypeOf(dtype), null, backend.device] as const;
