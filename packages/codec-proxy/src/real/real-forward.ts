import { computeOnHost, tf } from '@sandwich/engine';
import type { CodedTensors } from '../codec.js';
import { straightThrough } from '../custom-gradient.js';
import { JpegProxy, type JpegProxyOptions } from '../intra/jpeg-proxy.js';
import type { ProxyGradient } from '../intra/proxy-gradient.js';
import { likeOriginal } from '../like-original.js';
import { projectedBlocks } from '../rounding/gradient-projection.js';
import { picturesOf, valuesOfPictures } from '../tensor-pictures.js';
import type { CodedImage, RealCodec } from './start-real-codec.js';

/** A real codec and the quality, on its own scale, at which it codes. */
export interface CodecForward {
  codec: RealCodec;
  quality: number;
}

/** Options of `throughRealCodec`. */
export interface ThroughRealCodecOptions extends JpegProxyOptions {
  /**
   * How gradients pass the codec. `straight-through`, the default: as they pass the proxy. `projected`: less, in each block of 8x8 DCT coefficients, their
   * component along what the codec changed in it; the planes are those of a `JpegProxy` with `convertToYuv` and
   * `downsampleChroma`. The gradient of the rate is the proxy's in any case.
   */
  gradient?: ProxyGradient;
}

/**
 * Puts a real codec in place of a proxy: values are those of the codec, bit for bit, gradients those of the proxy, or projected.
 *
 * @param images [B, H, W, 3] or [B, H, W, 1], in [0, 255]; clipped and rounded to 8 bits for the codec
 * @param forward the codec, from `startRealCodec`
 * @param proxied what the proxy made of the same images
 * @param options how gradients pass the codec
 * @returns the decoded images and the bits of the files
 * @throws RangeError when images have neither one nor three channels, or differ from those decoded by the proxy in shape
 * @throws Error when the codec fails or hangs
 * @example
 * const codec = await startRealCodec('webp');
 * const quality = tf.fill([batch], 40) as tf.Tensor1D;
 * const { decoded, rate } = throughRealCodec(images, { codec, quality: 40 }, diffJpegWithRate(images, quality, { ste: true }));
 */
export function throughRealCodec(
  images: tf.Tensor4D,
  forward: CodecForward,
  proxied: CodedTensors,
  { gradient = 'straight-through', ...layout }: ThroughRealCodecOptions = {},
): CodedTensors {
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
  if (gradient !== 'straight-through' && gradient !== 'projected') {
    throw new RangeError(`throughRealCodec: gradient must be straight-through or projected, got ${gradient}`);
  }
  return tf.tidy(() => {
    const [real, bits] = computeOnHost([images], [images.shape, [images.shape[0]]], (values) => {
      const coded = codeWith(forward)(picturesOf(values, images.shape));
      return [valuesOfPictures(coded.map(({ image }) => image)), Float32Array.from(coded, ({ size }) => 8 * size)];
    }) as [tf.Tensor4D, tf.Tensor1D];
    const decoded = gradient === 'projected' ? projected(images, real, new JpegProxy(layout)) : proxied.decoded;
    return replaceValues({ ...proxied, decoded }, () => real.clone(), bits);
  });
}

/** The images, with the projected gradient of a codec that decodes them to `decoded`. */
function projected(images: tf.Tensor4D, decoded: tf.Tensor4D, jpeg: JpegProxy): tf.Tensor4D {
  const [, height, width] = images.shape;
  const made = jpeg.forward(decoded);
  const blocks = jpeg.forward(images).map((c, i) => projectedBlocks(c, made[i]));
  return jpeg.inverse(blocks, [height, width]);
}

/** Values of its own and the gradients of `proxied`. */
export const replaceValues = (proxied: CodedTensors, decode: () => tf.Tensor4D, bits: tf.Tensor1D): CodedTensors => ({
  decoded: straightThrough(proxied.decoded, decode),
  rate: straightThrough(proxied.rate, () => bits.clone()),
});

/** The codec as a function; what it stores as RGB for want of a grayscale format comes back as luma. */
export const codeWith =
  ({ codec, quality }: CodecForward) =>
  (images: CodedImage['image'][]): CodedImage[] =>
    codec.code(images, quality).map(({ image, size }, i) => ({ image: likeOriginal(image, images[i]), size }));
