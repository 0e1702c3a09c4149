import {
  type CodecFiles,
  type CodedBottleneck,
  codeBottleneck,
  decodeBottleneck,
  encodeBottleneck,
  type FileLayout,
} from '@sandwich/codec-proxy';
import { type Codec, flatTables, priceOfBit, type QuantizationTables, scaledTables, tableStep } from '@sandwich/codecs';
import type { Picture } from '@sandwich/pictures';

/** A real codec at one of its settings. */
export interface CodecSetting {
  /** In results. */
  name: string;
  /** Quantiser step, where it is the same for all coefficients: the rate can be estimated. */
  qstep?: number;
  /** Factor on the steps that networks were trained with, likewise. */
  stepScale?: number;
  /**
   * What networks that are conditioned on the quantiser step are told, a float32: `tableStep` of the tables for luma, or what the codec says;
   * absent where it does not.
   */
  step?(): number;
  /** Writes the files of a bottleneck and reads them back. */
  code(bottleneck: Picture<Uint8Array, number>, layout: FileLayout): Promise<CodedBottleneck>;
}

/** How JPEG files are written. */
export interface JpegFileOptions {
  /** Chooses levels by rate and distortion, at the price of a bit that suits the tables' step for luma, instead of rounding. Default false. */
  trellis?: boolean;
}

/** What a rate estimate needs is left out where levels are not rounded: it would be of other bits. */
function throughJpeg(
  name: string,
  tables: QuantizationTables,
  scale: Pick<CodecSetting, 'qstep' | 'stepScale'>,
  { trellis = false }: JpegFileOptions = {},
): CodecSetting {
  const step = tableStep(tables.luma);
  const price = trellis ? priceOfBit(step) : undefined;
  return {
    name,
    ...(!trellis && scale),
    step: () => Math.fround(step),
    async code(pixels, layout) {
      const { width, height, channels } = pixels;
      const files = encodeBottleneck(pixels, { tables, trellis: price, ...layout });
      return {
        decoded: await decodeBottleneck(files, { width, height, channels, ...layout }),
        bits: 8 * files.reduce((sum, file) => sum + file.length, 0),
      };
    },
  };
}

/** JPEG at quantiser steps of 1 to 255, the same for all coefficients. */
export const flatSettings = (qsteps: readonly number[], options?: JpegFileOptions): CodecSetting[] =>
  qsteps.map((qstep) => throughJpeg(`flat ${qstep}`, flatTables(qstep), { qstep }, options));

/** A slope for networks behind a companding curve: `chooseCurve` finds the exponent and the step of flat tables for each picture. */
export interface CurveSetting {
  /** In results. */
  name: string;
  /** The step of the plain codec at which a bit is worth as much, positive. */
  slope: number;
}

/** What the names of slopes begin with, before the step. */
export const SLOPE_OF_FLAT = 'slope of flat';

/** Settings of slopes, one for each step of the plain codec. */
export const slopeSettings = (slopes: readonly number[]): CurveSetting[] =>
  slopes.map((slope) => ({ name: `${SLOPE_OF_FLAT} ${slope}`, slope }));

/** What the names of trained tables begin with, before their scale. */
export const TRAINED_TABLES = 'trained tables x';

/** JPEG with the tables that networks were trained with, all steps times a factor. */
export const scaledSettings = (
  { tables }: Pick<Required<CodecFiles>, 'tables'>,
  stepScales: readonly number[],
  options?: JpegFileOptions,
): CodecSetting[] =>
  stepScales.map((stepScale) =>
    throughJpeg(`${TRAINED_TABLES} ${stepScale}`, tables(stepScale), { stepScale }, options),
  );

/** JPEG with the tables of Annex K, scaled as libjpeg scales them for qualities of 1 to 100. */
export const annexKSettings = (qualities: readonly number[], options?: JpegFileOptions): CodecSetting[] =>
  qualities.map((quality) => throughJpeg(`quality ${quality}`, scaledTables(quality), {}, options));

/** A codec, of `@sandwich/codecs` or your own, at some qualities. */
export const qualitySettings = (
  codec: Pick<Codec, 'encode' | 'decode' | 'step'>,
  qualities: readonly number[],
): CodecSetting[] =>
  qualities.map((quality) => ({
    name: `quality ${quality}`,
    ...(codec.step && { step: () => Math.fround(codec.step!(quality)) }),
    code: (pixels, layout) => codeBottleneck(pixels, { codec, quality }, layout),
  }));
