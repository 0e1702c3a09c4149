import { centreRegion, cropPicture, type Picture, type Region } from '@sandwich/pictures';
import type { SheetImage, SheetRow } from '../../reports/contact-sheet.js';
import { equalQualityMeasure, type MeasuredCoding } from '../compare-codings.js';
import type { InspectedItem } from '../inspect-run.js';
import { assertWithin } from '../region/check-region.js';
import { scaleOf } from '../shown-item.js';
import { strongestAnchor } from '../strongest-anchor.js';
import { frameRegion } from './frame-region.js';

const DEFAULT_SIDE = 96;
const measure = equalQualityMeasure;

const captionOf = ({ coder, bits, measures }: MeasuredCoding, { width, height }: Picture): string =>
  `${coder}: ${measures[measure.key]?.toFixed(measure.digits)} ${measure.unit} at ${(bits / (width * height)).toFixed(3)} bpp`;

/** The part of a view that covers a region of the picture. */
function coveredBy({ left, top, width, height }: Region, scale: number): Region {
  const [x, y] = [Math.floor(left / scale), Math.floor(top / scale)];
  return {
    left: x,
    top: y,
    width: Math.ceil((left + width) / scale) - x,
    height: Math.ceil((top + height) / scale) - y,
  };
}

/** A row of the figure of crops, each column with its name. */
export interface ComparisonRow extends SheetRow {
  images: readonly (SheetImage & { column: string })[];
}

/**
 * A row of the figure of crops: the picture with the region framed, then the region in the original, in the views of the candidate, in
 * its output and in that of the strongest anchor of each group. Columns are `framed`, `original`, and the names of views, candidate and
 * groups.
 *
 * @throws Error when the region is not within the picture
 */
export function comparisonRow(
  { name, picture, comparisons }: InspectedItem,
  index: number,
  region: Region = centreRegion(picture, DEFAULT_SIDE),
): ComparisonRow {
  const { left, top, width, height } = region;
  assertWithin(region, name, picture);
  const { candidate, anchors } = comparisons[index];
  const groups = [...new Set(anchors.map(({ group }) => group))];
  const strongest = groups.map((group) => strongestAnchor([comparisons[index]], measure, group));
  const crop = (view: Picture<Uint8Array>) => cropPicture(view, coveredBy(region, scaleOf(view, picture)));
  const outputs = [
    { column: candidate.coder, ...candidate },
    ...anchors.filter(({ coder }) => strongest.includes(coder)).map((anchor) => ({ column: anchor.group, ...anchor })),
  ];
  return {
    label: `${name}, ${candidate.setting}`,
    images: [
      { column: 'framed', caption: 'original', image: frameRegion(picture, region) },
      { column: 'original', caption: `original, ${width}x${height} at ${left},${top}`, image: crop(picture) },
      ...Object.entries(candidate.views).map(([name, view]) => ({ column: name, caption: name, image: crop(view) })),
      ...outputs.map(({ column, ...coding }) => ({
        column,
        caption: captionOf(coding, picture),
        image: crop(coding.output),
      })),
    ],
  };
}
