import { tf } from '../tf.js';
import { type GradientTable, gradient } from './gradient.js';

/** Applies `f` to x seen as [outer, size, inner] around an axis; `f` may change the size. */
export function along(x: tf.Tensor, axis: number, f: (x: tf.Tensor3D) => tf.Tensor): tf.Tensor {
  const outer = x.shape.slice(0, axis);
  const inner = x.shape.slice(axis + 1);
  const { sizeFromShape } = tf.util;
  const y = f(tf.reshape(x, [sizeFromShape(outer), x.shape[axis], sizeFromShape(inner)]));
  return tf.reshape(y, [...outer, y.shape[1]!, ...inner]);
}

/** Puts `step - 1` zeros between each two elements along an axis, `before` and `after` around them. */
export function spread(x: tf.Tensor, axis: number, step: number, before = 0, after = 0): tf.Tensor {
  return along(x, axis, (rows) => {
    const [outer, size, inner] = rows.shape;
    const gaps = tf.pad(tf.reshape(rows, [outer, size, 1, inner]), [[0, 0], [0, 0], [0, step - 1], [0, 0]]); // biome-ignore format: paddings
    const used = tf.slice(
      tf.reshape(gaps, [outer, size * step, inner]),
      [0, 0, 0],
      [outer, (size - 1) * step + 1, inner],
    );
    return tf.pad(used, [[0, 0], [before, after], [0, 0]]); // biome-ignore format: paddings
  });
}

/** One axis of mirrorPad: what was copied into the margins returns to where it came from. */
function fold(
  dy: tf.Tensor,
  axis: number,
  [before, after]: [number, number],
  mode: 'reflect' | 'symmetric',
): tf.Tensor {
  if (before === 0 && after === 0) return dy;
  return along(dy, axis, (rows) => {
    const [outer, padded, inner] = rows.shape;
    const size = padded - before - after;
    const edge = mode === 'reflect' ? 1 : 0;
    const part = (begin: number, length: number) => tf.slice(rows, [0, begin, 0], [outer, length, inner]);
    const returned = (begin: number, length: number, to: number) =>
      tf.pad(tf.reverse(part(begin, length), 1), [[0, 0], [to, size - to - length], [0, 0]]); // biome-ignore format: paddings
    let sum: tf.Tensor = part(before, size);
    if (before > 0) sum = tf.add(sum, returned(0, before, edge));
    if (after > 0) sum = tf.add(sum, returned(before + size, after, size - edge - after));
    return sum;
  });
}

interface StridedSlice {
  begin: number[];
  end: number[];
  strides: number[];
  beginMask: number;
  endMask: number;
  ellipsisMask: number;
  newAxisMask: number;
  shrinkAxisMask: number;
}

const asList = (dy: tf.Tensor | tf.Tensor[]): tf.Tensor[] => (Array.isArray(dy) ? dy : [dy]);
const ONE_PART = 'wrong: fails where there is only one part';

export const shapes: GradientTable = {
  SplitV: gradient<tf.SplitVAttrs, tf.Tensor | tf.Tensor[]>({
    why: ONE_PART,
    gradFunc: (dy, _, { axis }) => ({ x: () => tf.concat(asList(dy), axis) }),
  }),

  Unpack: gradient<tf.UnpackAttrs, tf.Tensor | tf.Tensor[]>({
    why: ONE_PART,
    gradFunc: (dy, _, { axis }) => ({ value: () => tf.stack(asList(dy), axis) }),
  }),

  // Also that of broadcastTo, which TFJS computes as a tile.
  Tile: gradient<tf.TileAttrs>({
    why: 'wrong: fails above rank 4; slow: a slice and a sum for each repetition',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], { reps }) => ({
      x: () =>
        x.shape.reduce(
          (sum, size, axis) =>
            reps[axis] === 1
              ? sum
              : along(sum, axis, (rows) =>
                  tf.sum(tf.reshape(rows, [rows.shape[0], reps[axis], size, rows.shape[2]]), 1),
                ),
          dy,
        ),
    }),
  }),

  MirrorPad: gradient<tf.MirrorPadAttrs>({
    why: 'wrong: leaves out the margins',
    gradFunc: (dy, _, { paddings, mode }) => ({
      x: () => paddings.reduce((sum, amounts, axis) => fold(sum, axis, amounts, mode), dy),
    }),
  }),

  StridedSlice: gradient<StridedSlice>({
    why: 'missing',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], a) => ({
      x: () => {
        const masks = [a.beginMask, a.endMask, a.ellipsisMask, a.newAxisMask, a.shrinkAxisMask] as const;
        const { begin, end, strides } = tf.slice_util.sliceInfo(x.shape, a.begin, a.end, a.strides, ...masks);
        const taken = tf.slice_util.computeOutShape(begin, end, strides);
        if (taken.includes(0)) return tf.zerosLike(x);
        return x.shape.reduce(
          (sum, size, axis) => {
            const [step, count] = [strides[axis], taken[axis]];
            const last = begin[axis] + (count - 1) * step;
            const ordered = step < 0 ? tf.reverse(sum, axis) : sum;
            const first = Math.min(begin[axis], last);
            return spread(ordered, axis, Math.abs(step), first, size - 1 - Math.max(begin[axis], last));
          },
          tf.reshape(dy, taken),
        );
      },
    }),
  }),

  DepthToSpace: gradient<tf.DepthToSpaceAttrs>({
    why: 'missing',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], { blockSize, dataFormat }) => ({
      x: () => {
        if (dataFormat !== 'NHWC') throw new Error(`depthToSpace: no gradient for dataFormat ${dataFormat}, only NHWC`);
        const [batch, height, width, channels] = x.shape;
        const blocks = [batch, height, blockSize, width, blockSize, channels / blockSize ** 2];
        return tf.reshape(tf.transpose(tf.reshape(dy, blocks), [0, 1, 3, 2, 4, 5]), x.shape);
      },
    }),
  }),

  Diag: gradient({
    why: 'missing',
    inputsToSave: ['x'],
    gradFunc: (dy, [x]) => ({
      x: () => tf.reshape(tf.sum(tf.mul(tf.reshape(dy, [x.size, x.size]), tf.eye(x.size)), 1), x.shape),
    }),
  }),
};
