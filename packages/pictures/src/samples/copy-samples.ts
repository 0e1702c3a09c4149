/** A copy of the first samples, default all. The `slice` of Node's Buffer, which is a Uint8Array as well, copies nothing. */
export const copySamples = <Data extends Uint8Array | Uint16Array | Float32Array>(
  samples: Data,
  count = samples.length,
): Data =>
  (samples instanceof Uint8Array
    ? Uint8Array.prototype.slice.call(samples, 0, count)
    : samples.slice(0, count)) as Data;
