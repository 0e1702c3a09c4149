import { decodeJpeg } from '@sandwich/codecs';
import { tf, valuesOf } from '@sandwich/engine';
import type { Picture } from '@sandwich/pictures';
import { resize } from '../resampling/resize.js';
import { channelGroups, type FileContent, type FileLayout, filesOfGroup } from './bottleneck-files.js';

/** Size of the image that `decodeBottleneck` makes. */
export interface BottleneckSize {
  width: number;
  height: number;
  channels: number;
}

/**
 * Reads back the files of `encodeBottleneck`. Channels that were halved are enlarged with Lanczos3, as in the proxy.
 *
 * @param files in the order of the channels
 * @param shape size of the image and layout of the files, as they were written
 * @returns the image, in [0, 255]; enlarged channels are neither rounded nor clipped
 * @throws Error when a file cannot be decoded, or files do not match the shape in number or size
 */
export async function decodeBottleneck(
  files: Uint8Array[],
  shape: BottleneckSize & FileLayout,
): Promise<Picture<Uint8Array | Float32Array, number>> {
  const contents = contentsOf(shape);
  if (files.length !== contents.length) {
    throw new Error(
      `decodeBottleneck: ${shape.channels} channels of this layout are ${contents.length} files, got ${files.length}`,
    );
  }
  const images: Picture<Uint8Array>[] = [];
  for (const file of files) images.push(await decodeJpeg(file));
  return assembleBottleneck(images, shape);
}

/**
 * Puts together what the files of a bottleneck image hold; the images match the shape in number.
 *
 * @throws Error when one does not match it in size or channels
 */
export function assembleBottleneck(
  images: Picture<Uint8Array>[],
  shape: BottleneckSize & FileLayout,
): Picture<Uint8Array | Float32Array, number> {
  const { width, height, channels } = shape;
  const data = new Float32Array(width * height * channels);
  for (const [index, content] of contentsOf(shape).entries()) {
    const image = images[index];
    assertSize(image, content, shape, index);
    const samples = content.halved ? enlarge(image, width, height) : image.data;
    for (let from = 0, to = content.start; from < samples.length; to += channels) {
      for (let k = 0; k < content.count; k++) data[to + k] = samples[from++];
    }
  }
  return { data, width, height, channels };
}

const contentsOf = (shape: BottleneckSize & FileLayout): FileContent[] =>
  channelGroups(shape.channels).flatMap((group) => filesOfGroup(group, shape));

function enlarge({ data, width, height }: Picture<Uint8Array>, fullWidth: number, fullHeight: number): Float32Array {
  return valuesOf(() => {
    const half = tf.tensor4d(new Float32Array(data), [1, height, width, 1]);
    const even = resize(half, [2 * height, 2 * width], 'lanczos3');
    return tf.slice(even, [0, 0, 0, 0], [1, fullHeight, fullWidth, 1]);
  });
}

function assertSize(
  image: Picture<Uint8Array>,
  { count, halved }: FileContent,
  size: BottleneckSize,
  index: number,
): void {
  const divisor = halved ? 2 : 1;
  const expected = [Math.ceil(size.width / divisor), Math.ceil(size.height / divisor), count];
  const actual = [image.width, image.height, image.channels];
  if (actual.join() !== expected.join()) {
    throw new Error(
      `decodeBottleneck: file ${index} must be ${expected.join(' x ')} (width, height, channels), got ${actual.join(' x ')}`,
    );
  }
}
