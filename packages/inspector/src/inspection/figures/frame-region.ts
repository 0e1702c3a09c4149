import { copySamples, type Picture, type Region } from '@sandwich/pictures';

const WIDTH = 3;
const COLOUR = [255, 64, 0];

/** A copy of an RGB image with a frame drawn around a region, as far as it lies within the image. */
export function frameRegion(image: Picture<Uint8Array>, { left, top, width, height }: Region): Picture<Uint8Array> {
  const data = copySamples(image.data);
  const [x0, y0, x1, y1] = [left - WIDTH, top - WIDTH, left + width + WIDTH, top + height + WIDTH];
  for (let y = Math.max(y0, 0); y < Math.min(y1, image.height); y++) {
    for (let x = Math.max(x0, 0); x < Math.min(x1, image.width); x++) {
      const isInside = x >= left && x < left + width && y >= top && y < top + height;
      if (!isInside) data.set(COLOUR, (y * image.width + x) * 3);
    }
  }
  return { ...image, data };
}
