import { type Picture, withBitDepth } from '@sandwich/pictures';

/** A picture as the page shows it. */
export const inEightBits = (picture: Picture): Picture<Uint8Array> => withBitDepth(picture, 8);
