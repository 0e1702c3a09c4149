import { assertPicture, assertSides, type Picture } from '@sandwich/pictures';
import { imageToFrame } from './image-to-frame.js';
import { blockGrids, frameHeader, type JpegFrame } from './jpeg-frame.js';
import { type JpegOptions, type JpegSettings, LARGEST_JPEG_SIDE, resolveJpegOptions } from './jpeg-options.js';
import { zigzag } from './zigzag.js';

/** An image as the quantised DCT coefficients that a baseline JPEG file of it stores. */
export interface JpegCoefficients {
  /** Size of the image in pixels. */
  width: number;
  height: number;
  /**
   * Levels of one component (grayscale) or of three (Y, Cb, Cr): 64 a block, row by row like the tables (entry `8 v + u` belongs to
   * vertical frequency `v`, horizontal `u`), blocks row by row. A component of `w x h` samples has `ceil(w / 8) x ceil(h / 8)` blocks;
   * halved chroma has `ceil(width / 2)` columns. The first level of a block, DC, is a whole number of -1024 to 1023, others of -1023 to
   * 1023; times its step, a level is a coefficient of the orthonormal transform of samples less 128.
   */
  coefficients: ArrayLike<number>[];
}

/**
 * The quantised coefficients of an image: those that `encodeJpeg`, and libjpeg, would store.
 *
 * @param image RGB or luma, 0 to 255, sides of 1 to 65500
 * @param options as for `encodeJpeg`
 * @throws RangeError naming the argument and its value
 *
 * @example
 * const options = { quality: 50, subsampling: '4:4:4' } as const;
 * const { width, height, coefficients } = jpegCoefficients(image, options);
 * coefficients[1].fill(0);
 * const file = encodeJpeg({ width, height, coefficients }, options);
 */
export function jpegCoefficients(
  image: Picture<Uint8Array>,
  options: JpegOptions = {},
): JpegCoefficients & { coefficients: Int16Array[] } {
  assertPicture(image, 'jpegCoefficients: image.', { largestSide: LARGEST_JPEG_SIDE });
  const { width, height, components } = imageToFrame(image, resolveJpegOptions(options, 'jpegCoefficients'));
  return { width, height, coefficients: components.map((component) => rowByRow(component.coefficients)) };
}

/** Brings coefficients that `assertJpegCoefficients` has passed into coding order. */
export function coefficientsToFrame(
  { width, height, coefficients }: JpegCoefficients,
  settings: JpegSettings,
): JpegFrame {
  const header = frameHeader({ width, height, channels: coefficients.length as 1 | 3 }, settings);
  const grids = blockGrids(header);
  const components = header.components.map((component, i) => ({
    ...component,
    ...grids[i],
    coefficients: inZigzagOrder(coefficients[i]),
  }));
  return { ...header, components };
}

/**
 * Checks coefficients against the size of their image and the ranges of baseline files (ITU-T T.81, tables F.1 and F.2).
 *
 * @param caller name of the public function, for the message
 * @throws RangeError naming the component, block and level
 */
export function assertJpegCoefficients(source: JpegCoefficients, settings: JpegSettings, caller: string): void {
  const { width, height, coefficients } = source;
  assertSides({ width, height }, `${caller}: `, LARGEST_JPEG_SIDE);
  if (coefficients?.length !== 1 && coefficients?.length !== 3) {
    throw new RangeError(
      `${caller}: coefficients must hold 1 (luma) or 3 (Y, Cb, Cr) components, got ${coefficients?.length}`,
    );
  }
  const grids = blockGrids(frameHeader({ width, height, channels: coefficients.length }, settings));
  grids.forEach(({ blocksWide, blocksHigh }, i) => {
    const name = `${caller}: coefficients[${i}]`;
    const count = 64 * blocksWide * blocksHigh;
    if (coefficients[i]?.length !== count) {
      throw new RangeError(
        `${name} must hold ${blocksWide} x ${blocksHigh} blocks of 64 = ${count} levels, got ${coefficients[i]?.length}`,
      );
    }
    assertLevels(coefficients[i], name);
  });
}

function assertLevels(levels: ArrayLike<number>, name: string): void {
  for (let i = 0; i < levels.length; i++) {
    const least = i % 64 === 0 ? -1024 : -1023;
    if (!(levels[i] >= least && levels[i] <= 1023 && Number.isInteger(levels[i]))) {
      const place = `${name}, block ${Math.floor(i / 64)}, level ${i % 64}`;
      throw new RangeError(`${place} must be a whole number of ${least} to 1023, got ${levels[i]}`);
    }
  }
}

function inZigzagOrder(levels: ArrayLike<number>): Int16Array {
  const ordered = new Int16Array(levels.length);
  for (let i = 0; i < levels.length; i++) ordered[i] = levels[(i & ~63) + zigzag[i & 63]];
  return ordered;
}

function rowByRow(ordered: Int16Array): Int16Array {
  const levels = new Int16Array(ordered.length);
  for (let i = 0; i < levels.length; i++) levels[(i & ~63) + zigzag[i & 63]] = ordered[i];
  return levels;
}
