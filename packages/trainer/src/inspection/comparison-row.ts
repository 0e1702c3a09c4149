import type { SheetRow } from '@sandwich/inspector';
import { centreRegion, cropPicture, type Picture, type Region } from '@sandwich/pictures';
import { assertWithin } from './check-region.js';
import type { MeasuredCoding } from './code-comparison.js';
import { frameRegion } from './frame-region.js';
import type { InspectedImage } from './inspect-run.js';
import { withoutPadding } from './shown-image.js';

const DEFAULT_SIDE = 96;

const caption = ({ name, bpp, measures }: MeasuredCoding): string =>
  `${name}: ${measures['psnr-rgb']?.toFixed(2)} dB at ${bpp.toFixed(3)} bpp`;

/** The part of a bottleneck that covers a region of the image. */
function coveredBy({ left, top, width, height }: Region, scale: number): Region {
  const [x, y] = [Math.floor(left / scale), Math.floor(top / scale)];
  return {
    left: x,
    top: y,
    width: Math.ceil((left + width) / scale) - x,
    height: Math.ceil((top + height) / scale) - y,
  };
}

/**
 * A row of the figure of crops: the image with the region framed, then the region in the original, the bottleneck, the
 * compressed bottleneck, the reconstruction and in what the plain codec made.
 *
 * @throws Error when the region is not within the image
 */
export function comparisonRow(
  { name, image, comparisons }: InspectedImage,
  index: number,
  downsampleFactor: number,
  region: Region = centreRegion(image, DEFAULT_SIDE),
): SheetRow {
  const { left, top, width, height } = region;
  assertWithin(region, name, image);
  const { sandwich, plain, bottleneck, compressedBottleneck } = comparisons[index];
  const crop = (picture: Picture<Uint8Array>) => cropPicture(picture, region);
  const inner = (picture: Picture<Uint8Array>) =>
    cropPicture(withoutPadding(picture, image, downsampleFactor), coveredBy(region, downsampleFactor));
  return {
    label: `${name}, ${sandwich.setting}`,
    images: [
      { caption: 'original', image: frameRegion(image, region) },
      { caption: `${width}x${height} at ${left},${top}`, image: crop(image) },
      { caption: 'bottleneck', image: inner(bottleneck) },
      { caption: 'compressed bottleneck', image: inner(compressedBottleneck) },
      { caption: caption(sandwich), image: crop(sandwich.prediction) },
      { caption: caption(plain), image: crop(plain.prediction) },
    ],
  };
}
