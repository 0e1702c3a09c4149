import type { Size } from '../../hooks/use-element-size.js';

/** What is seen of an image, whatever the size of the pane that shows it. */
export interface Viewport {
  /** CSS pixels a pixel of the image; null: as large as the pane allows. */
  scale: number | null;
  /** The image's point in the middle of the pane, in its pixels. */
  x: number;
  y: number;
}

/** Where an image lies in a pane: its pixel (u, v) at (x + scale u, y + scale v). */
export interface Placement {
  scale: number;
  x: number;
  y: number;
}

export interface Point {
  x: number;
  y: number;
}

/** CSS pixels a pixel of the image, at most. */
const LARGEST_SCALE = 64;

export const wholeImage = ({ width, height }: Size): Viewport => ({ scale: null, x: width / 2, y: height / 2 });

const fittingScale = (image: Size, pane: Size): number =>
  Math.min(pane.width / image.width, pane.height / image.height);

/** The centre so that the pane is filled, or the image in its middle where it is too small for that. */
function centred(centre: number, imageLength: number, paneLength: number, scale: number): number {
  const half = paneLength / scale / 2;
  return 2 * half >= imageLength ? imageLength / 2 : Math.min(Math.max(centre, half), imageLength - half);
}

/** @param pixel size of a device's pixel in CSS pixels, to whose borders the image is aligned */
export function placementOf({ scale: wanted, x, y }: Viewport, image: Size, pane: Size, pixel = 1): Placement {
  const scale = wanted ?? fittingScale(image, pane);
  const aligned = (length: number) => Math.round(length / pixel) * pixel;
  return {
    scale,
    x: aligned(pane.width / 2 - scale * centred(x, image.width, pane.width, scale)),
    y: aligned(pane.height / 2 - scale * centred(y, image.height, pane.height, scale)),
  };
}

/** The image's point below a point of the pane, in its pixels. */
export const imagePoint = ({ scale, x, y }: Placement, point: Point): Point => ({
  x: (point.x - x) / scale,
  y: (point.y - y) / scale,
});

/** Larger or smaller by a factor; what is below `point` of the pane stays there. */
export function zoomedAt(viewport: Viewport, factor: number, point: Point, image: Size, pane: Size): Viewport {
  const placement = placementOf(viewport, image, pane, 1e-9);
  const fitting = fittingScale(image, pane);
  const scale = Math.min(Math.max(placement.scale * factor, fitting), Math.max(LARGEST_SCALE, fitting));
  if (scale === fitting) return wholeImage(image);
  const fixed = imagePoint(placement, point);
  return {
    scale,
    x: centred(fixed.x + (pane.width / 2 - point.x) / scale, image.width, pane.width, scale),
    y: centred(fixed.y + (pane.height / 2 - point.y) / scale, image.height, pane.height, scale),
  };
}

/** Moved by CSS pixels. */
export function moved(viewport: Viewport, by: Point, image: Size, pane: Size): Viewport {
  if (viewport.scale === null) return viewport;
  const { scale, x, y } = viewport;
  return {
    scale,
    x: centred(x - by.x / scale, image.width, pane.width, scale),
    y: centred(y - by.y / scale, image.height, pane.height, scale),
  };
}
