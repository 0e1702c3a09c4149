import { tf } from '../tf.js';

/** What `computeOnHost` runs: values of the tensors, row by row, to those of the results. */
export type HostFunction = (...values: Float32Array[]) => Float32Array[];

/** Takes the calls of `computeOnHost` while a step is recorded. */
export interface HostCallRecorder {
  /** As `computeOnHost`. */
  recordHostCall(inputs: readonly tf.Tensor[], shapes: number[][], compute: HostFunction): tf.Tensor[];
}

let recorder: HostCallRecorder | null = null;

/** Whether a step is being recorded. */
export const isRecording = (): boolean => recorder !== null;

/** Runs `body` with what records calls of the host; null for nothing. */
export function withHostCallRecorder<Result>(own: HostCallRecorder | null, body: () => Result): Result {
  const outer = recorder;
  recorder = own;
  try {
    return body();
  } finally {
    recorder = outer;
  }
}

/**
 * Computes tensors by JavaScript from the values of others: what a real encoder makes of an image, for example. They have no
 * gradient. Unlike a read of your own in the middle of a step it can be recorded (`recordStep`).
 *
 * @param inputs float32
 * @param shapes of the results
 * @param compute is called at once, and in each run of a recorded step; must depend on nothing but its arguments
 * @returns a tensor for each shape, float32
 * @throws RangeError when `compute` returns another number of results
 * @throws RecordingError when an input of a recorded step is not float32
 * @example
 * const [decoded, bits] = computeOnHost([images], [images.shape, [batch]], (pixels) => codeFiles(pixels));
 */
export function computeOnHost(inputs: readonly tf.Tensor[], shapes: number[][], compute: HostFunction): tf.Tensor[] {
  const counted: HostFunction = (...values) => {
    const results = compute(...values);
    if (results.length === shapes.length) return results;
    throw new RangeError(`computeOnHost: ${shapes.length} results are due, got ${results.length}`);
  };
  if (recorder) return recorder.recordHostCall(inputs, shapes, counted);
  const results = counted(...inputs.map((input) => input.dataSync<'float32'>()));
  return results.map((values, i) => tf.tensor(values, shapes[i]));
}
