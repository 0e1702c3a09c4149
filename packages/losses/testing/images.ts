import { tf } from '@sandwich/engine';

type ImageShape = readonly [height: number, width: number, channels: number];

const fill = ([height, width, channels]: ImageShape, at: (i: number, j: number, c: number) => number): tf.Tensor4D => {
  const values = Float32Array.from({ length: height * width * channels }, (_, index) =>
    at(Math.floor(index / channels / width), Math.floor(index / channels) % width, index % channels),
  );
  return tf.tensor4d(values, [1, height, width, channels]);
};

/** A busy image that a line of any language makes: (13 i + 7 j + 40 c + 5 ((i j) mod 11)) mod 256. */
export const pattern = (shape: ImageShape): tf.Tensor4D =>
  fill(shape, (i, j, c) => (13 * i + 7 * j + 40 * c + 5 * ((i * j) % 11)) % 256);

/** A smooth one: 128 + 60 sin(i / 9 + c + shift) + 50 cos(j / 7 - i / 23 + shift). */
export const waves = (shape: ImageShape, shift = 0): tf.Tensor4D =>
  fill(shape, (i, j, c) => 128 + 60 * Math.sin(i / 9 + c + shift) + 50 * Math.cos(j / 7 - i / 23 + shift));
