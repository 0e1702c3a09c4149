import { lumaBt601 } from '@sandwich/codecs';
import type { Picture } from '@sandwich/pictures';

/** A decoded picture with the channels of its original: what was stored as RGB for want of a grayscale format becomes luma. */
export const likeOriginal = (decoded: Picture<Uint8Array>, original: Picture<Uint8Array>): Picture<Uint8Array> =>
  original.channels === 1 ? lumaBt601(decoded) : decoded;
