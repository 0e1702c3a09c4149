import type { tf } from '../tf.js';

export type Inputs = Record<string, tf.Tensor>;
export type Result = tf.Tensor | tf.Tensor[];

/** A call of a kernel, as an op of TFJS makes it. */
export interface Call<Attributes = object> {
  name: string;
  inputs: Inputs;
  attributes: Attributes;
}

/** Makes a call as it is. */
export type Run = (call: Call) => Result;

/** Puts a call right before the kernel of any engine gets it: what it calls by `run` and by ops is differentiated as ever. */
export type Repair = (call: Call<never>, run: Run) => Result;

/** TFJS kernel name -> the repair of its calls. */
export type RepairTable = Record<string, Repair>;

/** Lets a repair name the attributes of its kernel. */
export const repair = <Attributes>(body: (call: Call<Attributes>, run: Run) => Result): Repair => body as Repair;

/** A table with the same repair for several kernels. */
export const forKernels = (names: readonly string[], body: Repair): RepairTable =>
  Object.fromEntries(names.map((name) => [name, body]));
