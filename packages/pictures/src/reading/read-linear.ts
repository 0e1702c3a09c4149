import { tabulate } from '../color/encode-light.js';
import { luminanceWeights, type Primaries } from '../color/primaries.js';
import { HLG_PEAK, HLG_SYSTEM_GAMMA, lightOf, REFERENCE_WHITE } from '../color/transfer.js';
import { bitDepthOf, type Picture, primariesOf, transferOf } from '../picture.js';
import { type ReadOptions, readPicture } from './read-picture.js';

/**
 * Light as a display shows it: not negative, not rounded. 1.0 is white of a picture of standard range, and 203 cd/m2 of one of high dynamic
 * range (ITU-R BT.2408).
 */
export interface LinearPicture extends Picture<Float32Array> {
  transfer: 'linear';
  primaries: Primaries;
}

/**
 * Decodes a picture to linear light, of standard or high dynamic range. PQ gives what its samples say, up to 10000/203 = 49.3.
 * HLG is shown as on its nominal display, of 1000 cd/m2 peak and system gamma 1.2 (ITU-R BT.2100-2), so that its peak is 1000/203 = 4.93 and
 * 75 % of signal are white.
 *
 * @returns light in the primaries of the file, or of sRGB where it has an ICC profile (see `readPicture`)
 * @throws UnusableImage as `readPicture`
 * @example
 * const { data, primaries } = await readLinear('night.png');
 */
export const readLinear = async (path: string, options?: ReadOptions): Promise<LinearPicture> =>
  toLinear(await readPicture(path, options));

/** A picture's linear light, on the scale of `readLinear`. */
export function toLinear(picture: Picture): LinearPicture {
  const { width, height, channels } = picture;
  const transfer = transferOf(picture);
  const primaries = primariesOf(picture);
  const table = tabulate(lightOf(transfer), bitDepthOf(picture));
  const data = Float32Array.from(picture.data, (sample) => table[sample]);
  if (transfer === 'hlg') showHlg(data, channels === 3 ? luminanceWeights(primaries) : [1]);
  return { data, width, height, channels, transfer: 'linear', primaries };
}

/** HLG's opto-optical transfer function: light of the scene to that of the display. */
function showHlg(light: Float32Array, weights: readonly number[]): void {
  const channels = weights.length;
  for (let i = 0; i < light.length; i += channels) {
    const luminance = weights.reduce((sum, weight, k) => sum + weight * light[i + k], 0);
    const gain = luminance > 0 ? (HLG_PEAK / REFERENCE_WHITE) * luminance ** (HLG_SYSTEM_GAMMA - 1) : 0;
    for (let k = 0; k < channels; k++) light[i + k] *= gain;
  }
}
