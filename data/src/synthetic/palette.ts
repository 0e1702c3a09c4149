import type { Random } from '../random.js';

/** Red, green and blue, each nominally in [0, 255]. */
export type Rgb = [number, number, number];

/** RGB from BT.601 luma and colour differences (JFIF: full range, Cb and Cr around 0). */
export function fromYcbcr(y: number, cb: number, cr: number): Rgb {
  return [y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb];
}

/** A normal number with a heavier tail: most colours are greyish, a few are vivid. */
const heavyTailed = (random: Random, deviation: number) => random.normal(0, deviation) * (0.6 + 0.8 * random.uniform());

/**
 * The colours of one picture: a function that draws one at a time.
 *
 * Luma is broad. Chroma is small, and lies mostly along the axis from orange to blue, the colours of sun and sky:
 * over 66 photographs the mean luma of a picture is 107 +- 49 with a deviation of 48 within it, the chroma of a
 * picture is shifted by +- 15 and deviates by 11 within it, and the correlation of Cb and Cr is -0.65.
 */
export function createPalette(random: Random): () => Rgb {
  const meanLuma = Math.min(185, Math.max(60, random.normal(115, 38)));
  const lumaSpread = random.uniform(32, 68);
  const meanWarmth = heavyTailed(random, 14);
  const meanTint = heavyTailed(random, 5);
  const saturation = random.uniform(0.3, 2.2);

  const swatches = Array.from({ length: 4 + random.integer(5) }, () => ({
    luma: random.normal(meanLuma, lumaSpread),
    warmth: meanWarmth + saturation * heavyTailed(random, 14),
    tint: meanTint + saturation * heavyTailed(random, 6),
  }));

  return () => {
    const swatch = swatches[random.integer(swatches.length)];
    const luma = Math.min(245, Math.max(10, swatch.luma + random.normal(0, 18)));
    // dark and very bright colours cannot be saturated
    const room = Math.min(1, luma / 90, (255 - luma) / 60);
    const warmth = room * (swatch.warmth + random.normal(0, 3));
    const tint = room * (swatch.tint + random.normal(0, 2));
    return fromYcbcr(luma, -0.75 * warmth - 0.66 * tint, 0.66 * warmth - 0.75 * tint);
  };
}
