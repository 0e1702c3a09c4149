import { tf } from '@sandwich/engine';
import { firstChannels, type Picture, toSamples } from '@sandwich/pictures';

/**
 * The pictures of a batch, their values as they are.
 *
 * @param values of a tensor [B, H, W, C]
 */
export function separatePictures(
  values: Float32Array,
  [batch, height, width, channels]: readonly number[],
): Picture<Float32Array, number>[] {
  const size = height * width * channels;
  return Array.from({ length: batch }, (_, i) => ({
    data: values.subarray(i * size, (i + 1) * size),
    width,
    height,
    channels,
  }));
}

/**
 * The pictures of a batch, as files and real codecs take them: rounded (to 8 bits halves to the even neighbour, to more halves up) and
 * clipped. Of more than three channels they show the first three, of two the first.
 *
 * @param values of a tensor [B, H, W, C] in [0, 2^bitDepth - 1]
 * @param bitDepth 8 to 16
 */
export function picturesOf(values: Float32Array, shape: readonly number[], bitDepth?: 8): Picture<Uint8Array>[];
export function picturesOf(values: Float32Array, shape: readonly number[], bitDepth: number): Picture[];
export function picturesOf(values: Float32Array, shape: readonly number[], bitDepth = 8): Picture[] {
  return separatePictures(values, shape).map(({ data, ...size }) =>
    firstChannels({ ...size, data: toSamples(data, bitDepth), bitDepth }),
  );
}

/** Images [B, H, W, C], or what makes them. */
export type Images = tf.Tensor4D | (() => tf.Tensor4D);

/**
 * `picturesOf` a tensor.
 *
 * @param images the caller's to dispose; of a function that makes them, they and all that it computed on the way are disposed
 */
export function toPictures(images: Images, bitDepth?: 8): Picture<Uint8Array>[];
export function toPictures(images: Images, bitDepth: number): Picture[];
export function toPictures(images: Images, bitDepth = 8): Picture[] {
  const tensor = typeof images === 'function' ? tf.tidy(images) : images;
  try {
    return picturesOf(tensor.dataSync<'float32'>(), tensor.shape, bitDepth);
  } finally {
    if (tensor !== images) tensor.dispose();
  }
}

/** The samples of pictures of one size one after the other, as they are. */
export function valuesOfPictures(pictures: readonly Picture[]): Float32Array {
  const [{ width, height, channels }] = pictures;
  const size = height * width * channels;
  const values = new Float32Array(pictures.length * size);
  for (const [i, { data }] of pictures.entries()) values.set(data, i * size);
  return values;
}

/** Pictures of one size as a batch, [B, H, W, C], their samples as they are. */
export function toTensor(pictures: Picture | readonly Picture[]): tf.Tensor4D {
  const batch = 'data' in pictures ? [pictures] : pictures;
  const [{ width, height, channels }] = batch;
  return tf.tensor4d(valuesOfPictures(batch), [batch.length, height, width, channels]);
}
