import { tf } from '@sandwich/engine';
import type { Picture } from '@sandwich/pictures';
import { type ChannelGroup, type FileLayout, imagesOfGroup } from './bottleneck-files.js';
import { assembleBottleneck } from './decode-bottleneck.js';
import type { CodedImage } from './real-codec.js';

/**
 * Sends one group of channels of a batch through the files that hold it.
 *
 * @param code codes and decodes images
 * @returns the decoded channels, [B, H, W, count] in [0, imageMax], and the bits of the files of each image
 */
export function codeRealGroup(
  batch: Picture<Float32Array, number>[],
  group: ChannelGroup,
  options: FileLayout & { imageMax: number },
  code: (images: Picture<Uint8Array>[]) => CodedImage[],
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
