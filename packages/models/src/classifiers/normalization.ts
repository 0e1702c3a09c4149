import type { StoredTensor } from '@sandwich/engine';

/** What is subtracted from an image in [0, 255], and what it is divided by, per channel. */
export interface Normalization {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** Mean and deviation of ImageNet's pictures, with which torchvision's classifiers are trained. */
export const imagenetNormalization: Normalization = {
  mean: [0.485, 0.456, 0.406].map((mean) => 255 * mean),
  deviation: [0.229, 0.224, 0.225].map((deviation) => 255 * deviation),
};

/** The kernel of a first convolution, OIHW, for images from which the mean is subtracted and that are not divided by the deviation. */
export function overDeviation({ shape, values }: StoredTensor, deviation: readonly number[]): StoredTensor {
  const [, channels, height, width] = shape;
  const channelOf = (i: number) => Math.floor(i / (height * width)) % channels;
  return { shape, values: Float32Array.from(values, (value, i) => value / deviation[channelOf(i)]) };
}
