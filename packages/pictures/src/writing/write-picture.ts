import { byExtension, writeFileAtomically } from '@sandwich/files';
import type { Picture } from '../picture.js';
import { encodePng } from './encode-png.js';

/**
 * The function that makes the file which a path's extension names; so far there is `.png`.
 *
 * @throws Error naming the extensions when it is none of them
 */
export const pictureEncoder = (path: string): ((picture: Picture) => Promise<Uint8Array>) =>
  byExtension(path, { '.png': (picture: Picture) => encodePng(picture) });

/**
 * Writes a picture, whole or not at all, as the file that the extension names: see `pictureEncoder`.
 *
 * @throws Error when there is no such format, or the file cannot be written
 * @example
 * await writePicture('restored.png', await sandwich.decode(file));
 */
export async function writePicture(path: string, picture: Picture): Promise<void> {
  const encode = pictureEncoder(path);
  await writeFileAtomically(path, await encode(picture));
}
