import type { LabelledPictures } from '@sandwich/data';
import { centreCrop, type Picture } from '@sandwich/pictures';

/** The pictures of a labelled set in memory, or the middle of each, at most `side` pixels wide and high; in the order of the labels. */
export async function picturesOf(set: LabelledPictures, side?: number): Promise<Picture<Uint8Array>[]> {
  const pictures: Picture<Uint8Array>[] = [];
  for (const i of set.labels.keys()) pictures.push(centreCrop(await set.picture(i), side));
  return pictures;
}
