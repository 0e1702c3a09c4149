import { type StoredTensor, tf } from '@sandwich/engine';

/** A convolution with weights that are never trained. */
export interface FrozenConvolution {
  stride: number;
  padding: number;
  /** HWIO. */
  kernel: tf.Tensor4D;
  bias: tf.Tensor1D;
  /** Where the stride is more than 1: the kernel in blocks of stride x stride, for the gradient, [n,n,stride^2 I,O]. */
  blocks?: tf.Tensor4D;
}

/** A tensor that stays, as HWIO view of OHWI: libtorch's convolutions of channels-last images read that without a copy. */
function keepChannelsLast(hwio: tf.Tensor4D): tf.Tensor4D {
  const ohwi = tf.transpose(hwio, [3, 0, 1, 2]);
  const contiguous = tf.tensor<tf.Rank.R4>(ohwi.dataSync(), ohwi.shape);
  return tf.keep(tf.transpose(contiguous, [1, 2, 3, 0]));
}

/** @param kernel OIHW */
export function freezeConvolution(
  kernel: StoredTensor,
  bias: StoredTensor,
  { stride, padding }: Pick<FrozenConvolution, 'stride' | 'padding'>,
): FrozenConvolution {
  return tf.tidy(() => {
    const oihw = tf.tensor<tf.Rank.R4>(kernel.values, kernel.shape as tf.Tensor4D['shape']);
    const hwio = tf.transpose(oihw, [2, 3, 1, 0]);
    const frozen = { stride, padding, kernel: keepChannelsLast(hwio), bias: tf.keep(tf.tensor1d(bias.values)) };
    return stride === 1 ? frozen : { ...frozen, blocks: keepChannelsLast(toBlocks(hwio, stride)) };
  });
}

export const disposeConvolution = ({ kernel, bias, blocks }: FrozenConvolution): void =>
  tf.dispose([kernel, bias, ...(blocks ? [blocks] : [])]);

/** A kernel [k,k,I,O], filled up with zeros to a multiple of s, as [n,n,s^2 I,O], where k <= n s. */
function toBlocks(kernel: tf.Tensor4D, s: number): tf.Tensor4D {
  const [size, , inputs, outputs] = kernel.shape;
  const n = Math.ceil(size / s);
  const missing: [number, number] = [0, n * s - size];
  const full = tf.pad(kernel, [missing, missing, [0, 0], [0, 0]]);
  const split = tf.transpose(tf.reshape(full, [n, s, n, s, inputs, outputs]), [0, 2, 1, 3, 4, 5]);
  return tf.reshape(split, [n, n, s * s * inputs, outputs]);
}

/**
 * A convolution with stride s is one with stride 1 over images whose blocks of s x s pixels became channels. Its gradient,
 * too: many channels instead of three, which convolutions compute several times as fast.
 */
function gradientByBlocks(
  dy: tf.Tensor4D,
  shape: tf.Tensor4D['shape'],
  { stride, padding, blocks }: FrozenConvolution,
) {
  const [batch, height, width, channels] = shape;
  const [n, , depth] = blocks!.shape;
  const [, rows, columns] = dy.shape;
  const inBlocks = tf.conv2dTranspose(dy, blocks!, [batch, rows + n - 1, columns + n - 1, depth], 1, 'valid');
  const padded = tf.depthToSpace(inBlocks, stride, 'NHWC');
  // Pixels that no window reaches, at the bottom and on the right, have no gradient.
  const reached = [padded.shape[1] - padding, padded.shape[2] - padding];
  const [h, w] = [Math.min(height, reached[0]), Math.min(width, reached[1])];
  const inside = tf.slice(padded, [0, padding, padding, 0], [batch, h, w, channels]);
  return h === height && w === width
    ? inside
    : tf.pad(inside, [
        [0, 0],
        [0, height - h],
        [0, width - w],
        [0, 0],
      ]);
}

/** The convolution with its bias; has a gradient to the images only. */
export function convolve(images: tf.Tensor4D, convolution: FrozenConvolution): tf.Tensor4D {
  const { stride, padding, kernel, bias, blocks } = convolution;
  const { shape } = images;
  return tf.customGrad((x) => ({
    value: tf.fused.conv2d({
      x: x as tf.Tensor4D,
      filter: kernel,
      strides: stride,
      pad: padding,
      dimRoundingMode: 'floor',
      bias,
    }),
    gradFunc: (dy: tf.Tensor) =>
      blocks
        ? gradientByBlocks(dy as tf.Tensor4D, shape, convolution)
        : tf.conv2dTranspose(dy as tf.Tensor4D, kernel, shape, stride, padding, 'floor'),
  }))(images) as tf.Tensor4D;
}
