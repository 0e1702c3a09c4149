import type { Picture } from '@sandwich/pictures';
import { type ChannelGroup, type FileLayout, imagesOfGroup } from './bottleneck-files.js';
import { assembleBottleneck } from './decode-bottleneck.js';
import type { CodedImage } from './start-real-codec.js';

/**
 * Sends one group of channels of a batch through the files that hold it.
 *
 * @param code codes and decodes images
 * @returns the values of the decoded channels, [B, H, W, count] in [0, 255], and the bits of the files of each image, [B]
 */
export function codeRealGroup(
  batch: Picture<Float32Array, number>[],
  group: ChannelGroup,
  options: FileLayout & { imageMax: number },
  code: (images: Picture<Uint8Array>[]) => CodedImage[],
): { decoded: Float32Array; bits: Float32Array } {
  const { width, height } = batch[0];
  const inputs = batch.map((pixels) => imagesOfGroup(pixels, group, options));
  const coded = code(inputs.flat());
  const shape = { ...options, width, height, channels: group.count };
  const files = inputs.map(({ length }, i) => coded.slice(i * length, (i + 1) * length));
  const length = width * height * group.count;
  const decoded = new Float32Array(batch.length * length);
  for (const [i, images] of files.entries()) {
    const { data } = assembleBottleneck(
      images.map(({ image }) => image),
      shape,
    );
    decoded.set(data, i * length);
  }
  const bits = Float32Array.from(files, (images) => images.reduce((sum, { size }) => sum + 8 * size, 0));
  return { decoded, bits };
}
