import type { CodedBottleneck } from '@sandwich/codec-proxy';
import { priceOfBit } from '@sandwich/codecs';
import type { Picture } from '@sandwich/pictures';
import { codecFiles } from '../codec-files.js';
import { flatSettings } from '../contenders/codec-setting.js';
import { transformFromBottleneck } from '../processor/color-transform.js';
import type { Sandwich } from '../sandwich.js';
import { postprocessInTiles, preprocessInTiles } from '../tiling/tiles.js';
import { CHOSEN_BYTES, exponentOfByte } from './exponents.js';

/** Smaller than for a codec alone: beside the activations there is what measures need. */
const TILES = { tile: 256 };

/** The companding curve of a picture, and the step of the flat tables behind it. */
export interface Curve {
  /** As files tell it; see `exponentOfByte`. */
  byte: number;
  exponent: number;
  /** 1 to 255. */
  qstep: number;
}

/** A curve, and what the code of the curve alone makes of the picture. */
export interface CodedCurve extends Curve {
  /** Of its files, without the exponent's. */
  bits: number;
  output: Picture;
}

/** Root of the mean square of the light's slope, by levels of 255, at the samples of a picture: what an error of one level becomes. */
function slopeOf({ data }: Picture, exponent: number, peak: number): number {
  const squares = Float64Array.from({ length: peak + 1 }, (_, x) => (x / peak) ** (2 - 2 * exponent));
  let sum = 0;
  for (const x of data) sum += squares[x];
  return (Math.sqrt(sum / data.length) * peak) / (255 * exponent);
}

/** Root of the mean square error that an error of one level in every channel of the bottleneck becomes. */
function gainOf({ architecture: { bottleneckChannels, outputChannels, transform } }: Sandwich): number {
  const map = transformFromBottleneck(bottleneckChannels, outputChannels, transform ?? undefined);
  return Math.sqrt(map.flat().reduce((sum, weight) => sum + weight ** 2, 0) / outputChannels);
}

/** The code of the companding curve, as `Sandwich` without networks has it: each picture's bottlenecks are made once. */
export class CurveChooser {
  private last?: {
    image: Picture;
    bottlenecks: Map<number, Promise<Picture<Uint8Array, number>>>;
    chosen: Map<number, Promise<CodedCurve>>;
  };

  /** @param code a sandwich with `companding` and without networks; the caller's to dispose */
  constructor(private readonly code: Sandwich) {}

  /**
   * The curve of a picture: of six exponents 2^(-k / 2) the one of least squared error + price x bits in real files without networks. The price is that of a
   * step of the plain codec, in levels of the upper 8 bits; the step of a curve is the whole one at which an error costs as much.
   *
   * @param slope the step of the plain codec, not necessarily a whole one
   */
  choose(image: Picture, slope: number): Promise<CodedCurve> {
    if (this.last?.image !== image) this.last = { image, bottlenecks: new Map(), chosen: new Map() };
    const { bottlenecks, chosen } = this.last;
    const found = chosen.get(slope) ?? this.search(image, slope, bottlenecks);
    chosen.set(slope, found);
    return found;
  }

  private async search(image: Picture, slope: number, bottlenecks: Map<number, Promise<Picture<Uint8Array, number>>>) {
    const error = (slope * this.code.peak) / 255;
    const price = priceOfBit(error);
    let best: (CodedCurve & { cost: number }) | undefined;
    for (const byte of CHOSEN_BYTES) {
      const exponent = exponentOfByte(byte);
      const bottleneck = bottlenecks.get(byte) ?? preprocessInTiles(this.code, image, { ...TILES, exponent });
      bottlenecks.set(byte, bottleneck);
      const scale = slopeOf(image, exponent, this.code.peak) * gainOf(this.code);
      const qstep = Math.min(Math.max(Math.round(error / scale), 1), 255);
      const { decoded, bits } = await this.coded(await bottleneck, qstep);
      const output = (await postprocessInTiles(this.code, decoded, image, { ...TILES, exponent })) as Picture;
      const cost = squaredError(image.data, output.data) + price * bits;
      if (!best || cost < best.cost)
        best = { byte, exponent, qstep, bits, output: { ...image, data: output.data }, cost };
    }
    return best!;
  }

  private coded(bottleneck: Picture<Uint8Array, number>, qstep: number): Promise<CodedBottleneck> {
    return flatSettings([qstep])[0].code(bottleneck, codecFiles(this.code).layout);
  }
}

function squaredError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return sum;
}
