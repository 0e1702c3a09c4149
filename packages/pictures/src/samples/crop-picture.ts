import type { Picture } from '../picture.js';
import { copySamples } from './copy-samples.js';

/** A rectangle in pixels. */
export interface Region {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** The part of a picture that lies within a region, which must reach into the picture. */
export function cropPicture<Cropped extends Picture<Uint8Array | Uint16Array | Float32Array, number>>(
  picture: Cropped,
  { left, top, ...size }: Region,
): Cropped {
  const { data, channels } = picture;
  const width = Math.min(size.width, picture.width - left);
  const height = Math.min(size.height, picture.height - top);
  const cropped = copySamples(data, width * height * channels);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * picture.width + left) * channels;
    cropped.set(data.subarray(from, from + width * channels), y * width * channels);
  }
  return { ...picture, data: cropped, width, height };
}

/** The middle of a picture, at most so many pixels wide and high. */
export function centreRegion({ width, height }: { width: number; height: number }, side: number): Region {
  const [w, h] = [Math.min(side, width), Math.min(side, height)];
  return { left: Math.floor((width - w) / 2), top: Math.floor((height - h) / 2), width: w, height: h };
}

/** Crops a picture to its middle, at most `side` pixels wide and high. Without `side` it stays whole. */
export const centreCrop = <Cropped extends Picture<Uint8Array | Uint16Array | Float32Array, number>>(
  picture: Cropped,
  side?: number,
): Cropped => (side === undefined ? picture : cropPicture(picture, centreRegion(picture, side)));
