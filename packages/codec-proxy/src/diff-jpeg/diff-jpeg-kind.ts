import type { CodecKind } from '../codec-kind.js';
import { rateModelOfName } from '../rate/named-rate-models.js';
import { roundingOfName } from '../rounding/roundings.js';
import { DiffJpegCodec } from './diff-jpeg-codec.js';
import type { DiffJpegCodecDescription } from './diff-jpeg-codec-options.js';

/** Builds a `DiffJpegCodec`. */
export const diffJpegKind: CodecKind<DiffJpegCodecDescription> = {
  build: ({ codec, rounding, rateModel, ...options }) =>
    new DiffJpegCodec({
      ...options,
      rounding: roundingOfName('DiffJpegCodec', rounding),
      rateModel: rateModelOfName('DiffJpegCodec', rateModel),
    }),
  missing({ rounding, rateModel }) {
    if (rounding === null) return "the codec proxy's rounding is a function of its own, not one of `roundings`";
    if (rateModel === null) return "the codec proxy's rate model is a function of its own, not one of `rateModels`";
    return undefined;
  },
};
