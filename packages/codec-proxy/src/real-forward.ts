import { tf } from '@sandwich/engine';
import { straightThrough } from './custom-gradient.js';
import type { CodedImage, RealCodec } from './real-codec.js';
import { fromRawImages, likeOriginal, toRawImages } from './real-images.js';

/** A real codec and the quality, on its own scale, at which it codes. */
export interface CodecForward {
  codec: RealCodec;
  quality: number;
}

/** Decoded images, [B, H, W, C], and their rate in bits, [B]. */
export type CodedTensors = { decoded: tf.Tensor4D; rate: tf.Tensor1D };

/**
 * Puts a real codec in place of a proxy: values are those of the codec, bit for bit, gradients those of the proxy.
 *
 * @param images [B, H, W, 3] or [B, H, W, 1], in [0, 255]; clipped and rounded to 8 bits for the codec
 * @param forward the codec, from `startRealCodec`
 * @param proxied what the proxy made of the same images
 * @returns the decoded images and the bits of the files
 * @throws RangeError when images have neither one nor three channels, or differ from those decoded by the proxy in shape
 * @throws Error when the codec fails or hangs
 * @example
 * const codec = await startRealCodec('webp');
 * const quality = tf.fill([batch], 40) as tf.Tensor1D;
 * const { decoded, rate } = throughRealCodec(images, { codec, quality: 40 }, diffJpegWithRate(images, quality, { ste: true }));
 */
export function throughRealCodec(images: tf.Tensor4D, forward: CodecForward, proxied: CodedTensors): CodedTensors {
  const channels = images.shape[3];
  if (images.rank !== 4 || images.size === 0 || (channels !== 1 && channels !== 3)) {
    throw new RangeError(
      `throughRealCodec: images must be [B, H, W, 3] or [B, H, W, 1] and not empty, got [${images.shape}]`,
    );
  }
  if (images.shape.join() !== proxied.decoded.shape.join()) {
    throw new RangeError(
      `throughRealCodec: images and those of the proxy must have one shape, got [${images.shape}] and [${proxied.decoded.shape}]`,
    );
  }
  return tf.tidy(() => {
    const coded = codeWith(forward)(toRawImages(images));
    return replaceValues(
      proxied,
      () => fromRawImages(coded.map(({ image }) => image)),
      coded.map(({ size }) => 8 * size),
    );
  });
}

/** Values of its own and the gradients of `proxied`. */
export const replaceValues = (proxied: CodedTensors, decode: () => tf.Tensor4D, bits: number[]): CodedTensors => ({
  decoded: straightThrough(proxied.decoded, decode),
  rate: straightThrough(proxied.rate, () => tf.tensor1d(bits)),
});

/** The codec as a function; what it stores as RGB for want of a grayscale format comes back as luma. */
export const codeWith =
  ({ codec, quality }: CodecForward) =>
  (images: CodedImage['image'][]): CodedImage[] =>
    codec.code(images, quality).map(({ image, size }, i) => ({ image: likeOriginal(image, images[i]), size }));
