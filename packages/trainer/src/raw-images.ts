import type { RawImage } from '@sandwich/codecs';
import { tf } from '@sandwich/engine';
import { type SampleArray, toSamples } from '@sandwich/models';

/** A picture of 8 bits a sample, or of up to 16. */
export type Picture = Omit<RawImage, 'data'> & { data: Uint8Array | Uint16Array };

/** The images of a batch one by one; of more than three channels, the first three, of two, the first. */
function eachImage<Data>(images: tf.Tensor4D, convert: (values: Float32Array) => Data) {
  const [batch, height, width, available] = images.shape;
  const channels: RawImage['channels'] = available >= 3 ? 3 : 1;
  const shown = tf.slice(images, [0, 0, 0, 0], [batch, height, width, channels]);
  const values = shown.dataSync<'float32'>();
  shown.dispose();
  const size = height * width * channels;
  return Array.from({ length: batch }, (_, i) => {
    const data = convert(values.subarray(i * size, (i + 1) * size));
    return { data, width, height, channels };
  });
}

/**
 * The images of a batch as 8-bit pictures, rounded and clipped; of more than three channels, the first three, of two, the
 * first.
 *
 * @param images [B, H, W, C] in [0, peak]
 */
export const toRawImages = (images: tf.Tensor4D, peak = 255): RawImage[] =>
  eachImage(images, (values) => toSamples(peak === 255 ? values : values.map((value) => (value * 255) / peak), 8));

/**
 * The images of a batch as pictures of a bit depth of 8 to 16, rounded and clipped; channels as for `toRawImages`.
 *
 * @param images [B, H, W, C] in [0, 2^bitDepth - 1]
 */
export const toPictures = (images: tf.Tensor4D, bitDepth: number): Picture[] =>
  eachImage(images, (values) => toSamples(values, bitDepth));

/** What people see of an image of any number of channels: of more than three the first three, of two the first. */
export function firstChannels<Data extends Uint8Array | Uint16Array>(
  image: SampleArray<Data>,
): Omit<RawImage, 'data'> & { data: Data } {
  const { data, width, height, channels: available } = image;
  const channels: RawImage['channels'] = available >= 3 ? 3 : 1;
  if (channels === available) return { data, width, height, channels };
  const shown = data.slice(0, width * height * channels) as Data;
  for (let i = 0; i < shown.length; i++) {
    shown[i] = data[Math.floor(i / channels) * available + (i % channels)];
  }
  return { data: shown, width, height, channels };
}

const isRawImage = (picture: Picture): picture is RawImage => picture.data instanceof Uint8Array;

/** A picture in 8 bits: itself, or its samples scaled and rounded. */
export function toRawImage(picture: Picture, bitDepth: number): RawImage {
  if (isRawImage(picture)) return picture;
  const scale = 255 / (2 ** bitDepth - 1);
  return { ...picture, data: Uint8Array.from(picture.data, (value) => Math.round(value * scale)) };
}

/** A picture as a batch of one, [1, H, W, C], its samples as they are. */
export const toTensor = ({ data, width, height, channels }: Picture): tf.Tensor4D =>
  tf.tensor4d(new Float32Array(data), [1, height, width, channels]);
