import { valuesOf } from '@sandwich/engine';
import { type Picture, toSamples } from '@sandwich/pictures';
import { cutTile, writeTile } from '../../tiling/tile-pictures.js';
import { forEachTile, scaled, type TileOptions, tilesOf } from '../../tiling/tile-rectangles.js';
import type { Sandwich } from '../sandwich.js';
import { sandwichReach } from './receptive-field.js';

/** How networks work through a picture. */
export type SandwichTileOptions = TileOptions & {
  /** The quantiser step, for networks that are conditioned on it, and no others. */
  step?: number;
  /** The exponent of the companding curve, where there is one around the networks. */
  exponent?: number;
};

/** For measuring, where activations share the memory with what measures need. */
export const SMALL_TILES: TileOptions = { tile: 256 };

/**
 * What `preprocess` does, clipped and rounded as a codec takes it, tile by tile: whole pictures are held in bytes only.
 *
 * Tiles begin at multiples of the model's `sizeMultiple`, so that pooling, resampling and phase planes fall as they do in
 * the whole image, and see as far around them as the networks look (`sandwichReach`). What they make therefore differs
 * from that of the whole image by the rounding of floats only.
 *
 * @param image of the model's input channels, samples in [0, 2^(8 + truncateBits) - 1]
 * @returns the bottleneck, padded, 8 bits a sample; rounded halves to even
 * @throws RangeError when the image has other channels, or the step or the exponent is missing, out of range or of no use
 */
export async function preprocessInTiles(
  model: Sandwich,
  image: Picture<Uint8Array | Uint16Array, number>,
  options: SandwichTileOptions = {},
): Promise<Picture<Uint8Array, number>> {
  const { inputChannels, bottleneckChannels: channels, downsampleFactor: factor } = model.architecture;
  checkChannels('preprocessInTiles', image, inputChannels);
  const reach = sandwichReach(model.architecture).pre;
  const bottleneck = { ...model.bottleneckSize(image), channels };
  const [width, height] = [factor * bottleneck.width, factor * bottleneck.height];
  const data = new Uint8Array(bottleneck.width * bottleneck.height * channels);
  const tiles = tilesOf({ width, height }, reach, model.sizeMultiple, options);
  await forEachTile(tiles, options, ({ made, seen }) => {
    const values = valuesOf(() => model.preprocess(cutTile(image, seen, mirrored), conditionOf(options)));
    const reduced = { made: scaled(made, 1 / factor), seen: scaled(seen, 1 / factor) };
    writeTile({ ...bottleneck, data }, toSamples(values, 8), reduced);
  });
  return { ...bottleneck, data };
}

/**
 * What `postprocess` does, rounded and clipped, tile by tile; see `preprocessInTiles`.
 *
 * @param bottleneck as `preprocessInTiles` made it and a codec changed it, in [0, 255]
 * @param size of the image that it was made of
 * @returns samples in [0, 2^bitDepth - 1] of 8 + truncateBits bits
 * @throws RangeError when the bottleneck has other channels than the model's, or another size than that of such an image, or the step or the
 * exponent is missing, out of range or of no use
 */
export async function postprocessInTiles(
  model: Sandwich,
  bottleneck: Picture<Uint8Array | Float32Array, number>,
  size: { width: number; height: number },
  options: SandwichTileOptions = {},
): Promise<Picture<Uint8Array | Uint16Array, number>> {
  const { bottleneckChannels, outputChannels: channels, downsampleFactor: factor, truncateBits } = model.architecture;
  checkChannels('postprocessInTiles', bottleneck, bottleneckChannels);
  const expected = model.bottleneckSize(size);
  if (bottleneck.width !== expected.width || bottleneck.height !== expected.height) {
    throw new RangeError(
      `postprocessInTiles: the bottleneck of an image of ${size.width} x ${size.height} is ` +
        `${expected.width} x ${expected.height}, got ${bottleneck.width} x ${bottleneck.height}`,
    );
  }
  const [width, height] = [factor * bottleneck.width, factor * bottleneck.height];
  const reach = sandwichReach(model.architecture).post;
  const samples = size.width * size.height * channels;
  const data = truncateBits === 0 ? new Uint8Array(samples) : new Uint16Array(samples);
  const bitDepth = 8 + truncateBits;
  const image = { data, width: size.width, height: size.height, channels, bitDepth };
  const tiles = tilesOf({ width, height }, reach, model.sizeMultiple, options);
  await forEachTile(tiles, options, (tile) => {
    const { seen } = tile;
    const within = { height: seen.bottom - seen.top, width: seen.right - seen.left, ...conditionOf(options) };
    const part = scaled(seen, 1 / factor);
    const values = valuesOf(() => model.postprocess(cutTile(bottleneck, part, mirrored), within));
    writeTile(image, toSamples(values, bitDepth), tile);
  });
  return image;
}

const conditionOf = ({ step, exponent }: SandwichTileOptions) => ({ step, exponent });

/** Where the periodic extension of 0 .. length - 1, length - 1 .. 0 stands at an index: edges are mirrored, as `padSymmetric` does. */
function mirrored(index: number, length: number): number {
  const inPeriod = index % (2 * length);
  return inPeriod < length ? inPeriod : 2 * length - 1 - inPeriod;
}

function checkChannels(
  caller: string,
  { data, width, height, channels }: Picture<Uint8Array | Uint16Array | Float32Array, number>,
  expected: number,
): void {
  if (channels !== expected)
    throw new RangeError(`${caller}: the model takes ${expected} channels, the picture has ${channels}`);
  if (!(data.length > 0) || data.length !== width * height * channels)
    throw new RangeError(
      `${caller}: a picture of ${width} x ${height} x ${channels} has ${width * height * channels} samples, at least one, got ${data.length}`,
    );
}
