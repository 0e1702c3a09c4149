import { lumaBt601, type RawImage } from '@sandwich/codecs';
import { tf } from '@sandwich/engine';

/**
 * Images as a real codec takes them: clipped to [0, 255] and rounded, halves to the even neighbour.
 *
 * @param images [B, H, W, C], C of 1 or 3
 */
export function toRawImages(images: tf.Tensor4D): RawImage[] {
  const [batch, height, width, channels] = images.shape;
  // A clamped array rounds so, clips, and takes NaN as 0.
  const data = new Uint8Array(new Uint8ClampedArray(images.dataSync()).buffer);
  const size = height * width * channels;
  return Array.from({ length: batch }, (_, i) => ({
    data: data.subarray(i * size, (i + 1) * size),
    width,
    height,
    channels: channels as 1 | 3,
  }));
}

/** Stacks images of one size, [B, H, W, C]. */
export function fromRawImages(images: RawImage[]): tf.Tensor4D {
  const [{ width, height, channels }] = images;
  const size = height * width * channels;
  const data = new Float32Array(images.length * size);
  for (const [i, image] of images.entries()) data.set(image.data, i * size);
  return tf.tensor4d(data, [images.length, height, width, channels]);
}

/** A decoded image with the channels of its original: what was stored as RGB for want of a grayscale format becomes luma. */
export const likeOriginal = (decoded: RawImage, original: RawImage): RawImage =>
  original.channels === 1 ? lumaBt601(decoded) : decoded;
