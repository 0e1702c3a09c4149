import type { RawImage } from '@sandwich/codecs';
import { tf } from '@sandwich/engine';

/**
 * The images of a batch as 8-bit pictures, rounded and clipped; of more than three channels, the first three, of two, the
 * first.
 *
 * @param images [B, H, W, C] in [0, peak]
 */
export function toRawImages(images: tf.Tensor4D, peak = 255): RawImage[] {
  const [batch, height, width, available] = images.shape;
  const channels = available >= 3 ? 3 : 1;
  const shown = tf.tidy(() => {
    const part = tf.slice(images, [0, 0, 0, 0], [batch, height, width, channels]);
    return peak === 255 ? part : tf.mul(part, 255 / peak);
  });
  const values = shown.dataSync();
  shown.dispose();
  const size = height * width * channels;
  return Array.from({ length: batch }, (_, i) => {
    const pixels = values.subarray(i * size, (i + 1) * size);
    return { data: new Uint8Array(new Uint8ClampedArray(pixels).buffer), width, height, channels };
  });
}

/** A picture as a batch of one, [1, H, W, C] in [0, 255]. */
export const toTensor = ({ data, width, height, channels }: RawImage): tf.Tensor4D =>
  tf.tensor4d(new Float32Array(data), [1, height, width, channels]);
