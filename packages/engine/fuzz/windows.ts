import { tf } from '../src/index.js';
import { type FuzzCase, fuzzCase, type Generator, type Random } from './random.js';

type Padding = 'same' | 'valid' | number | tf.backend_util.ExplicitPadding;
type Pair = [number, number];
type Triple = [number, number, number];

const pair = (random: Random, most: number): Pair => [random.integer(1, most), random.integer(1, most)];
const triple = (random: Random, most: number): Triple => [...pair(random, most), random.integer(1, most)] as Triple;

function padding(random: Random): Padding {
  if (random.chance(0.6)) return random.pick(['same', 'valid'] as const);
  if (random.chance(0.6)) return random.integer(0, 2);
  return [[0, 0], [random.integer(0, 2), random.integer(0, 2)], [random.integer(0, 2), random.integer(0, 2)], [0, 0]]; // biome-ignore format: paddings
}

const spatial = (random: Random, axes: number): number[] => Array.from({ length: axes }, () => random.integer(2, 7));

const convolution: Generator = (random) => {
  const [kernel, strides] = [pair(random, 3), pair(random, 3)];
  const dilations: Pair = strides[0] === 1 && strides[1] === 1 ? pair(random, 2) : [1, 1];
  const [pad, channels] = [padding(random), random.integer(1, 3)];
  const x = { shape: [random.chance(0.05) ? 0 : random.integer(1, 2), ...spatial(random, 2), channels] };
  const text = JSON.stringify({ strides, pad, dilations });
  const image = (t: tf.Tensor) => t as tf.Tensor4D;
  const depth = random.integer(1, 3);
  if (random.chance(0.4)) {
    return fuzzCase(random, `depthwiseConv2d ${text}`, [x, { shape: [...kernel, channels, depth] }], (x, w) =>
      tf.depthwiseConv2d(image(x), image(w), strides, pad, 'NHWC', dilations),
    );
  }
  const filter = { shape: [...kernel, channels, depth] };
  if (random.chance(0.3)) {
    const activation = random.pick(['linear', 'relu', 'relu6', 'elu', 'sigmoid'] as const);
    return fuzzCase(random, `fused.conv2d ${activation} ${text}`, [x, filter, { shape: [depth] }], (x, w, bias) =>
      tf.fused.conv2d({ x: image(x), filter: image(w), strides, pad, dilations, bias, activation }),
    );
  }
  return fuzzCase(random, `conv2d ${text}`, [x, filter], (x, w) =>
    tf.conv2d(image(x), image(w), strides, pad, 'NHWC', dilations),
  );
};

const volumetric: Generator = (random) => {
  const [kernel, strides] = [triple(random, 2), triple(random, 3)];
  const pad = random.pick(['same', 'valid'] as const);
  const x = { shape: [1, ...spatial(random, 3).map((size) => Math.min(size, 4)), random.integer(1, 2)] };
  const filter = { shape: [...kernel, x.shape[4], random.integer(1, 2)] };
  return fuzzCase(random, `conv3d ${JSON.stringify({ strides, pad })}`, [x, filter], (x, w) =>
    tf.conv3d(x as tf.Tensor5D, w as tf.Tensor5D, strides, pad),
  );
};

const alongARow: Generator = (random) => {
  const [kernel, stride, pad] = [
    random.integer(1, 3),
    random.integer(1, 2),
    random.pick(['same', 'valid', 0, 1, 2] as const),
  ];
  const given = [{ shape: [2, random.integer(3, 7), 2] }, { shape: [kernel, 2, 2] }];
  return fuzzCase(random, `conv1d ${JSON.stringify({ stride, pad })}`, given, (x, w) =>
    tf.conv1d(x as tf.Tensor3D, w as tf.Tensor3D, stride, pad),
  );
};

const pooling: Generator = (random) => {
  const [window, strides, pad] = [pair(random, 3), pair(random, 3), padding(random)];
  const x = { shape: [random.integer(1, 2), ...spatial(random, 2), random.integer(1, 2)] };
  const text = JSON.stringify({ window, strides, pad });
  const op = random.pick(['maxPool', 'avgPool'] as const);
  return fuzzCase(random, `${op} ${text}`, [x], (x) => tf[op](x as tf.Tensor4D, window, strides, pad));
};

const places: Generator = (random) => {
  const [window, strides, pad, batch] = [
    pair(random, 3),
    pair(random, 3),
    random.pick(['same', 'valid'] as const),
    random.chance(0.5),
  ];
  const x = { shape: [2, ...spatial(random, 2), 2] };
  return fuzzCase(random, `maxPoolWithArgmax ${JSON.stringify({ window, strides, pad, batch })}`, [x], (x) =>
    tf.maxPoolWithArgmax(x as tf.Tensor4D, window, strides, pad, batch).indexes, false); // biome-ignore format: one call
};

const volumePooling: Generator = (random): FuzzCase => {
  const [window, strides, pad] = [triple(random, 3), triple(random, 3), random.pick(['same', 'valid', 0, 1] as const)];
  const x = { shape: [1, ...spatial(random, 3).map((size) => Math.min(size, 5)), random.integer(1, 2)] };
  const op = random.pick(['maxPool3d', 'avgPool3d'] as const);
  return fuzzCase(random, `${op} ${JSON.stringify({ window, strides, pad })}`, [x], (x) =>
    tf[op](x as tf.Tensor5D, window, strides, pad),
  );
};

const morphology: Generator = (random) => {
  const [kernel, strides, pad] = [pair(random, 3), pair(random, 2), random.pick(['same', 'valid'] as const)];
  const channels = random.integer(1, 2);
  const given = [{ shape: [1, ...spatial(random, 2), channels] }, { shape: [...kernel, channels] }];
  return fuzzCase(random, `dilation2d ${JSON.stringify({ strides, pad })}`, given, (x, w) =>
    tf.dilation2d(x as tf.Tensor4D, w as tf.Tensor3D, strides, pad),
  );
};

const resizing: Generator = (random) => {
  const size = pair(random, 8);
  const [corners, centres] = random.pick([[true, false], [false, true], [false, false]] as const); // biome-ignore format: pairs
  const x = { shape: [random.integer(0, 2), ...spatial(random, 2), 2] };
  // The nearest pixel of a place half-way depends on the last digit.
  const op = random.pick(['resizeBilinear', 'resizeNearestNeighbor'] as const);
  if (op === 'resizeNearestNeighbor' && corners) return null;
  return fuzzCase(random, `${op} ${JSON.stringify({ size, corners, centres })}`, [x], (x) =>
    tf.image[op](x as tf.Tensor4D, size, corners, centres),
  );
};

export const windows: Generator[] = [
  convolution, convolution, convolution, volumetric, alongARow, pooling, pooling, places, volumePooling, morphology, resizing,
]; // biome-ignore format: a list
