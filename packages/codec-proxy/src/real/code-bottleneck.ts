import type { Codec } from '@sandwich/codecs';
import type { Picture } from '@sandwich/pictures';
import { likeOriginal } from '../like-original.js';
import { type BottleneckOptions, bottleneckImages, type FileLayout } from './bottleneck-files.js';
import { assembleBottleneck } from './decode-bottleneck.js';

/** A codec and the quality, on its own scale, at which it codes. */
export interface CodecAtQuality {
  codec: Pick<Codec, 'encode' | 'decode'>;
  quality: number;
}

/** What becomes of a bottleneck image in files. */
export interface CodedBottleneck {
  /** In [0, 255]. */
  decoded: Picture<Uint8Array | Float32Array, number>;
  /** Length of all its files, bits. */
  bits: number;
}

/**
 * Sends a bottleneck image through files of a codec of `@sandwich/codecs`, laid out as `encodeBottleneck` lays out JPEG files. What
 * the codec stores as colour for want of a grayscale format comes back as luma.
 *
 * @throws Error with the codec's text when it fails, or gives back images of another size
 * @example
 * const { decoded, bits } = await codeBottleneck(pixels, { codec: await codecs.webp(), quality: 40 });
 */
export async function codeBottleneck(
  pixels: Picture<Uint8Array | Float32Array, number>,
  { codec, quality }: CodecAtQuality,
  layout: FileLayout & Pick<BottleneckOptions, 'imageMax'> = {},
): Promise<CodedBottleneck> {
  const coded = await Promise.all(
    bottleneckImages(pixels, layout).map(async (original) => {
      const file = await codec.encode(original, quality);
      return { image: likeOriginal(await codec.decode(file), original), bits: 8 * file.length };
    }),
  );
  const { width, height, channels } = pixels;
  const images = coded.map(({ image }) => image);
  return {
    decoded: assembleBottleneck(images, { ...layout, width, height, channels }),
    bits: coded.reduce((sum, { bits }) => sum + bits, 0),
  };
}
