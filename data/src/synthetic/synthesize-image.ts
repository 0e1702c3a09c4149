import type { Picture } from '@sandwich/pictures';
import { Random } from '../random.js';
import { createLeafShape } from './leaf-shape.js';
import { createPalette } from './palette.js';
import { createMaterial } from './surface.js';

/** Options of `synthesizeImage`. */
export interface SynthesizeOptions {
  /** Pixels, at least 8. */
  width: number;
  /** Pixels, at least 8. */
  height: number;
  /** An integer from 0 to 2^53 - 1: the same seed and size give the same picture, sample by sample. */
  seed: number;
  /** Bits per sample: 8 (default), or 16, the same picture in finer levels. */
  bits?: 8 | 16;
}

/** Samples per pixel and direction while painting: their mean is the antialiasing. */
const OVERSAMPLING = 2;

/**
 * Paints a picture that has the statistics of a photograph: "dead leaves", opaque shapes that cover each other, with
 * radii r distributed as r^-3 between a smallest and a largest one, which makes the picture look alike at every scale
 * and gives it the 1/f^2 power spectrum of natural scenes. Colours, materials, the smallest radius and the sharpness
 * belong to the picture.
 * Source: A. Lee, D. Mumford, J. Huang, "Occlusion models for natural images", IJCV 41, 2001.
 *
 * @throws RangeError if a side is no integer of at least 8, or if the seed is not allowed
 * @example
 * const image = synthesizeImage({ width: 512, height: 384, seed: 7 });
 */
export function synthesizeImage(options: SynthesizeOptions & { bits: 16 }): Picture<Uint16Array, 3>;
export function synthesizeImage(options: SynthesizeOptions & { bits?: 8 }): Picture<Uint8Array, 3>;
export function synthesizeImage(options: SynthesizeOptions): Picture<Uint8Array | Uint16Array, 3>;
export function synthesizeImage({
  width,
  height,
  seed,
  bits = 8,
}: SynthesizeOptions): Picture<Uint8Array | Uint16Array, 3> {
  for (const [side, length] of Object.entries({ width, height })) {
    if (!Number.isInteger(length) || length < 8) {
      throw new RangeError(`synthesizeImage: ${side} must be an integer of at least 8 pixels, got ${length}`);
    }
  }
  if (bits !== 8 && bits !== 16) throw new RangeError(`synthesizeImage: bits must be 8 or 16, got ${bits}`);
  const random = new Random(seed);
  const fineWidth = width * OVERSAMPLING;
  const fineHeight = height * OVERSAMPLING;
  const fine = paintLeaves(random, fineWidth, fineHeight);
  const blurs = random.integer(3);
  for (let i = 0; i < blurs; i++) blur(fine, fineWidth, fineHeight);
  const data = new (bits === 8 ? Uint8Array : Uint16Array)(width * height * 3);
  reduce(fine, width, height, bits === 8 ? 1 : 257, data);
  return { data, width, height, channels: 3 };
}

/**
 * Paints from the front to the back, so that a sample, once painted, is final, until nothing is left open.
 * Radii from a to b with the density p(r) ~ r^-3 come from a number u, uniform in [0, 1), by inverting the distribution
 * function: r^-2 = a^-2 + u (b^-2 - a^-2).
 */
function paintLeaves(random: Random, width: number, height: number): Float32Array {
  const smallest = Math.exp(random.uniform(Math.log(3), Math.log(24))) * OVERSAMPLING;
  const largest = Math.max(2 * smallest, 0.75 * Math.min(width, height));
  const pickColour = createPalette(random);
  const createSurface = createMaterial(random, OVERSAMPLING);
  const lightX = random.normal(0, 0.18) / width;
  const lightY = random.normal(0, 0.18) / height;

  const samples = new Float32Array(width * height * 3);
  const painted = new Uint8Array(width * height);
  let open = width * height;
  // What stays open is the background, one wide surface: a sky, a wall, or mere gaps, which would cost most of the
  // leaves.
  const background = open * random.uniform(0.1, 0.6) ** 2;

  while (open > 0) {
    const last = open <= background;
    const radius = last ? largest : (smallest ** -2 + random.uniform() * (largest ** -2 - smallest ** -2)) ** -0.5;
    const shape = createLeafShape(random, radius);
    const reach = last ? width + height : shape.reach;
    const centreX = last ? width / 2 : random.uniform(-reach, width + reach);
    const centreY = last ? height / 2 : random.uniform(-reach, height + reach);
    const [red, green, blue] = pickColour();
    const surface = createSurface(radius);

    const fromX = Math.max(0, Math.ceil(centreX - reach));
    const toX = Math.min(width - 1, Math.floor(centreX + reach));
    const fromY = Math.max(0, Math.ceil(centreY - reach));
    const toY = Math.min(height - 1, Math.floor(centreY + reach));
    for (let y = fromY; y <= toY; y++) {
      for (let x = fromX; x <= toX; x++) {
        const index = y * width + x;
        if (painted[index] || !(last || shape.contains(x - centreX, y - centreY))) continue;
        const light = 1 + lightX * (x - width / 2) + lightY * (y - height / 2);
        const brightness = surface(x - centreX, y - centreY) * light;
        samples[3 * index] = red * brightness;
        samples[3 * index + 1] = green * brightness;
        samples[3 * index + 2] = blue * brightness;
        painted[index] = 1;
        open--;
      }
    }
  }
  return samples;
}

/** The binomial filter (1, 2, 1) / 4 in both directions, in place, the border repeated. */
function blur(samples: Float32Array, width: number, height: number): void {
  const line = (start: number, step: number, count: number) => {
    let previous = samples[start];
    for (let i = 0, at = start; i < count; i++, at += step) {
      const current = samples[at];
      const next = i + 1 < count ? samples[at + step] : current;
      samples[at] = 0.25 * previous + 0.5 * current + 0.25 * next;
      previous = current;
    }
  };
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < height; y++) line(3 * y * width + channel, 3, width);
    for (let x = 0; x < width; x++) line(3 * x + channel, 3 * width, height);
  }
}

/** The mean of each pixel's samples, clipped to [0, 255], in levels of 1 / scale. */
function reduce(
  fine: Float32Array,
  width: number,
  height: number,
  scale: number,
  target: Uint8Array | Uint16Array,
): void {
  const row = 3 * width * OVERSAMPLING;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < 3; channel++) {
        const at = y * OVERSAMPLING * row + 3 * x * OVERSAMPLING + channel;
        const mean = 0.25 * (fine[at] + fine[at + 3] + fine[at + row] + fine[at + row + 3]);
        target[(y * width + x) * 3 + channel] = Math.round(scale * Math.min(255, Math.max(0, mean)));
      }
    }
  }
}
