import { type Picture, withBitDepth } from '@sandwich/pictures';

const converted = new WeakMap<Picture, Picture<Uint8Array>>();

/** A picture at 8 bits a sample, which several measures take; converted once. */
export function inEightBits(picture: Picture): Picture<Uint8Array> {
  const eight = converted.get(picture) ?? withBitDepth(picture, 8);
  converted.set(picture, eight);
  return eight;
}
