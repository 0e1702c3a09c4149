import { FrozenConvolution, tf } from '@sandwich/engine';
import type { GraphNode, Kernel, Operator } from '../graph-node.js';
import { type HostArray, hostArray, sizeOf } from '../host-arrays.js';
import { padImages, toChannelsFirst, toChannelsLast, type Window, windowsOf } from './windows.js';

const isEven = (vertical: Window, horizontal: Window): boolean =>
  (['size', 'stride', 'dilation', 'before'] as const).every((key) => vertical[key] === horizontal[key]) &&
  [vertical, horizontal].every(({ before, after, dilation }) => before === after && dilation === 1);

/** @param kernel [C x multiplier,1,h,w], as `tf.depthwiseConv2d` takes it, [h,w,C,multiplier] */
const depthwiseFilter = ({ shape, values }: HostArray, channels: number): tf.Tensor4D =>
  tf.tidy(() => {
    const [outputs, , height, width] = shape;
    const parts = tf.tensor4d(values as Float32Array, [channels, outputs / channels, height, width]);
    return tf.transpose(parts, [2, 3, 0, 1]);
  });

/** @param kernel OIHW */
const filterOf = ({ shape, values }: HostArray): tf.Tensor4D =>
  tf.tidy(() =>
    tf.transpose(tf.tensor4d(values as Float32Array, shape as [number, number, number, number]), [2, 3, 1, 0]),
  );

/** A group of the outputs of a kernel. */
function part({ shape, values, type }: HostArray, group: number, groups: number): HostArray {
  const size = values.length / groups;
  return hostArray(values.subarray(group * size, (group + 1) * size), shape.with(0, shape[0] / groups), type);
}

function conv(node: GraphNode): Kernel {
  const kernel = node.required(1, 'weights');
  const [outputs, perGroup, ...sizes] = kernel.shape;
  const bias = node.constant(2) ?? hostArray(new Float32Array(outputs), [outputs], 'float');
  const groups = node.number('group', 1);
  const windowsFor = windowsOf(node, sizes);
  const channels = perGroup * groups;
  const assertChannels = (x: tf.Tensor4D) => {
    if (x.shape[3] !== channels) throw new RangeError(`its weights are for ${channels} channels, got ${x.shape[3]}`);
  };
  if (sizeOf(bias.shape) !== outputs || outputs % groups !== 0) {
    throw new Error(`weights [${kernel.shape}], ${groups} groups and a bias [${bias.shape}] do not fit`);
  }

  const [vertical, horizontal] = windowsFor([1, 1]);
  if (groups === 1 && node.text('auto_pad', 'NOTSET') === 'NOTSET' && isEven(vertical, horizontal)) {
    const stored = ({ shape, values }: HostArray) => ({ shape: [...shape], values: values as Float32Array });
    const { stride, before: padding } = vertical;
    const frozen = node.own(new FrozenConvolution({ kernel: stored(kernel), bias: stored(bias), stride, padding }));
    return (inputs) => {
      const x = toChannelsLast(inputs.tensor(0));
      assertChannels(x);
      return toChannelsFirst(frozen.apply(x));
    };
  }

  const offset = node.own(tf.keep(tf.tensor1d(bias.values as Float32Array)));
  const isDepthwise = perGroup === 1 && groups > 1;
  const filters = isDepthwise
    ? [depthwiseFilter(kernel, channels)]
    : Array.from({ length: groups }, (_, group) => filterOf(part(kernel, group, groups)));
  for (const filter of filters) node.own(tf.keep(filter));
  return (inputs) => {
    const x = toChannelsLast(inputs.tensor(0));
    assertChannels(x);
    const [down, across] = windowsFor([x.shape[1], x.shape[2]]);
    const padded = padImages(x, [
      [down.before, down.after],
      [across.before, across.after],
    ]);
    const strides: [number, number] = [down.stride, across.stride];
    const dilations: [number, number] = [down.dilation, across.dilation];
    const products = isDepthwise
      ? [tf.depthwiseConv2d(padded, filters[0], strides, 'valid', 'NHWC', dilations)]
      : filters.map((filter, group) => {
          const taken = groups === 1 ? padded : tf.slice(padded, [0, 0, 0, group * perGroup], [-1, -1, -1, perGroup]);
          return tf.conv2d(taken, filter, strides, 'valid', 'NHWC', dilations);
        });
    const all = products.length === 1 ? products[0] : tf.concat(products, 3);
    return toChannelsFirst(tf.add(all, offset));
  };
}

/** Convolutions of images with constant weights. */
export const convolution: Record<string, Operator> = { Conv: conv };
