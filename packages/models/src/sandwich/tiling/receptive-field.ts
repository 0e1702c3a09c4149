import { unetDefaults } from '@sandwich/unets';
import { carrierReach } from '../processor/color-carrier.js';
import { detailReach } from '../processor/detail-packing.js';
import type { SandwichArchitecture, UNetArchitecture } from '../sandwich-architecture.js';

/** Samples of one axis, from `start` to before `end`. */
interface Interval {
  start: number;
  end: number;
}

const grow = ({ start, end }: Interval, by: number): Interval => ({ start: start - by, end: end + by });

const union = (a: Interval, b: Interval): Interval => ({
  start: Math.min(a.start, b.start),
  end: Math.max(a.end, b.end),
});

/** Bilinear upsampling x2, half-pixel centres: 2k takes k - 1 and k, 2k + 1 takes k and k + 1. */
const beforeUpsampling = ({ start, end }: Interval): Interval => ({
  start: Math.floor((start - 1) / 2),
  end: Math.floor(end / 2) + 1,
});

/** Sample i is the odd one of a pair, 2i + 1. */
const beforeOddSamples = ({ start, end }: Interval): Interval => ({ start: 2 * start + 1, end: 2 * end });

/**
 * How far, in pixels, the outputs of a U-Net look beyond their own place. Outputs whose place begins and ends at a multiple of
 * the network's `sizeMultiple` are followed backwards through the layers that `UNet` lists: a convolution takes one sample more
 * on both sides.
 */
export function unetReach(
  options: Pick<
    UNetArchitecture,
    'encoderFilters' | 'decoderFilters' | 'variant' | 'convolutionsPerBlock'
  > = unetDefaults,
): number {
  const { encoderFilters, decoderFilters, variant, convolutionsPerBlock } = options;
  const levels = encoderFilters.length - (variant === 'textbook' ? 0 : 1);
  const last = decoderFilters.length - 1;
  const length = 2 ** levels;

  let needed = grow({ start: 0, end: length }, 1 + convolutionsPerBlock);
  const skips: Interval[] = [];
  for (let block = last - 1; block >= 0; block--) {
    if (block >= last - levels) {
      skips.push(needed);
      needed = beforeUpsampling(needed);
    }
    needed = grow(needed, convolutionsPerBlock);
  }
  for (const skip of skips.reverse()) needed = grow(union(beforeOddSamples(needed), skip), convolutionsPerBlock);
  return Math.max(-needed.start, needed.end - length);
}

/**
 * How far, in pixels of the image, both halves of a sandwich look beyond the place of what they make: U-Nets, resampling
 * kernels (bicubic widened by the factor f, radius 2f pixels about a centre f / 2 inside; Lanczos, 3f pixels), the filters of a
 * colour carrier, and the loop filter, which works at the codec's size. Beside packed details the U-Nets work at that size, too, and nothing is resampled.
 */
export function sandwichReach(architecture: SandwichArchitecture): { pre: number; post: number } {
  const { downsampleFactor: factor, pre, post, loopFilter, startFrom } = architecture;
  const unets = { pre: pre ? unetReach(pre) : 0, post: post ? unetReach(post) : 0 };
  const afterCodec = factor * (loopFilter ? unetReach(loopFilter) : 0);
  if (startFrom === 'details') {
    return {
      pre: Math.max(factor * unets.pre, detailReach.pre),
      post: Math.max(factor * unets.post, detailReach.post) + afterCodec,
    };
  }
  const carrier = startFrom ? carrierReach : { pre: 0, post: 0 };
  const [reduction, enlargement] = factor === 1 ? [0, 0] : [Math.ceil(1.5 * factor), 3];
  const beforePost = Math.ceil(Math.max(unets.post, carrier.post) / factor) + enlargement;
  return { pre: reduction + Math.max(unets.pre, carrier.pre), post: factor * beforePost + afterCodec };
}
