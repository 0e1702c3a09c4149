import { join } from 'node:path';
import { writePicture } from '@sandwich/pictures';
import type { Logger } from './logger.js';

/** The file name of a picture that was taken after a step. */
export const pictureFile = (name: string, step: number): string => `step-${String(step).padStart(7, '0')}-${name}.png`;

/** Writes the pictures of a run as PNG files into a folder, which must exist. */
export const pngFiles = (folder: string): Logger => ({
  picture: (name, picture, step) => writePicture(join(folder, pictureFile(name, step)), picture),
});
