import type { ShownCoding, ShownImage, ShownPicture } from '@sandwich/inspector';
import { cropPicture, type Picture } from '@sandwich/pictures';
import type { Comparison, MeasuredCoding } from './code-comparison.js';
import { shownPicture } from './shown-picture.js';

/** A bottleneck without its padding. @param downsampleFactor of the sandwich */
export function withoutPadding(
  bottleneck: Picture<Uint8Array>,
  { width, height }: { width: number; height: number },
  downsampleFactor: number,
): Picture<Uint8Array> {
  const size = { width: Math.ceil(width / downsampleFactor), height: Math.ceil(height / downsampleFactor) };
  return cropPicture(bottleneck, { left: 0, top: 0, ...size });
}

/** What the page shows of an image. @param downsampleFactor of the sandwich */
export async function shownImage(
  name: string,
  image: Picture<Uint8Array>,
  comparisons: readonly Comparison[],
  downsampleFactor: number,
): Promise<ShownImage> {
  const coding = async ({ prediction, ...measured }: MeasuredCoding): Promise<ShownCoding> => ({
    ...measured,
    picture: await shownPicture(prediction),
  });
  const inner = (bottleneck: Picture<Uint8Array>): Promise<ShownPicture> =>
    shownPicture(withoutPadding(bottleneck, image, downsampleFactor), downsampleFactor);
  const rates: ShownImage['rates'] = [];
  for (const { sandwich, compressedBottleneck, plain } of comparisons) {
    rates.push({
      sandwich: await coding(sandwich),
      compressedBottleneck: await inner(compressedBottleneck),
      plain: await coding(plain),
    });
  }
  const { width, height } = image;
  const original = await shownPicture(image);
  return { name, width, height, original, bottleneck: await inner(comparisons[0].bottleneck), rates };
}
