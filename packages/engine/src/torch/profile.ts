// SANDWICH_DEBUG=1: which kernels ran, how often, how long and how much they made.

import { tf } from '../tf.js';

/** What one kernel did since the last reset. */
export interface KernelProfile {
  kernel: string;
  calls: number;
  /** Time inside the kernel; on CUDA until its work was queued, not done. */
  milliseconds: number;
  /** Size of the tensors that it returned. */
  bytes: number;
}

/** Whether kernels are recorded: SANDWICH_DEBUG=1 when the process started. */
const profiling = process.env.SANDWICH_DEBUG === '1';

const profiles = new Map<string, KernelProfile>();

/** Runs a kernel, and records it when asked to. */
export function profiled<Result extends tf.TensorInfo | tf.TensorInfo[]>(kernel: string, body: () => Result): Result {
  if (!profiling) return body();
  const start = performance.now();
  const result = body();
  record(kernel, performance.now() - start, [result].flat());
  return result;
}

function record(kernel: string, milliseconds: number, outputs: tf.TensorInfo[]): void {
  let profile = profiles.get(kernel);
  if (!profile) {
    profile = { kernel, calls: 0, milliseconds: 0, bytes: 0 };
    profiles.set(kernel, profile);
  }
  profile.calls++;
  profile.milliseconds += milliseconds;
  for (const { shape, dtype } of outputs) {
    if (dtype !== 'string') profile.bytes += tf.util.sizeFromShape(shape) * tf.util.bytesPerElement(dtype);
  }
}

/** The kernels that ran since the last reset, longest first; empty unless SANDWICH_DEBUG=1. */
export const kernelProfile = (): KernelProfile[] =>
  [...profiles.values()].sort((a, b) => b.milliseconds - a.milliseconds);

/** Starts the record anew, for example at the beginning of a step. */
export const resetKernelProfile = (): void => profiles.clear();

/** Prints `kernelProfile()` as a table on standard error; nothing when it is empty. */
export function printKernelProfile(title = 'kernels'): void {
  const rows = kernelProfile();
  if (rows.length === 0) return;
  const line = (kernel: string, ...columns: string[]) =>
    `${kernel.padEnd(32)}${columns.map((column) => column.padStart(12)).join('')}\n`;
  const body = rows.map(({ kernel, calls, milliseconds, bytes }) =>
    line(kernel, String(calls), milliseconds.toFixed(2), (bytes / 2 ** 20).toFixed(2)),
  );
  process.stderr.write([line(title, 'calls', 'ms', 'MiB out'), ...body].join(''));
}

if (profiling) process.on('exit', () => printKernelProfile());
