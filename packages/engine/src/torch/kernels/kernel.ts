import type { tf } from '../../tf.js';
import type { Argument, Handle } from '../addon.js';
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

/**
 * A number as a tensor of this type holds it, by the rules of TFJS's typed arrays: Infinity beyond float32, wrapped integers,
 * no NaN among them. libtorch refuses numbers beyond the type, and makes floats of integers that meet one.
 */
export function scalarOf(value: number, dtype: tf.DataType): Argument {
  if (dtype === 'int32') return BigInt(value | 0);
  return dtype === 'bool' ? Boolean(value) : Math.fround(value);
}

const LONG = 4;

/**
 * Floats as int32 by the rules of TFJS's typed arrays: decimals are cut off, what is beyond the type wraps, NaN and Infinity
 * are 0. A cast in one step is undefined there.
 */
export const truncate = (backend: TorchBackend, handle: Handle): Handle =>
  cast(backend, backend.call('to.dtype', handle, LONG), 'int32');

/** The handle of a tensor as float32, which is what libtorch's image operators take. */
export const floatsOf = (backend: TorchBackend, x: tf.TensorInfo): Handle =>
  x.dtype === 'float32' ? backend.handleOf(x) : cast(backend, backend.handleOf(x), 'float32');

/** Type, layout and device of operators that make a tensor of nothing. */
export const options = (backend: TorchBackend, dtype: tf.DataType) =>
  [scalarTypeOf(dtype), null, backend.device] as const;
