import type { Random } from '../random.js';
import { fromYcbcr } from '../synthetic/palette.js';

/** How colours of crops are changed; see `photographSettings`. */
export interface ColorChanges {
  /** Degrees, 0 to 180. */
  hueShift: number;
  /** At least 1. */
  saturationSpread: number;
}

/** Draws what is done to the colours of a crop: an angle in radians, and a factor of saturation. */
export const drawColorChange = ({ hueShift, saturationSpread }: ColorChanges, random: Random) => ({
  angle: (random.uniform(-hueShift, hueShift) * Math.PI) / 180,
  saturation: saturationSpread ** random.uniform(-1, 1),
});

/** Luma of ITU-R BT.601, which all codecs here weigh by. */
const [RED, GREEN, BLUE] = [0.299, 0.587, 0.114];
/** B - Y and R - Y in units of Cb and Cr, which reach half of what luma does. */
const [BLUE_DIFFERENCE, RED_DIFFERENCE] = [2 * (1 - BLUE), 2 * (1 - RED)];

/**
 * Turns the hues of RGB samples and scales their saturation, in place: the vector (Cb, Cr) of each pixel is turned by `angle` and made `saturation` times as
 * long; its luma stays. Samples are rounded and clipped, so that very saturated colours lose some of their luma.
 *
 * @param largest the largest value of a sample, 2^bitDepth - 1
 */
export function changeColors(
  samples: Float32Array,
  largest: number,
  { angle, saturation }: { angle: number; saturation: number },
): void {
  const [cos, sin] = [saturation * Math.cos(angle), saturation * Math.sin(angle)];
  const whole = (value: number) => Math.min(largest, Math.max(0, Math.round(value)));
  for (let i = 0; i < samples.length; i += 3) {
    const luma = RED * samples[i] + GREEN * samples[i + 1] + BLUE * samples[i + 2];
    const cb = (samples[i + 2] - luma) / BLUE_DIFFERENCE;
    const cr = (samples[i] - luma) / RED_DIFFERENCE;
    const changed = fromYcbcr(luma, cos * cb - sin * cr, sin * cb + cos * cr);
    samples[i] = whole(changed[0]);
    samples[i + 1] = whole(changed[1]);
    samples[i + 2] = whole(changed[2]);
  }
}
