import { assertPicture, type Picture } from '@sandwich/pictures';
import { imageToFrame } from './image-to-frame.js';
import { assertJpegCoefficients, coefficientsToFrame, type JpegCoefficients } from './jpeg-coefficients.js';
import { blocksPerUnit, type FrameHeader, frameHeader, type JpegFrame } from './jpeg-frame.js';
import { type JpegSettings, LARGEST_JPEG_SIDE } from './jpeg-options.js';

/** What a JPEG file is made from: pixels, or coefficients that have been quantised already. */
export type JpegSource = Picture<Uint8Array> | JpegCoefficients;

/** Large images are transformed and coded in bands of whole units, about so many pixels each: memory is for one band. */
const BAND_PIXELS = 1 << 16;

/**
 * @param caller name of the public function, for the message
 * @throws RangeError naming the field and its value
 */
export function assertJpegSource(source: JpegSource, settings: JpegSettings, caller: string): void {
  if (isCoefficients(source)) {
    if (settings.trellis > 0) {
      throw new RangeError(
        `${caller}: trellis ${settings.trellis} chooses levels from pixels, got levels that are chosen`,
      );
    }
    assertJpegCoefficients(source, settings, caller);
  } else assertPicture(source, `${caller}: image.`, { largestSide: LARGEST_JPEG_SIDE });
}

export function sourceHeader(source: JpegSource, settings: JpegSettings): FrameHeader {
  const { width, height } = source;
  const channels = isCoefficients(source) ? (source.coefficients.length as 1 | 3) : source.channels;
  return frameHeader({ width, height, channels }, settings);
}

/** The quantised coefficients of a source as a whole. */
export function sourceFrame(source: JpegSource, settings: JpegSettings): JpegFrame {
  return isCoefficients(source) ? coefficientsToFrame(source, settings) : imageToFrame(source, settings);
}

/** The quantised coefficients of a source, in bands from top to bottom. A trellis looks at the whole image at once. */
export function* sourceBands(source: JpegSource, settings: JpegSettings): Generator<JpegFrame> {
  if (isCoefficients(source) || settings.trellis > 0) {
    yield sourceFrame(source, settings);
    return;
  }
  const { data, width, height, channels } = source;
  const unitHeight = 8 * blocksPerUnit(sourceHeader(source, settings).components).down;
  const bandHeight = unitHeight * Math.max(1, Math.floor(BAND_PIXELS / (unitHeight * width)));
  for (let top = 0; top < height; top += bandHeight) {
    const bottom = Math.min(top + bandHeight, height);
    const rows = data.subarray(top * width * channels, bottom * width * channels);
    yield imageToFrame({ data: rows, width, height: bottom - top, channels }, settings);
  }
}

function isCoefficients(source: JpegSource): source is JpegCoefficients {
  return source !== null && typeof source === 'object' && 'coefficients' in source;
}
