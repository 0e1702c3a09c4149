import type { Picture } from '@sandwich/pictures';
import type { ShownPicture } from '../inspection.js';
import { losslessSource } from '../lossless-source.js';

/** A picture to be shown, without any loss. @param scale see `ShownPicture` */
export async function shownPicture(picture: Picture<Uint8Array>, scale = 1): Promise<ShownPicture> {
  const { width, height } = picture;
  return { source: await losslessSource(picture), width, height, scale };
}
