import type { Picture } from '../picture.js';
import { toLinear } from './read-linear.js';

/** Light of the largest of `linearSamples`, in units of 203 cd/m2. */
export const LINEAR_PEAK = 16;

/**
 * The linear light of a picture as samples of 16 bits: 0 to 65535 stand for 0 to 16 times 203 cd/m2, HDR reference white (ITU-R BT.2408) and
 * the white of pictures of standard range; what is brighter is clipped. Primaries stay.
 */
export function linearSamples(picture: Picture): Required<Picture<Uint16Array>> {
  const { data, ...linear } = toLinear(picture);
  const scale = 65535 / LINEAR_PEAK;
  return {
    ...linear,
    bitDepth: 16,
    data: Uint16Array.from(data, (light) => Math.round(Math.min(scale * light, 65535))),
  };
}
