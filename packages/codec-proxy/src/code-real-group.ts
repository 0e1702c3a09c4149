import type { RawImage } from '@sandwich/codecs';
import { tf } from '@sandwich/engine';
import { type ChannelGroup, type FileLayout, imagesOfGroup, type PixelArray } from './bottleneck-files.js';
import { assembleBottleneck } from './decode-bottleneck.js';
import type { CodedImage } from './real-codec.js';

/** The images of a batch, [B, H, W, C], apart. */
export function pixelArrays(images: tf.Tensor4D): PixelArray[] {
  const [batch, height, width, channels] = images.shape;
  return separateImages(images.dataSync<'float32'>(), { batch, height, width, channels });
}

/** The same of its values. */
export function separateImages(
  data: Float32Array,
  { batch, height, width, channels }: Record<'batch' | 'height' | 'width' | 'channels', number>,
): PixelArray[] {
  const size = height * width * channels;
  return Array.from({ length: batch }, (_, i) => ({
    data: data.subarray(i * size, (i + 1) * size),
    width,
    height,
    channels,
  }));
}

/**
 * Sends one group of channels of a batch through the files that hold it.
 *
 * @param code codes and decodes images
 * @returns the decoded channels, [B, H, W, count] in [0, imageMax], and the bits of the files of each image
 */
export function codeRealGroup(
  batch: PixelArray[],
  group: ChannelGroup,
  options: FileLayout & { imageMax: number },
  code: (images: RawImage[]) => CodedImage[],
): { decoded: tf.Tensor4D; bits: number[] } {
  const { width, height } = batch[0];
  const inputs = batch.map((pixels) => imagesOfGroup(pixels, group, options));
  const coded = code(inputs.flat());
  const shape = { ...options, width, height, channels: group.count };
  const files = inputs.map(({ length }, i) => coded.slice(i * length, (i + 1) * length));
  const decoded = files.map((images) => {
    const { data } = assembleBottleneck(
      images.map(({ image }) => image),
      shape,
    );
    return tf.tensor3d(data as Float32Array, [height, width, group.count]);
  });
  return {
    decoded: tf.stack(decoded).mul<tf.Tensor4D>(options.imageMax / 255),
    bits: files.map((images) => images.reduce((sum, { size }) => sum + 8 * size, 0)),
  };
}
