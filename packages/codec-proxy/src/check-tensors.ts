import { tf } from '@sandwich/engine';

/** What the elements of a tensor must be. */
interface Requirement {
  tensor: tf.Tensor;
  /** Range of valid elements. Default: any finite number. */
  range?: [number, number];
  /** Too large to be read: looked at through its sum, and itself read only if that is not finite. */
  large?: boolean;
}

/**
 * Checks the elements of tensors with a single read, which on an accelerator costs as much as one small tensor does.
 *
 * @param caller name of the public function, for the message
 * @param requirements by the name of the argument
 * @returns the elements of all tensors but the large ones, by name
 * @throws RangeError naming argument, index and value of an element that is not finite or out of range
 */
export function checkTensors<Name extends string>(
  caller: string,
  requirements: Partial<Record<Name, Requirement>>,
): Partial<Record<Name, Float32Array>> {
  const entries = Object.entries(requirements).filter(([, required]) => required) as [Name, Requirement][];
  const read = tf.tidy(() =>
    tf.concat(entries.map(([, { tensor, large }]) => (large ? tensor.sum() : tensor).reshape([-1]))),
  );
  const all = read.dataSync<'float32'>();
  read.dispose();
  const values: Partial<Record<Name, Float32Array>> = {};
  let offset = 0;
  for (const [name, { tensor, range = [-Infinity, Infinity], large }] of entries) {
    const elements = all.subarray(offset, offset + (large ? 1 : tensor.size));
    offset += elements.length;
    const [low, high] = range;
    const valid = (x: number) => Number.isFinite(x) && x >= low && x <= high;
    if (!large) values[name] = elements;
    if (elements.every(valid)) continue;
    const wrong = large ? tensor.dataSync() : elements;
    const index = wrong.findIndex((x) => !valid(x));
    // The sum of finite numbers may overflow.
    if (index < 0) continue;
    const place = tensor.rank === 0 ? '' : `[${unravel(index, tensor.shape)}]`;
    const expected = range[0] === -Infinity ? 'finite' : `${low} to ${high}`;
    throw new RangeError(`${caller}: ${name}${place} must be ${expected}, got ${wrong[index]}`);
  }
  return values;
}

/** Indices of an element by its place in row-major order. */
function unravel(place: number, shape: number[]): number[] {
  const indices: number[] = [];
  for (const size of shape.toReversed()) {
    indices.unshift(place % size);
    place = Math.floor(place / size);
  }
  return indices;
}
