import type { Picture } from '../picture.js';
import { samplesOf } from './encode-light.js';

/** A picture of three channels: gray becomes gray RGB, RGB stays as it is. */
export function toRgb<Data extends Uint8Array | Uint16Array>(picture: Picture<Data>): Picture<Data, 3> {
  const { data: gray, channels } = picture;
  if (channels === 3) return { ...picture, channels };
  const data = samplesOf(3 * gray.length, gray instanceof Uint8Array ? 8 : 16) as Data;
  for (let i = 0; i < gray.length; i++) data.fill(gray[i], 3 * i, 3 * i + 3);
  return { ...picture, data, channels: 3 };
}
