import { tf } from '../tf.js';
import { type GradientTable, gradient } from './gradient.js';

type Window = Pick<tf.Dilation2DAttrs, 'strides' | 'pad' | 'dilations'>;

/** A place of the window: row and column of the filter, and what is seen there at each place of the result. */
interface Tap {
  row: number;
  column: number;
  pixels: tf.Tensor;
}

/** What the windows of a dilation see of x, place by place. */
function* seen(x: tf.Tensor, filter: tf.Tensor, window: Window, outside: number): Generator<Tap> {
  const i = tf.backend_util.computeDilation2DInfo(
    x.shape as [number, number, number, number],
    filter.shape as [number, number, number],
    window.strides,
    window.pad as 'same',
    'NHWC',
    window.dilations,
  );
  const margin = (size: number, count: number, stride: number, reach: number, before: number): [number, number] => [
    before,
    Math.max(0, (count - 1) * stride + reach - size - before),
  ];
  const rows = margin(i.inHeight, i.outHeight, i.strideHeight, i.effectiveFilterHeight, i.padInfo.top);
  const columns = margin(i.inWidth, i.outWidth, i.strideWidth, i.effectiveFilterWidth, i.padInfo.left);
  const padded = tf.pad(x, [[0, 0], rows, columns, [0, 0]], outside); // biome-ignore format: one call
  for (let row = 0; row < i.filterHeight; row++) {
    for (let column = 0; column < i.filterWidth; column++) {
      const [top, left] = [row * i.dilationHeight, column * i.dilationWidth];
      const bottom = top + (i.outHeight - 1) * i.strideHeight + 1;
      const right = left + (i.outWidth - 1) * i.strideWidth + 1;
      const strides = [1, i.strideHeight, i.strideWidth, 1];
      const end = [i.batchSize, bottom, right, i.inChannels];
      yield { row, column, pixels: tf.stridedSlice(padded, [0, top, left, 0], end, strides) };
    }
  }
}

/** Sum over the window of what `valueAt` gives where the dilation has its maximum, the first of equal ones. */
function atMaxima(x: tf.Tensor, filter: tf.Tensor, window: Window, valueAt: (tap: Tap) => tf.Tensor): tf.Tensor {
  const { strides, pad, dilations } = window;
  const y = tf.dilation2d(x as tf.Tensor4D, filter as tf.Tensor3D, strides, pad as 'same', dilations);
  let sum: tf.Tensor = tf.zerosLike(y);
  let left: tf.Tensor = tf.onesLike(y);
  for (const tap of seen(x, filter, window, Number.NEGATIVE_INFINITY)) {
    const candidate = tf.add(tap.pixels, tf.slice(filter, [tap.row, tap.column, 0], [1, 1, -1]));
    const chosen = tf.mul(left, tf.cast(tf.equal(candidate, y), 'float32'));
    sum = tf.add(sum, tf.mul(chosen, valueAt(tap)));
    left = tf.sub(left, chosen);
  }
  return sum;
}

/** Both gradients of a dilation spread dy over the places of the maxima, which do not move. */
const spreading = (
  toDy: (dd: tf.Tensor, x: tf.Tensor, filter: tf.Tensor, window: Window) => tf.Tensor,
): GradientTable[string] =>
  gradient<Window>({
    why: 'missing: second derivative',
    inputsToSave: ['x', 'filter'],
    gradFunc: (dd, [x, filter], window) => ({
      dy: () => toDy(dd, x, filter, window),
      x: () => tf.zerosLike(x),
      filter: () => tf.zerosLike(filter),
    }),
  });

export const morphology: GradientTable = {
  Dilation2DBackpropInput: spreading((ddx, x, filter, window) => {
    const values = seen(ddx, filter, window, 0);
    return atMaxima(x, filter, window, () => (values.next().value as Tap).pixels);
  }),
  Dilation2DBackpropFilter: spreading((ddw, x, filter, window) =>
    atMaxima(x, filter, window, ({ row, column }) => tf.slice(ddw, [row, column, 0], [1, 1, -1])),
  ),
};
