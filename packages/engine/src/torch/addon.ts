import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { EngineOptions } from '../drivers/driver.js';

/** Arithmetic of convolutions and matrix products. */
export type Precision = NonNullable<EngineOptions['precision']>;

/** A tensor inside libtorch, owned by whoever received it until it is released. */
export type Handle = number;

/** What an ATen operator takes and gives, converted by the operator's own schema. */
export type Argument = Handle | bigint | boolean | string | null | undefined | readonly Argument[];

export type HostArray = Float32Array | Int32Array | Uint8Array;

/** Why a call failed: the `code` of the error that it threw. */
export type AddonErrorCode =
  /** A value of the wrong type, range or length; such errors are TypeErrors. */
  | 'ERR_ARGUMENT'
  /** The handle of a tensor that was released (disposed of) before. */
  | 'ERR_TENSOR_RELEASED'
  /** Tensors of different devices in one call, or a device that is not there. */
  | 'ERR_DEVICE'
  /** Host or device memory, or room for a JavaScript array, does not suffice. */
  | 'ERR_OUT_OF_MEMORY'
  /** Another process is gone or silent, or there are no collectives in this build. */
  | 'ERR_COLLECTIVE'
  /** What is being recorded cannot be run again as a program. */
  | 'ERR_RECORDING'
  /** Whatever else libtorch refuses, in its own words. */
  | 'ERR_LIBTORCH';

/**
 * The native addon: see native/addon.cc. No call ends the process: each one that cannot be carried out throws an error
 * with an `AddonErrorCode`, except where an argument's own getter throws.
 */
export interface Addon {
  hasOperator(name: string, overload: string): boolean;
  findOperator(name: string, overload: string): number;
  /** The operator's schema, e.g. `aten::relu(Tensor self) -> Tensor`. */
  signatureOf(operator: number): string;
  callOperator(operator: number, ...args: Argument[]): unknown;
  release(handles: readonly Handle[]): void;
  fromHost(values: HostArray, shape: readonly number[]): Handle;
  toHost(handle: Handle): HostArray;
  toHostAsync(handle: Handle): Promise<HostArray>;
  shapeOf(handle: Handle): number[];
  /** Refuses a tensor of another shape or type, which is one of ATen's numbers. */
  requireTensor(handle: Handle, shape: readonly number[], type: number): void;
  setDevice(device: string): void;
  hasCuda(): boolean;
  setThreads(count: number): void;
  getThreads(): number;
  /** Sets the precision of the convolutions and matrix products that follow. */
  setPrecision(precision: Precision): void;
  /** The instruction set of the addon's own kernels; an error where SANDWICH_CPU_CAPABILITY asks for one that it does not know. */
  cpuCapability(): 'default' | 'avx2' | 'avx512';
  liveTensors(): number;
  /** Returns what was freed, and is kept for later, to the system. */
  releaseMemory(): void;
  version(): string;
  /** Starts to write calls of operators down besides carrying them out. */
  beginRecording(): void;
  /** Tensors that have other values in each run: they cannot be read while recording, and can be written in place. */
  markChanging(handles: readonly Handle[]): void;
  /** Ends a segment; the calls that follow are run on their own. */
  endSegment(): void;
  /** Ends the recording. The program keeps the tensors that were there before it. */
  endRecording(): number;
  cancelRecording(): void;
  /** Calls are made, and not written down, until the recording is resumed. */
  pauseRecording(): void;
  resumeRecording(): void;
  /** Refuses two recordings that differ in their calls or constants. */
  requireSameProgram(program: number, other: number): void;
  /** Makes the calls of a segment, counted from 0. Answers whether a CUDA graph did it. */
  runProgram(program: number, segment: number): boolean;
  /** Why a program is run call by call on CUDA; empty where it is not. */
  whyNoGraph(program: number): string;
  releaseProgram(program: number): void;
  /** What this build has of c10d; without Gloo each of the functions below throws an error. */
  collectives(): ('gloo' | 'nccl')[];
  /** The text store that all processes of a group share; one of them keeps it at its port. */
  openStore(host: string, port: number, milliseconds: number, isServer: boolean, prefix: string): Promise<void>;
  setShared(key: string, text: string): Promise<void>;
  hasShared(key: string): Promise<boolean>;
  /** Waits for somebody to set it. */
  getShared(key: string, milliseconds: number): Promise<string>;
  /** Connects with all processes that have opened the store. */
  joinGroup(rank: number, size: number): Promise<void>;
  leaveGroup(): void;
  /** In double precision. */
  sumNumbers(numbers: readonly number[]): Promise<number[]>;
  /** In the tensor's own memory. */
  sumTensor(handle: Handle): Promise<void>;
  /** The values of rank 0, in the tensor's own memory. */
  broadcastTensor(handle: Handle): Promise<void>;
}

const addonPath = fileURLToPath(new URL('../../build/torch.node', import.meta.url));

/** Whether set-up has built the addon on this machine. */
export const addonExists = (): boolean => existsSync(addonPath);

/**
 * Loads the addon; throws what the dynamic linker says when libtorch is gone or incompatible.
 *
 * OpenMP reads its environment now. A thread that waits for the next operator wakes slowly once it sleeps, and by default spins
 * for 300,000 turns first, which makes a step several times slower as soon as another process wants a core. A few thousand turns,
 * some tenths of a millisecond, bridge the gap between two operators.
 */
export function loadAddon(): Addon {
  if (process.env.OMP_WAIT_POLICY === undefined) process.env.GOMP_SPINCOUNT ??= '5000';
  return createRequire(import.meta.url)(addonPath) as Addon;
}
