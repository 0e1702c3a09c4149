// SANDWICH_DEBUG=1, or when asked to: which kernels ran, how often, how long and how much they made.

import { tf } from '../tf.js';

/** What one kernel did since the record began. */
export interface KernelProfile {
  kernel: string;
  calls: number;
  /** Time inside the kernel; on CUDA until its work was queued, not done. */
  milliseconds: number;
  /** Size of the tensors that it returned. */
  bytes: number;
}

const fromTheStart = process.env.SANDWICH_DEBUG === '1';
let profiling = fromTheStart;

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

/** Begins to record kernels, or to record them anew: for example at the beginning of a step. */
export function startKernelProfile(): void {
  profiles.clear();
  profiling = true;
}

/** Ends the record, unless SANDWICH_DEBUG=1 keeps it going. */
export function stopKernelProfile(): void {
  profiling = fromTheStart;
}

/** The kernels that were recorded, longest first. */
export const kernelProfile = (): KernelProfile[] =>
  [...profiles.values()].sort((a, b) => b.milliseconds - a.milliseconds);

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

if (fromTheStart) process.on('exit', () => printKernelProfile());
