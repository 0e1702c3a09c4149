import type { Picture } from '../picture.js';
import { copySamples } from './copy-samples.js';

/** What people see of a picture of any number of channels: of more than three the first three, of two the first. */
export function firstChannels<Data extends Uint8Array | Uint16Array>(picture: Picture<Data, number>): Picture<Data> {
  const { data, width, height, channels: available } = picture;
  const channels = available >= 3 ? 3 : 1;
  if (channels === available) return { ...picture, channels };
  const shown = copySamples(data, width * height * channels);
  for (let i = 0; i < shown.length; i++) {
    shown[i] = data[Math.floor(i / channels) * available + (i % channels)];
  }
  return { ...picture, data: shown, channels };
}
