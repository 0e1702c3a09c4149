import { type ImageSource, trainingImages } from '../image-source.js';
import type { Light } from './load-image.js';

/** Which photographs a training takes, and how they are read. */
export interface PhotographData {
  /** Folder, glob, list (.txt) or file; default see `trainingImages`. */
  images?: string;
  /** Takes only the first so many, by name. */
  limit?: number;
  /** Files that are decoded at a time, default 16; batches do not depend on it. */
  concurrency?: number;
  /** Memory for decoded images, default 512 MiB. */
  cacheBytes?: number;
  /** Hears of each file that cannot be used, and why. */
  note(text: string): void;
}

/** The photographs of a training: how many of which source. */
export interface ChosenPhotographs {
  source: ImageSource;
  count: number;
  /** For people, such as `12 of 87 images of photos`. */
  description: string;
}

/** @throws Error as `trainingImages` does */
export async function choosePhotographs(
  { images, limit }: Pick<PhotographData, 'images' | 'limit'>,
  bitDepth: number,
  light?: Light,
): Promise<ChosenPhotographs> {
  const source = await trainingImages(images, bitDepth, light);
  const { count, description } = source;
  return limit === undefined || limit >= count
    ? { source, count, description }
    : { source, count: limit, description: `${limit} of ${description}` };
}

/** @throws Error when no image is left to train on, because all are held back */
export function assertSomeLeft(count: number, validationImages: number): void {
  if (validationImages < count) return;
  throw new Error(`validationImages=${validationImages} leaves nothing to train on: there are ${count} images`);
}

/** The paths to train on, and those held back: the last ones by name. @throws Error as `assertSomeLeft` does */
export async function splitPhotographs(
  { source, count }: ChosenPhotographs,
  validationImages: number,
): Promise<{ training: string[]; heldBack: string[] }> {
  const images = (await source.images()).slice(0, count);
  assertSomeLeft(images.length, validationImages);
  const at = images.length - validationImages;
  return { training: images.slice(0, at), heldBack: images.slice(at) };
}
