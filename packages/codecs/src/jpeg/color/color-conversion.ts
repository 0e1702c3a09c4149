import { assertPicture, type Picture } from '@sandwich/pictures';

// BT.601 at full range, the YCbCr of JFIF, in 16-bit fixed point:
//   Y  =  0.299   R + 0.587   G + 0.114   B
//   Cb = -0.16874 R - 0.33126 G + 0.5     B + 128
//   Cr =  0.5     R - 0.41869 G - 0.08131 B + 128
// Each is rounded; libjpeg keeps chroma from reaching 256 by adding one unit less than a half. As there, the weights of a row sum
// exactly to 1 or 0, so that gray stays gray.
const HALF = 1 << 15;
const CHROMA_OFFSET = (128 << 16) + HALF - 1;

/** Splits an image into the component planes that a JFIF file stores: luma alone for one channel, else Y, Cb and Cr. */
export function componentPlanes(image: Picture<Uint8Array>): Picture<Uint8Array, 1>[] {
  const { data, width, height, channels } = image;
  if (channels === 1) return [{ data, width, height, channels }];
  const y = new Uint8Array(width * height);
  const cb = new Uint8Array(width * height);
  const cr = new Uint8Array(width * height);
  for (let pixel = 0, i = 0; pixel < y.length; pixel++, i += 3) {
    const r = data[i];
    const g = data[i + 1];
    const b = data[i + 2];
    y[pixel] = luma(r, g, b);
    cb[pixel] = (32768 * b - 11059 * r - 21709 * g + CHROMA_OFFSET) >> 16;
    cr[pixel] = (32768 * r - 27439 * g - 5329 * b + CHROMA_OFFSET) >> 16;
  }
  return [y, cb, cr].map((data) => ({ data, width, height, channels: 1 }));
}

// And back, without rounding what goes into green twice:
//   R = Y + 1.402 (Cr - 128),   G = Y - 0.34414 (Cb - 128) - 0.71414 (Cr - 128),   B = Y + 1.772 (Cb - 128)
/**
 * Joins component planes of equal size to the image they stand for, as libjpeg's decoder does. The inverse of `componentPlanes` up to
 * rounding and clipping.
 */
export function joinedPlanes([luma, cb, cr]: Picture<Uint8Array, 1>[]): Picture<Uint8Array> {
  const { data: samples, width, height } = luma;
  if (cb === undefined) return { data: samples, width, height, channels: 1 };
  const data = new Uint8ClampedArray(3 * samples.length);
  for (let pixel = 0, i = 0; pixel < samples.length; pixel++, i += 3) {
    const y = samples[pixel];
    const b = cb.data[pixel] - 128;
    const r = cr.data[pixel] - 128;
    data[i] = y + ((91881 * r + HALF) >> 16);
    data[i + 1] = y + ((-22554 * b - 46802 * r + HALF) >> 16);
    data[i + 2] = y + ((116130 * b + HALF) >> 16);
  }
  return { data: new Uint8Array(data.buffer), width, height, channels: 3 };
}

/**
 * BT.601 luma, `round(0.299 R + 0.587 G + 0.114 B)`, in the fixed-point arithmetic of JPEG files and of Pillow's mode `L`, so that a
 * grayscale JPEG of it carries the Y component that a colour JPEG would. One colour in 1,800, close to a half, is rounded the other
 * way. A one-channel image comes back as it is.
 *
 * @param image RGB or luma, 0 to 255
 * @returns image of one channel
 * @throws RangeError when the image's fields contradict each other
 */
export function lumaBt601(image: Picture<Uint8Array>): Picture<Uint8Array> {
  assertPicture(image, 'lumaBt601: image.');
  if (image.channels === 1) return image;
  const { data, width, height } = image;
  const y = new Uint8Array(width * height);
  for (let pixel = 0, i = 0; pixel < y.length; pixel++, i += 3) y[pixel] = luma(data[i], data[i + 1], data[i + 2]);
  return { data: y, width, height, channels: 1 };
}

function luma(r: number, g: number, b: number): number {
  return (19595 * r + 38470 * g + 7471 * b + HALF) >> 16;
}
