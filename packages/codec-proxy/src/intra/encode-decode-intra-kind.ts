import type { CodecKind } from '../codec-kind.js';
import { rateModelOfName } from '../rate/named-rate-models.js';
import { roundingOfName } from '../rounding/roundings.js';
import { EncodeDecodeIntra } from './encode-decode-intra.js';
import type { EncodeDecodeIntraDescription } from './encode-decode-intra-options.js';

/** Builds an `EncodeDecodeIntra`; options that an older version did not know have their defaults. */
export const encodeDecodeIntraKind: CodecKind<EncodeDecodeIntraDescription> = {
  build({ codec, roundingFn: name, rateModel, forward, ...options }) {
    const roundingFn = roundingOfName('EncodeDecodeIntra', name);
    if (forward === null) throw new Error('EncodeDecodeIntra: forward must be proxy, real or a codec, got null');
    return new EncodeDecodeIntra({
      ...options,
      roundingFn,
      rateModel: rateModelOfName('EncodeDecodeIntra', rateModel),
      forward,
    });
  },
  missing({ roundingFn, rateModel, forward }) {
    if (roundingFn === null) return "the codec proxy's rounding is a function of its own, not one of `roundings`";
    if (rateModel === null) return "the codec proxy's rate model is a function of its own, not one of `rateModels`";
    if (forward === null) return 'the codec proxy runs a real codec of its own, not one of `startRealCodec`';
    return undefined;
  },
};
