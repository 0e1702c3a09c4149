import { toPictures } from '@sandwich/codec-proxy';
import { simulateJpeg } from '@sandwich/codecs';
import { tf } from '@sandwich/engine';
import type { Picture } from '@sandwich/pictures';
import type { LearnedJpeg } from './learned-jpeg.js';
import { jpegSourceOf } from './learned-jpeg-codec.js';
import { attentionPicture, smoothPicture } from './smooth-picture.js';

/** The first image of a batch, what attention makes of it and where it keeps what is there, and what becomes of it in a file. */
export function learnedStages(system: LearnedJpeg, images: () => tf.Tensor4D): Record<string, Picture<Uint8Array>> {
  const [input] = toPictures(() => tf.slice(images(), [0, 0, 0, 0], [1, -1, -1, -1]));
  const options = { tables: system.fileTables(), subsampling: '4:4:4' } as const;
  const { image: decoded } = simulateJpeg(jpegSourceOf(system, input), options);
  if (!system.attention) return { input, decoded };
  return { input, attention: attentionPicture(system, input), smoothed: smoothPicture(system, input), decoded };
}
