import type { ShownPicture } from '../../src/inspection.js';
import type { Size } from '../hooks/use-element-size.js';

const decoded = new WeakMap<ShownPicture, Promise<ImageData>>();

async function decode({ source, width, height, scale }: ShownPicture, size: Size): Promise<ImageData> {
  const image = new Image();
  image.src = source;
  await image.decode();
  const canvas = document.createElement('canvas');
  Object.assign(canvas, size);
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  context.imageSmoothingEnabled = false;
  context.drawImage(image, 0, 0, width * scale, height * scale);
  return context.getImageData(0, 0, size.width, size.height);
}

/** The samples of a picture, every pixel of a smaller one repeated. @param size of the image that it belongs to */
export function pixelsOf(picture: ShownPicture, { width, height }: Size): Promise<ImageData> {
  let pixels = decoded.get(picture);
  if (pixels === undefined) {
    pixels = decode(picture, { width, height });
    decoded.set(picture, pixels);
  }
  return pixels;
}
