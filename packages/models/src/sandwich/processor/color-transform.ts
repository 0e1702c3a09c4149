import { rgbFromYuv, yuvFromRgb } from '@sandwich/codec-proxy';
import type { LinearMap } from '@sandwich/unets';

/**
 * 'identity': the bottleneck holds the image's channels. 'yuv': it holds the first channels of its BT.601 YUV. 'wide-yuv': the same with 1.6 times the chroma,
 * so that rounding to 8 bits costs less of it; what that drives out of range is clipped, chroma of more than 0.625 times the largest.
 */
export type ColorTransform = 'identity' | 'yuv' | 'wide-yuv';

const WIDE_CHROMA = 1.6;
/** Factors of Y, U and V. */
const FACTORS = { yuv: [1, 1, 1], 'wide-yuv': [1, WIDE_CHROMA, WIDE_CHROMA] };

const identity = (channels: number): LinearMap =>
  Array.from({ length: channels }, (_, i) => Array.from({ length: channels }, (_, j) => (i === j ? 1 : 0)));

/** The transform that fits: the identity where channel counts agree, else YUV. */
const fitting = (channels: number, bottleneckChannels: number): ColorTransform =>
  channels === bottleneckChannels ? 'identity' : 'yuv';

function check(transform: ColorTransform, channels: number, bottleneckChannels: number, what: string): void {
  const fits =
    transform === 'identity' ? channels === bottleneckChannels : channels === 3 && bottleneckChannels <= channels;
  if (!fits)
    throw new RangeError(
      `Sandwich: the ${transform} transform does not map ${channels} ${what} channels to ${bottleneckChannels} bottleneck channels ` +
        `(identity takes equal counts, yuv and wide-yuv take 3 to at most 3): give that side networks with random initial weights`,
    );
}

/**
 * Normalised images to normalised bottleneck, [inputChannels][bottleneckChannels]. The weights of luma sum to one and those
 * of a colour difference to zero, so that (x - 128) / 255 of RGB maps to that of YUV, chroma offset included, without a
 * constant term.
 */
export function transformToBottleneck(
  inputChannels: number,
  bottleneckChannels: number,
  transform: ColorTransform = fitting(inputChannels, bottleneckChannels),
): LinearMap {
  check(transform, inputChannels, bottleneckChannels, 'input');
  if (transform === 'identity') return identity(inputChannels);
  const factors = FACTORS[transform].slice(0, bottleneckChannels);
  return yuvFromRgb.map((row) => factors.map((factor, i) => factor * row[i]));
}

/** Back again, [bottleneckChannels][outputChannels]; YUV channels that the bottleneck lacks count as neutral, so that luma becomes gray. */
export function transformFromBottleneck(
  bottleneckChannels: number,
  outputChannels: number,
  transform: ColorTransform = fitting(outputChannels, bottleneckChannels),
): LinearMap {
  check(transform, outputChannels, bottleneckChannels, 'output');
  if (transform === 'identity') return identity(outputChannels);
  return FACTORS[transform]
    .slice(0, bottleneckChannels)
    .map((factor, i) => rgbFromYuv[i].map((weight) => weight / factor));
}
