import type { Picture } from '@sandwich/pictures';
import { type CodedCurve, chooseCurve } from '../companding/choose-curve.js';
import type { Sandwich } from '../sandwich.js';
import { preprocessInTiles, SMALL_TILES } from '../tiling/tiles.js';
import { keptOfLastPicture } from './kept-of-last-picture.js';

/** What both networks are told of a picture's file: the quantiser step where they are conditioned on it, the exponent where a curve lies around them. */
export interface FileCondition {
  step?: number;
  exponent?: number;
}

/** What comes out of a pre-processor for a picture. */
export type BottleneckOf = (image: Picture, condition: FileCondition) => Promise<Picture<Uint8Array, number>>;

/** The pre-processor of a model, whose passes over a picture several coders share: those over the last one are kept. */
export const sharedPreprocessor = (model: Sandwich): BottleneckOf =>
  keptOfLastPicture(
    (image, { step, exponent }: FileCondition) => preprocessInTiles(model, image, { ...SMALL_TILES, step, exponent }),
    ({ step, exponent }) => `${step} ${exponent}`,
  );

/** The curve of a picture at a slope, a step of the plain codec. */
export type CurveOf = (image: Picture, slope: number) => Promise<CodedCurve>;

/** What `chooseCurve` finds by a code, for several coders: the curves of the last picture are kept. */
export function sharedCurves(code: Sandwich): CurveOf {
  const bottleneckOf = sharedPreprocessor(code);
  return keptOfLastPicture(
    (image, slope: number) => chooseCurve(code, image, slope, (exponent) => bottleneckOf(image, { exponent })),
    (slope) => slope,
  );
}
