import { tf } from '../tf.js';

/** A kernel for the backend called `wasm`. */
export interface WasmKernel {
  /** What TFJS lacks or has wrong or slow, for the table in docs/engine.md. */
  why: string;
  /** Computed on the host by TFJS's cpu backend: `always`, or `then` when TFJS's own one is wrong. */
  onHost?: 'always' | 'then';
  /** Makes it; where TFJS has one it is given. */
  make(original: tf.KernelFunc): tf.KernelFunc;
}

/** TFJS kernel name -> what it is replaced by. */
export type WasmKernelTable = Record<string, WasmKernel>;

export type Call = Parameters<tf.KernelFunc>[0];

/** Inputs by name, of the rank that most of these kernels have. */
export type Inputs = Record<string, tf.Tensor4D>;

export const inputsOf = ({ inputs }: Call) => inputs as unknown as Inputs;

/** A kernel written in TFJS ops. */
export const composed =
  <Attributes>(body: (inputs: Inputs, attributes: Attributes) => tf.Tensor): tf.KernelFunc =>
  (call) =>
    tf.tidy(() => body(inputsOf(call), call.attrs as Attributes));
