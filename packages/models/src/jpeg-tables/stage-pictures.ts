import { toPictures } from '@sandwich/codec-proxy';
import { simulateJpeg } from '@sandwich/codecs';
import { tf } from '@sandwich/engine';
import type { Picture } from '@sandwich/pictures';
import type { JpegTables } from './jpeg-tables.js';

/**
 * The first image of a batch and what a JPEG file with the tables makes of it: `input`, `decoded`.
 *
 * @param batch makes the images, [B, H, W, 3]
 */
export function stagePictures(system: JpegTables, batch: () => tf.Tensor4D): Record<string, Picture<Uint8Array>> {
  const [input] = toPictures(() => tf.slice(batch(), [0, 0, 0, 0], [1, -1, -1, -1]));
  const { subsampling } = system.architecture;
  const { image: decoded } = simulateJpeg(input, {
    tables: system.fileTables(),
    subsampling,
  });
  return { input, decoded };
}
