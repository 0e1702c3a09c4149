import { lumaBt601 } from '@sandwich/codecs';
import type { Picture } from '@sandwich/pictures';

/**
 * A decoded picture with as many channels as its original. A format without grayscale stores a gray picture as RGB; its luma is
 * returned.
 */
export const likeOriginal = (decoded: Picture<Uint8Array>, original: Picture<Uint8Array>): Picture<Uint8Array> =>
  original.channels === 1 ? lumaBt601(decoded) : decoded;
