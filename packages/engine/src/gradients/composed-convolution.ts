// Gradients of convolutions as convolutions, for engines whose kernels refuse dilations or lack these gradients.

import { tf } from '../tf.js';
import { pair } from './gradient.js';
import { spread } from './shapes.js';

const { computeConv2DInfo, convertConv2DDataFormat } = tf.backend_util;

/** What TFJS passes to a convolution and to its gradients; older kernels know no dilations. */
export interface ConvolutionAttributes {
  strides: number | [number, number];
  pad: tf.Conv2DAttrs['pad'];
  dilations?: number | [number, number] | null;
  dataFormat?: 'NHWC' | 'NCHW';
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

type Shape = [number, number, number, number];

function infoOf(
  inputShape: number[],
  filterShape: number[],
  { strides, pad, dilations, dataFormat = 'NHWC', dimRoundingMode }: ConvolutionAttributes,
  depthwise: boolean,
): tf.backend_util.Conv2DInfo {
  if (dataFormat !== 'NHWC') throw new Error(`conv2d gradient: dataFormat ${dataFormat} is not supported, only NHWC`);
  return computeConv2DInfo(
    inputShape as Shape,
    filterShape as Shape,
    strides,
    dilations ?? 1,
    // TFJS takes one number as right for both axes where the height of the window is.
    typeof pad === 'number' ? [[0, 0], [pad, pad], [pad, pad], [0, 0]] : pad, // biome-ignore format: paddings
    dimRoundingMode,
    depthwise,
    convertConv2DDataFormat(dataFormat),
  );
}

/** Pads with zeros; a negative amount cuts off. */
function padImages(x: tf.Tensor4D, [top, bottom]: number[], [left, right]: number[]): tf.Tensor4D {
  const amounts: [number, number][] = [[0, 0], [top, bottom], [left, right], [0, 0]]; // biome-ignore format: paddings
  const kept = x.shape.map((size, axis) => size + Math.min(amounts[axis][0], 0) + Math.min(amounts[axis][1], 0));
  const inside = tf.slice(
    x,
    amounts.map(([before]) => Math.max(-before, 0)),
    kept,
  );
  return tf.pad(
    inside,
    amounts.map(([before, after]): [number, number] => [Math.max(before, 0), Math.max(after, 0)]),
  ) as tf.Tensor4D;
}

/**
 * dy with `stride - 1` zeros between its rows and columns, padded so that a 'valid' convolution with the filter turned by
 * half a circle gives dx: by the filter's extent less what x was padded by and one, and with zeros for the rows of x that
 * the stride left unused.
 */
function spreadForInput(dy: tf.Tensor4D, info: tf.backend_util.Conv2DInfo): tf.Tensor4D {
  const { padInfo, strideHeight, strideWidth, effectiveFilterHeight, effectiveFilterWidth } = info;
  const spreadDy = spread(spread(dy, 1, strideHeight), 2, strideWidth) as tf.Tensor4D;
  const margins = (size: number, spreadSize: number, extent: number, before: number) => {
    const first = extent - 1 - before;
    return [first, size + extent - 1 - spreadSize - first];
  };
  return padImages(
    spreadDy,
    margins(info.inHeight, spreadDy.shape[1], effectiveFilterHeight, padInfo.top),
    margins(info.inWidth, spreadDy.shape[2], effectiveFilterWidth, padInfo.left),
  );
}

/** x with as much around it, or less, that the windows see all of it and nothing else. */
function seenBy(x: tf.Tensor4D, info: tf.backend_util.Conv2DInfo): tf.Tensor4D {
  const { padInfo, strideHeight, strideWidth, effectiveFilterHeight, effectiveFilterWidth } = info;
  const margins = (size: number, count: number, stride: number, extent: number, before: number) => [
    before,
    (count - 1) * stride + extent - size - before,
  ];
  return padImages(
    x,
    margins(info.inHeight, info.outHeight, strideHeight, effectiveFilterHeight, padInfo.top),
    margins(info.inWidth, info.outWidth, strideWidth, effectiveFilterWidth, padInfo.left),
  );
}

/** dx: dy convolved with the filter turned by half a circle and with its input and output channels exchanged. */
export function conv2dInputGradient(
  inputShape: number[],
  dy: tf.Tensor4D,
  filter: tf.Tensor4D,
  attributes: ConvolutionAttributes,
): tf.Tensor4D {
  if (dy.size === 0) return tf.zeros(inputShape as Shape);
  const spreadDy = spreadForInput(dy, infoOf(inputShape, filter.shape, attributes, false));
  const turned = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]);
  return tf.conv2d(spreadDy, turned, 1, 'valid', 'NHWC', pair(attributes.dilations ?? 1));
}

/** As many products as can be added up one after another in single precision. */
const LONGEST = 16384;

/**
 * dW[i, j, c, o] = sum over n, p, q of x[n, d i + s p, d j + s q, c] dy[n, p, q, o]: a convolution with stride d of x, seen
 * as a batch of input channels with the images as channels, by dy, seen as a filter with taps s apart. Of large images it is
 * computed by bands of rows, which are added up by themselves.
 */
export function conv2dFilterGradient(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  filterShape: number[],
  attributes: ConvolutionAttributes,
): tf.Tensor4D {
  if (dy.size === 0) return tf.zeros(filterShape as Shape);
  const info = infoOf(x.shape, filterShape, attributes, false);
  const { batchSize, outHeight, outWidth, strideHeight, strideWidth, effectiveFilterHeight } = info;
  const seen = seenBy(x, info);
  const rows = Math.max(1, Math.floor(LONGEST / (batchSize * outWidth)));
  const parts: tf.Tensor4D[] = [];
  for (let row = 0; row < outHeight; row += rows) {
    const count = Math.min(rows, outHeight - row);
    const height = (count - 1) * strideHeight + effectiveFilterHeight;
    parts.push(
      tf.conv2d(
        tf.transpose(tf.slice(seen, [0, row * strideHeight, 0, 0], [-1, height, -1, -1]), [3, 1, 2, 0]),
        tf.transpose(tf.slice(dy, [0, row, 0, 0], [-1, count, -1, -1]), [1, 2, 0, 3]),
        pair(attributes.dilations ?? 1),
        'valid',
        'NHWC',
        [strideHeight, strideWidth],
      ),
    );
  }
  const gradient = parts.length === 1 ? parts[0] : tf.sum<tf.Tensor4D>(tf.stack(parts), 0);
  return tf.transpose(gradient, [1, 2, 0, 3]);
}

/** dx of a depthwise convolution: that of each output channel, summed over those of one input channel. */
export function depthwiseInputGradient(
  inputShape: number[],
  dy: tf.Tensor4D,
  filter: tf.Tensor4D,
  attributes: ConvolutionAttributes,
): tf.Tensor4D {
  if (dy.size === 0) return tf.zeros(inputShape as Shape);
  const spreadDy = spreadForInput(dy, infoOf(inputShape, filter.shape, attributes, true));
  const [height, width, channels, multiplier] = filter.shape;
  const turned = tf.reshape<tf.Rank.R4>(tf.reverse(filter, [0, 1]), [height, width, channels * multiplier, 1]);
  const each = tf.depthwiseConv2d(spreadDy, turned, 1, 'valid', 'NHWC', pair(attributes.dilations ?? 1));
  if (multiplier === 1) return each;
  return tf.sum(tf.reshape(each, [...inputShape, multiplier]), -1);
}

/** dW[i, j, c, m] = sum over n, p, q of x[n, d i + s p, d j + s q, c] dy[n, p, q, c, m], tap by tap. */
export function depthwiseFilterGradient(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  filterShape: number[],
  attributes: ConvolutionAttributes,
): tf.Tensor4D {
  if (dy.size === 0) return tf.zeros(filterShape as Shape);
  const info = infoOf(x.shape, filterShape, attributes, true);
  const { strideHeight, strideWidth, dilationHeight, dilationWidth, batchSize, outHeight, outWidth } = info;
  const [height, width, channels, multiplier] = filterShape;
  const padded = seenBy(x, info);
  const places = batchSize * outHeight * outWidth;
  const outgoing = tf.reshape(dy, [places, channels, multiplier]);
  const taps: tf.Tensor[] = [];
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const [row, column] = [i * dilationHeight, j * dilationWidth];
      const seen = tf.stridedSlice(
        padded,
        [0, row, column, 0],
        [batchSize, row + (outHeight - 1) * strideHeight + 1, column + (outWidth - 1) * strideWidth + 1, channels],
        [1, strideHeight, strideWidth, 1],
      );
      taps.push(tf.sum(tf.mul(tf.reshape(seen, [places, channels, 1]), outgoing), 0));
    }
  }
  return tf.reshape<tf.Rank.R4>(tf.stack(taps), filterShape as Shape);
}
