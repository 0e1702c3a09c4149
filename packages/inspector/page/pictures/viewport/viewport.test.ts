import { describe, expect, it } from 'vitest';
import { imagePoint, moved, placementOf, wholeImage, zoomedAt } from './viewport.js';

const image = { width: 200, height: 100 };
const pane = { width: 400, height: 400 };

describe('viewport', () => {
  it('fits the image into the middle', () => {
    expect(placementOf(wholeImage(image), image, pane)).toEqual({ scale: 2, x: 0, y: 100 });
  });

  it('keeps what is below the pointer when it zooms', () => {
    const point = { x: 130, y: 180 };
    let viewport = wholeImage(image);
    const before = imagePoint(placementOf(viewport, image, pane), point);
    expect(before).toEqual({ x: 65, y: 40 });
    for (const factor of [4, 1.3, 0.5]) viewport = zoomedAt(viewport, factor, point, image, pane);
    const placement = placementOf(viewport, image, pane, 1e-9);
    expect(placement.scale).toBeCloseTo(2 * 4 * 1.3 * 0.5, 9);
    expect(imagePoint(placement, point).x).toBeCloseTo(65, 6);
    expect(imagePoint(placement, point).y).toBeCloseTo(40, 6);
  });

  it('shows the same place in panes of different sizes', () => {
    const viewport = { scale: 8, x: 70, y: 50 };
    for (const size of [pane, { width: 240, height: 160 }]) {
      const centre = imagePoint(placementOf(viewport, image, size), { x: size.width / 2, y: size.height / 2 });
      expect(centre).toEqual({ x: 70, y: 50 });
    }
  });

  it('becomes the whole image again, and never larger than 64 times', () => {
    const close = zoomedAt(wholeImage(image), 1e6, { x: 10, y: 150 }, image, pane);
    expect(close.scale).toBe(64);
    expect(zoomedAt(close, 1e-6, { x: 10, y: 10 }, image, pane)).toEqual(wholeImage(image));
  });

  it('moves with the pointer and not beyond the edges', () => {
    const viewport = { scale: 8, x: 100, y: 50 };
    expect(moved(viewport, { x: 40, y: -16 }, image, pane)).toEqual({ scale: 8, x: 95, y: 52 });
    // half a pane is 25 pixels of the image
    expect(moved(viewport, { x: 1e6, y: 1e6 }, image, pane)).toEqual({ scale: 8, x: 25, y: 25 });
    expect(moved(viewport, { x: -1e6, y: -1e6 }, image, pane)).toEqual({ scale: 8, x: 175, y: 75 });
    expect(moved(wholeImage(image), { x: 40, y: 40 }, image, pane)).toEqual(wholeImage(image));
  });

  it('lies on the pixels of the screen', () => {
    const { x, y } = placementOf({ scale: 3.3, x: 71.3, y: 33.3 }, image, pane, 0.5);
    expect([x * 2, y * 2].map((value) => value % 1).map(Math.abs)).toEqual([0, 0]);
  });
});
