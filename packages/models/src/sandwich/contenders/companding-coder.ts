import type { FileLayout } from '@sandwich/codec-proxy';
import { priceOfBit } from '@sandwich/codecs';
import type { Coder } from '@sandwich/evaluation';
import { bitDepthOf, largestSample, type Picture } from '@sandwich/pictures';
import { slopeOf, squaredError, stepFor } from '../companding/curve-cost.js';
import { CHOSEN_BYTES, EXPONENT_BITS, exponentOfByte } from '../companding/exponents.js';
import { flatSettings } from './codec-setting.js';

/** Steps of the plain codec that the slopes of the settings belong to, in the order of rising rate. Steps below 1 are finer than the levels of 8 bits. */
export const SLOPES = [11, 8, 6, 4, 3, 2, 1.4, 1, 0.7, 0.5, 0.35, 0.25];

/** A picture behind one of the curves, and how it comes back. */
interface Companded {
  /** 255 (x / peak)^p, rounded. */
  picture: Picture<Uint8Array>;
  /** peak (y / 255)^(1 / p), rounded, for each of the 256 values of y. */
  expanded: Uint16Array;
  /** See `slopeOf`. */
  scale: number;
}

function compand({ data, width, height, channels, bitDepth }: Picture, exponent: number): Companded {
  const peak = largestSample(bitDepthOf({ data, bitDepth }));
  const levels = Uint8Array.from({ length: peak + 1 }, (_, x) => Math.round(255 * (x / peak) ** exponent));
  return {
    picture: { data: Uint8Array.from(data, (x) => levels[x]), width, height, channels },
    expanded: Uint16Array.from({ length: 256 }, (_, y) => Math.round(peak * (y / 255) ** (1 / exponent))),
    scale: slopeOf({ data }, exponent, peak),
  };
}

/**
 * Pictures of more than 8 bits through JPEG of 8 behind a companding curve, a hand-made code:
 *
 *     y = 255 (x / (2^bits - 1))^p
 *
 * undone after decoding. At each setting a picture gets the exponent with the least squared error + price x bits in real files, and the exponent goes
 * with them in a byte. The price is that of a step of the plain codec; the step of a curve is the whole one at which an error costs as much.
 *
 * @param layout how the channels lie in files
 * @param slopes steps of the plain codec, not necessarily whole ones
 */
export function compandingCoder(name: string, layout: FileLayout, slopes: readonly number[] = SLOPES): Coder {
  return {
    name,
    description: 'the same codec behind the best power of each picture, one of six, which is sent in a byte',
    key: JSON.stringify(['companding', layout]),
    group: 'companding curve',
    settings: slopes.map((slope) => `slope of flat ${slope}`),
    pixels: ({ width, height }) => width * height,
    async *code(picture, settings) {
      const curves = CHOSEN_BYTES.map((byte) => compand(picture, exponentOfByte(byte)));
      for (const setting of settings) {
        const error = (slopes[setting] * largestSample(bitDepthOf(picture))) / 255;
        const price = priceOfBit(error);
        let best: { cost: number; bits: number; data: Uint16Array } | undefined;
        for (const { picture: companded, expanded, scale } of curves) {
          const step = stepFor(error, scale);
          const { decoded, bits } = await flatSettings([step])[0].code(companded, layout);
          const data = Uint16Array.from(Uint8ClampedArray.from(decoded.data), (y) => expanded[y]);
          const cost = squaredError(picture.data, data) + price * bits;
          if (!best || cost < best.cost) best = { cost, bits: bits + EXPONENT_BITS, data };
        }
        yield { setting, bits: best!.bits, output: { ...picture, data: best!.data }, views: {} };
      }
    },
  };
}
