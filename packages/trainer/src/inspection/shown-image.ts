import type { RawImage } from '@sandwich/codecs';
import type { ShownCoding, ShownImage, ShownPicture } from '@sandwich/inspector';
import type { Comparison, MeasuredCoding } from './code-comparison.js';
import { cropPicture } from './crop-picture.js';
import { shownPicture } from './shown-picture.js';

/** A bottleneck without its padding, and how many pixels of the image each of its own covers. */
export function withoutPadding(
  bottleneck: RawImage,
  { width, height }: { width: number; height: number },
  sizeMultiple: number,
): { picture: RawImage; scale: number } {
  const scale = (Math.ceil(width / sizeMultiple) * sizeMultiple) / bottleneck.width;
  const size = { width: Math.ceil(width / scale), height: Math.ceil(height / scale) };
  return { picture: cropPicture(bottleneck, { left: 0, top: 0, ...size }), scale };
}

/** What the page shows of an image. @param sizeMultiple of the sandwich */
export async function shownImage(
  name: string,
  image: RawImage,
  comparisons: readonly Comparison[],
  sizeMultiple: number,
): Promise<ShownImage> {
  const coding = async ({ prediction, ...measured }: MeasuredCoding): Promise<ShownCoding> => ({
    ...measured,
    picture: await shownPicture(prediction),
  });
  const inner = (bottleneck: RawImage): Promise<ShownPicture> => {
    const { picture, scale } = withoutPadding(bottleneck, image, sizeMultiple);
    return shownPicture(picture, scale);
  };
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
