import type { Random } from '../random.js';

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
/** Cb = CB_SCALE (B - Y) and Cr = CR_SCALE (R - Y), so that both reach half of what luma does. */
const [CB_SCALE, CR_SCALE] = [0.5 / (1 - BLUE), 0.5 / (1 - RED)];

/**
 * Turns the hues of RGB samples and scales their saturation, in place: the vector (Cb, Cr) of each pixel is turned by `angle` and made `saturation` times as
 * long; its luma stays. Samples are rounded and clipped, so that very saturated colours lose some of their luma.
 *
 * @param largest of samples, 2^bitDepth - 1
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
    const cb = CB_SCALE * (samples[i + 2] - luma);
    const cr = CR_SCALE * (samples[i] - luma);
    const red = luma + (sin * cb + cos * cr) / CR_SCALE;
    const blue = luma + (cos * cb - sin * cr) / CB_SCALE;
    samples[i] = whole(red);
    samples[i + 1] = whole((luma - RED * red - BLUE * blue) / GREEN);
    samples[i + 2] = whole(blue);
  }
}
