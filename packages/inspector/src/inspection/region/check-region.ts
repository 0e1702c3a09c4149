import { basename } from 'node:path';
import { type ImageSource, readImageHeader, type Wanted } from '@sandwich/data';
import type { Region } from '@sandwich/pictures';
import { spread } from './spread.js';

interface Size {
  width: number;
  height: number;
}

/** @throws Error when a region is not within an image */
export function assertWithin({ left, top, width, height }: Region, name: string, image: Size): void {
  if (left + width > image.width || top + height > image.height) {
    throw new Error(
      `--region ${[left, top, width, height]} reaches out of ${name}, which is ${image.width}x${image.height}`,
    );
  }
}

/**
 * Looks at the sizes of the images that a figure will show, before they are decoded or made. Files that are not usable are passed over.
 *
 * @param source images of which `count` are shown, see `spread`
 * @param crop side of the middle of each image that is shown, if not all is
 * @throws Error when the region is not within one of them
 */
export async function checkRegion(
  region: Region,
  source: ImageSource,
  {
    count,
    bitDepth,
    light,
    crop = Number.POSITIVE_INFINITY,
  }: Pick<Wanted, 'bitDepth' | 'light'> & { count: number; crop?: number },
): Promise<void> {
  const check = (name: string, { width, height }: Size) =>
    assertWithin(region, name, { width: Math.min(width, crop), height: Math.min(height, crop) });
  const upcoming = await source.upcoming();
  if (upcoming) return check('a synthetic image', upcoming);
  for (const file of spread(await source.images(), count)) {
    const size = await readImageHeader(file, bitDepth, light).catch(() => undefined);
    if (size) check(basename(file), size);
  }
}
