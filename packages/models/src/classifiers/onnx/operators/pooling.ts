import { tf } from '@sandwich/engine';
import type { GraphNode, Kernel, Operator } from '../graph-node.js';
import { overhang, padImages, toChannelsFirst, toChannelsLast, type Window, windowsOf } from './windows.js';

/** Where the images begin and end within what the windows see. */
interface Places {
  windows: [Window, Window];
  /** Padding that the node asks for. */
  pads: [[number, number], [number, number]];
  /** What hangs over beyond it. */
  over: [number, number];
}

function placesIn(node: GraphNode): (images: tf.Tensor4D) => Places {
  const windowsFor = windowsOf(node, node.numbers('kernel_shape') ?? []);
  const roundsUp = node.number('ceil_mode', 0) !== 0;
  return ({ shape: [, height, width] }) => {
    const lengths = [height, width];
    const windows = windowsFor(lengths);
    if (windows.some(({ dilation }) => dilation !== 1)) throw new Error('pooling with dilations is not supported');
    const [vertical, horizontal] = windows;
    return {
      windows,
      pads: [
        [vertical.before, vertical.after],
        [horizontal.before, horizontal.after],
      ],
      over: roundsUp ? [overhang(vertical, height), overhang(horizontal, width)] : [0, 0],
    };
  };
}

const withOverhang = ({ pads, over }: Places): [[number, number], [number, number]] => [
  [pads[0][0], pads[0][1] + over[0]],
  [pads[1][0], pads[1][1] + over[1]],
];

const moves = ({ windows: [vertical, horizontal] }: Places): [[number, number], [number, number]] => [
  [vertical.size, horizontal.size],
  [vertical.stride, horizontal.stride],
];

/** Less than any sample, and finite. */
const LOWEST = -3.4e38;

function maxPool(node: GraphNode): Kernel {
  if (node.outputs > 1) throw new Error('the indices of the maxima are not supported');
  const placesOf = placesIn(node);
  return (inputs) => {
    const x = toChannelsLast(inputs.tensor(0));
    const places = placesOf(x);
    const [sizes, strides] = moves(places);
    return toChannelsFirst(tf.maxPool(padImages(x, withOverhang(places), LOWEST), sizes, strides, 'valid'));
  };
}

function averagePool(node: GraphNode): Kernel {
  const placesOf = placesIn(node);
  const includesPadding = node.number('count_include_pad', 0) !== 0;
  return (inputs) => {
    const x = toChannelsLast(inputs.tensor(0));
    const places = placesOf(x);
    const [sizes, strides] = moves(places);
    const average = (images: tf.Tensor4D) => tf.avgPool(images, sizes, strides, 'valid');
    const padded = padImages(x, withOverhang(places));
    if (padded === x) return toChannelsFirst(average(x));
    // What counts of each window: the mean of ones, with zeros where nothing is.
    const ones = tf.ones([1, x.shape[1], x.shape[2], 1]) as tf.Tensor4D;
    const counted = includesPadding
      ? padImages(padImages(ones, places.pads, 1), [
          [0, places.over[0]],
          [0, places.over[1]],
        ])
      : padImages(ones, withOverhang(places));
    return toChannelsFirst(tf.div(average(padded), average(counted)));
  };
}

const overSpace =
  (f: (x: tf.Tensor, axes: number[], keepDims: boolean) => tf.Tensor): Operator =>
  () =>
  (inputs) => {
    const x = inputs.tensor(0);
    return f(x, x.shape.slice(2).map((_, i) => i + 2), true); // biome-ignore format: one line
  };

/** Poolings of images. */
export const pooling: Record<string, Operator> = {
  AveragePool: averagePool,
  GlobalAveragePool: overSpace(tf.mean),
  GlobalMaxPool: overSpace(tf.max),
  MaxPool: maxPool,
};
