import type { CodecKind } from '../codec-kind.js';
import { roundingOfName } from '../rounding/roundings.js';
import { DiffJpegCodec } from './diff-jpeg-codec.js';
import type { DiffJpegCodecDescription } from './diff-jpeg-codec-options.js';

/** Builds a `DiffJpegCodec`. */
export const diffJpegKind: CodecKind<DiffJpegCodecDescription> = {
  build: ({ codec, rounding, ...options }) =>
    new DiffJpegCodec({ ...options, rounding: roundingOfName('DiffJpegCodec', rounding) }),
  missing: ({ rounding }) =>
    rounding === null ? "the codec proxy's rounding is a function of its own, not one of `roundings`" : undefined,
};
