import type { Picture } from '@sandwich/pictures';
import { Random } from '../random.js';
import { synthesizeImage } from './synthesize-image.js';

/** A picture and the class of each of its pixels, row by row. */
export interface ShapePicture {
  picture: Picture<Uint8Array, 3>;
  /** Indexes into `shapeClasses`. */
  labels: Uint8Array;
}

/** Options of `synthesizeShapes`. */
export interface ShapeOptions {
  /** Pixels, at least 8. */
  width: number;
  /** Pixels, at least 8. */
  height: number;
  /** An integer from 0 to 2^53 - 1: the same seed and size give the same picture and labels. */
  seed: number;
  /** Shapes in the picture; default 1 to 3 at random. */
  count?: number;
}

/** The classes of pixels, by their labels. */
export const shapeClasses = ['background', 'disc', 'square', 'triangle'];

/** Whether a point, relative to the middle and in units of the half side, is within: `disc`, `square`, `triangle`, base down. */
const contains: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => x * x + y * y <= 1,
  (x, y) => Math.abs(x) <= 1 && Math.abs(y) <= 1,
  (x, y) => Math.abs(y) <= 1 && Math.abs(x) <= (y + 1) / 2,
];

/**
 * Paints discs, squares and triangles of a colour each over the background of `synthesizeImage`, to try out networks that find the class of each
 * pixel. Shapes lie within the picture, later ones over earlier ones.
 *
 * @throws RangeError as `synthesizeImage`
 * @example
 * const { picture, labels } = synthesizeShapes({ width: 64, height: 64, seed: 7 });
 */
export function synthesizeShapes({ width, height, seed, count }: ShapeOptions): ShapePicture {
  const picture = synthesizeImage({ width, height, seed });
  const labels = new Uint8Array(width * height);
  const random = new Random(seed, [1, 0, 0]);
  const shapes = count ?? 1 + random.integer(3);
  for (let i = 0; i < shapes; i++) {
    const label = 1 + random.integer(contains.length);
    const half = Math.min(width, height) * random.uniform(0.15, 0.35);
    const [centreX, centreY] = [width, height].map((length) => random.uniform(half, length - half));
    const colour = [0, 1, 2].map(() => random.integer(256));
    for (let at = 0; at < labels.length; at++) {
      const [x, y] = [(at % width) + 0.5, Math.floor(at / width) + 0.5];
      if (!contains[label - 1]((x - centreX) / half, (y - centreY) / half)) continue;
      labels[at] = label;
      picture.data.set(colour, 3 * at);
    }
  }
  return { picture, labels };
}
