import type { RatePoint } from './rate-curve.js';

/**
 * The points that no other one beats: none has a rate as low or lower with a quality as high or higher. From the lowest
 * rate to the highest; of equal points the first stays.
 */
export function paretoFront<Point extends RatePoint>(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a.bpp - b.bpp || b.quality - a.quality);
  const front: Point[] = [];
  for (const point of sorted)
    if (point.quality > (front.at(-1)?.quality ?? Number.NEGATIVE_INFINITY)) front.push(point);
  return front;
}
