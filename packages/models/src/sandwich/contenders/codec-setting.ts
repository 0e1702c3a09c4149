import {
  type CodecFiles,
  type CodedBottleneck,
  codeBottleneck,
  decodeBottleneck,
  encodeBottleneck,
  type FileLayout,
} from '@sandwich/codec-proxy';
import { type Codec, flatTables, type QuantizationTables, scaledTables, tableStep } from '@sandwich/codecs';
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

const throughJpeg = (tables: QuantizationTables, trellis?: number): Pick<CodecSetting, 'step' | 'code'> => ({
  step: () => Math.fround(tableStep(tables.luma)),
  async code(pixels, layout) {
    const { width, height, channels } = pixels;
    const files = encodeBottleneck(pixels, { tables, trellis, ...layout });
    return {
      decoded: await decodeBottleneck(files, { width, height, channels, ...layout }),
      bits: 8 * files.reduce((sum, file) => sum + file.length, 0),
    };
  },
});

/** JPEG at quantiser steps of 1 to 255, the same for all coefficients. */
export const flatSettings = (qsteps: readonly number[]): CodecSetting[] =>
  qsteps.map((qstep) => ({ name: `flat ${qstep}`, qstep, ...throughJpeg(flatTables(qstep)) }));

/** What a bit is worth at a quantiser step in squared error: the slope of a good encoder, see `JpegOptions.trellis`. */
export const priceAt = (qstep: number): number => (qstep ** 2 * Math.LN2) / 6;

/** `flatSettings`, with levels that a rate-distortion optimised encoder chooses in place of the rounded ones. */
export const trellisSettings = (qsteps: readonly number[]): CodecSetting[] =>
  qsteps.map((qstep) => ({ name: `flat ${qstep}`, ...throughJpeg(flatTables(qstep), priceAt(qstep)) }));

/** How settings of trained tables are called, before their scale. */
export const TRAINED_TABLES = 'trained tables x';

/** JPEG with the tables that networks were trained with, all steps times a factor. */
export const scaledSettings = (
  { tables }: Pick<Required<CodecFiles>, 'tables'>,
  stepScales: readonly number[],
): CodecSetting[] =>
  stepScales.map((stepScale) => ({
    name: `${TRAINED_TABLES} ${stepScale}`,
    stepScale,
    ...throughJpeg(tables(stepScale)),
  }));

/** JPEG with the tables of Annex K, scaled as libjpeg scales them for qualities of 1 to 100. */
export const annexKSettings = (qualities: readonly number[]): CodecSetting[] =>
  qualities.map((quality) => ({ name: `quality ${quality}`, ...throughJpeg(scaledTables(quality)) }));

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
