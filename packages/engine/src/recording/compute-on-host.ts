import { tf } from '../tf.js';

/** What `computeOnHost` runs: values of the tensors, row by row, to those of the result. */
export type HostFunction = (...values: Float32Array[]) => Float32Array;

/** Takes the calls of `computeOnHost` while a step is recorded. */
export interface HostCallRecorder {
  /** As `computeOnHost`. */
  recordHostCall(inputs: readonly tf.Tensor[], shape: number[], compute: HostFunction): tf.Tensor;
}

let recorder: HostCallRecorder | null = null;

/** Whether a step is being recorded. */
export const isRecording = (): boolean => recorder !== null;

/** Runs `body` with what records calls of the host. */
export function withHostCallRecorder<Result>(own: HostCallRecorder, body: () => Result): Result {
  const outer = recorder;
  recorder = own;
  try {
    return body();
  } finally {
    recorder = outer;
  }
}

/**
 * Computes a tensor by JavaScript from the values of others: what a real encoder says of an image, for example. It has no
 * gradient. Unlike a read of your own in the middle of a step it can be recorded (`recordStep`).
 *
 * @param inputs float32
 * @param shape of the result
 * @param compute is called at once, and in each run of a recorded step; must depend on nothing but its arguments
 * @throws RecordingError when an input of a recorded step is not float32
 * @example
 * const bits = computeOnHost([images], [batch], (pixels) => sizesOfFiles(pixels));
 */
export function computeOnHost(inputs: readonly tf.Tensor[], shape: number[], compute: HostFunction): tf.Tensor {
  if (recorder) return recorder.recordHostCall(inputs, shape, compute);
  return tf.tensor(compute(...inputs.map((input) => input.dataSync<'float32'>())), shape);
}
