import { setImmediate } from 'node:timers/promises';
import { tf, valuesOf } from '@sandwich/engine';
import { type Picture, toSamples } from '@sandwich/pictures';
import { type Rectangle, scaled, type TileOptions, tilesOf } from '../../tiling/tile-rectangles.js';
import type { Sandwich } from '../sandwich.js';
import { sandwichReach } from './receptive-field.js';

/**
 * What `preprocess` does, clipped and rounded as a codec takes it, tile by tile: whole pictures are held in bytes only.
 *
 * Tiles begin at multiples of the model's `sizeMultiple`, so that pooling, resampling and phase planes fall as they do in
 * the whole image, and see as far around them as the networks look (`sandwichReach`). What they make therefore differs
 * from that of the whole image by the rounding of floats only.
 *
 * @param image of the model's input channels, samples in [0, 2^(8 + truncateBits) - 1]
 * @returns the bottleneck, padded, 8 bits a sample; rounded halves to even
 * @throws RangeError when the image has other channels
 */
export async function preprocessInTiles(
  model: Sandwich,
  image: Picture<Uint8Array | Uint16Array, number>,
  options: TileOptions = {},
): Promise<Picture<Uint8Array, number>> {
  const { inputChannels, bottleneckChannels: channels, downsampleFactor: factor } = model.architecture;
  checkChannels('preprocessInTiles', image, inputChannels);
  const reach = sandwichReach(model.architecture).pre;
  const bottleneck = { ...model.bottleneckSize(image), channels };
  const [width, height] = [factor * bottleneck.width, factor * bottleneck.height];
  const data = new Uint8Array(bottleneck.width * bottleneck.height * channels);
  const tiles = [...tilesOf({ width, height }, reach, model.sizeMultiple, options)];
  for (const [i, { made, seen }] of tiles.entries()) {
    const values = valuesOf(() => model.preprocess(cut(image, seen)));
    writeTile({ ...bottleneck, data }, toSamples(values, 8), scaled(made, 1 / factor), scaled(seen, 1 / factor));
    options.onTile?.(i + 1, tiles.length);
    await setImmediate();
  }
  return { ...bottleneck, data };
}

/**
 * What `postprocess` does, rounded and clipped, tile by tile; see `preprocessInTiles`.
 *
 * @param bottleneck as `preprocessInTiles` made it and a codec changed it, in [0, 255]
 * @param size of the image that it was made of
 * @returns samples in [0, 2^bitDepth - 1] of 8 + truncateBits bits
 * @throws RangeError when the bottleneck has other channels than the model's, or another size than that of such an image
 */
export async function postprocessInTiles(
  model: Sandwich,
  bottleneck: Picture<Uint8Array | Float32Array, number>,
  size: { width: number; height: number },
  options: TileOptions = {},
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
  const tiles = [...tilesOf({ width, height }, reach, model.sizeMultiple, options)];
  for (const [i, { made, seen }] of tiles.entries()) {
    const within = { height: seen.bottom - seen.top, width: seen.right - seen.left };
    const values = valuesOf(() => model.postprocess(cut(bottleneck, scaled(seen, 1 / factor)), within));
    writeTile(image, toSamples(values, bitDepth), made, seen);
    options.onTile?.(i + 1, tiles.length);
    await setImmediate();
  }
  return image;
}

/** A part of a picture, [1, H, W, C]; beyond its right and its bottom edge it is mirrored, as `padSymmetric` does. */
function cut(
  { data, width, height, channels }: Picture<Uint8Array | Uint16Array | Float32Array, number>,
  { left, top, right, bottom }: Rectangle,
): tf.Tensor4D {
  const columns = right - left;
  const values = new Float32Array((bottom - top) * columns * channels);
  for (let y = top, to = 0; y < bottom; y++) {
    const row = mirrored(y, height) * width;
    for (let x = left; x < right; x++) {
      const from = (row + mirrored(x, width)) * channels;
      for (let k = 0; k < channels; k++) values[to++] = data[from + k];
    }
  }
  return tf.tensor4d(values, [1, bottom - top, columns, channels]);
}

/** Where the periodic extension of 0 .. length - 1, length - 1 .. 0 stands at an index. */
function mirrored(index: number, length: number): number {
  const inPeriod = index % (2 * length);
  return inPeriod < length ? inPeriod : 2 * length - 1 - inPeriod;
}

/** Puts what a tile made into the picture, as far as it lies in it; `samples` are those of all that the tile saw. */
function writeTile(
  picture: Picture<Uint8Array | Uint16Array, number>,
  samples: Uint8Array | Uint16Array,
  made: Rectangle,
  seen: Rectangle,
): void {
  const { data, width, height, channels } = picture;
  const right = Math.min(made.right, width);
  const columns = seen.right - seen.left;
  for (let y = made.top; y < Math.min(made.bottom, height); y++) {
    const from = ((y - seen.top) * columns + made.left - seen.left) * channels;
    const row = samples.subarray(from, from + (right - made.left) * channels);
    data.set(row, (y * width + made.left) * channels);
  }
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
