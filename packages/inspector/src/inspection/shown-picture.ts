import { encodeLosslessWebp, type Picture } from '@sandwich/pictures';
import type { ShownPicture } from '../inspection.js';

/** Effort on a scale of 0 to 6; more makes files 2 % smaller in twice the time. */
const EFFORT = 2;

/** A picture as a lossless WebP file within a `data:` URI. @param scale see `ShownPicture` */
export async function shownPicture(picture: Picture<Uint8Array>, scale = 1): Promise<ShownPicture> {
  const { width, height } = picture;
  const file = Buffer.from(await encodeLosslessWebp(picture, EFFORT));
  return { source: `data:image/webp;base64,${file.toString('base64')}`, width, height, scale };
}
