import { priceOfBit } from '@sandwich/codecs';
import type { Picture } from '@sandwich/pictures';
import { codecFiles } from '../codec-files.js';
import { flatSettings } from '../contenders/codec-setting.js';
import { transformFromBottleneck } from '../processor/color-transform.js';
import type { Sandwich } from '../sandwich.js';
import { postprocessInTiles, preprocessInTiles, SMALL_TILES } from '../tiling/tiles.js';
import { slopeOf, squaredError, stepFor } from './curve-cost.js';
import { CHOSEN_BYTES, exponentOfByte } from './exponents.js';

/** The companding curve of a picture, and the step of the flat tables behind it. */
export interface Curve {
  /** The exponent as files tell it; see `exponentOfByte`. */
  byte: number;
  exponent: number;
  /** 1 to 255. */
  qstep: number;
}

/** A curve, and what the code of the curve alone makes of the picture. */
export interface CodedCurve extends Curve {
  /** Bits of its files, without the exponent's. */
  bits: number;
  output: Picture;
}

/** Root of the mean square error that an error of one level in every channel of the bottleneck becomes. */
function gainOf({ architecture: { bottleneckChannels, outputChannels, transform } }: Sandwich): number {
  const map = transformFromBottleneck(bottleneckChannels, outputChannels, transform ?? undefined);
  return Math.sqrt(map.flat().reduce((sum, weight) => sum + weight ** 2, 0) / outputChannels);
}

/**
 * Chooses the companding curve of a picture: of six exponents 2^(-k / 2) the one of least squared error + price x bits in real files without networks.
 * The price is that of a step of the plain codec, in levels of the upper 8 bits; the step of a curve is the whole one at which an error costs as much.
 * Besides the best output so far, one curve at a time is held in memory.
 *
 * @param code a sandwich with `companding` and without networks
 * @param image of the bit depth of the code, of linear light or not
 * @param slope the step of the plain codec, positive, not necessarily a whole one
 * @param bottleneckOf the picture behind the curve of an exponent; made anew by default
 */
export async function chooseCurve(
  code: Sandwich,
  image: Picture,
  slope: number,
  bottleneckOf = (exponent: number) => preprocessInTiles(code, image, { ...SMALL_TILES, exponent }),
): Promise<CodedCurve> {
  const { layout } = codecFiles(code);
  const error = (slope * code.peak) / 255;
  const price = priceOfBit(error);
  const gain = gainOf(code);
  let best: (CodedCurve & { cost: number }) | undefined;
  for (const byte of CHOSEN_BYTES) {
    const exponent = exponentOfByte(byte);
    const qstep = stepFor(error, slopeOf(image, exponent, code.peak) * gain);
    const { decoded, bits } = await flatSettings([qstep])[0].code(await bottleneckOf(exponent), layout);
    const output = (await postprocessInTiles(code, decoded, image, { ...SMALL_TILES, exponent })) as Picture;
    const cost = squaredError(image.data, output.data) + price * bits;
    if (!best || cost < best.cost)
      best = { byte, exponent, qstep, bits, output: { ...image, data: output.data }, cost };
  }
  const { cost: _, ...chosen } = best!;
  return chosen;
}
