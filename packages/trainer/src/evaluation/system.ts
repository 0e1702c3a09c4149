import { availableParallelism } from 'node:os';
import {
  type CodecAtQuality,
  type CodecFiles,
  type CodedBottleneck,
  codeBottleneck,
  decodeBottleneck,
  encodeBottleneck,
  type FileLayout,
} from '@sandwich/codec-proxy';
import { type Codec, flatTables, type QuantizationTables, scaledTables } from '@sandwich/codecs';
import { codecFiles, postprocessInTiles, preprocessInTiles, type Sandwich } from '@sandwich/models';
import { firstChannels, type Picture, toSamples } from '@sandwich/pictures';
import { inOrder } from './in-order.js';

/** JPEG with these tables. */
export interface JpegSetting {
  /** In results. */
  label: string;
  tables: QuantizationTables;
  /** Of flat tables, for the estimate of the rate by the proxy. */
  qstep?: number;
  /** Factor on the steps that the networks were trained with, for that estimate. */
  stepScale?: number;
}

/** Any codec at a quality. */
export interface QualitySetting extends CodecAtQuality {
  /** In results. */
  label: string;
}

/** A setting of the codec, and how it is called in results. */
export type CodecSetting = JpegSetting | QualitySetting;

/** What is measured: networks around a codec, or the codec without them, at several settings. */
export interface System {
  name: string;
  description: string;
  model: Sandwich;
  settings: CodecSetting[];
  /** For codecs without networks: what the best of those of one name is called in comparisons. */
  anchor?: string;
  /** Of the images that it takes; default 8. */
  bitDepth?: number;
}

/** JPEG at quantiser steps of 1 to 255, the same for all coefficients. */
export const flatSettings = (qsteps: readonly number[]): JpegSetting[] =>
  qsteps.map((qstep) => ({ label: `flat ${qstep}`, tables: flatTables(qstep), qstep }));

/** JPEG with the tables that networks were trained with, all steps times a factor. */
export const scaledSettings = (
  { tables }: Pick<Required<CodecFiles>, 'tables'>,
  stepScales: readonly number[],
): JpegSetting[] =>
  stepScales.map((stepScale) => ({
    label: `trained tables x ${stepScale}`,
    tables: tables(stepScale),
    stepScale,
  }));

/** JPEG with the tables of Annex K, scaled as libjpeg scales them for qualities of 1 to 100. */
export const annexKSettings = (qualities: readonly number[]): JpegSetting[] =>
  qualities.map((quality) => ({ label: `quality ${quality}`, tables: scaledTables(quality) }));

/** A codec, of `@sandwich/codecs` or your own, at some qualities. */
export const qualitySettings = (codec: Pick<Codec, 'encode' | 'decode'>, qualities: readonly number[]) =>
  qualities.map((quality): QualitySetting => ({ label: `quality ${quality}`, codec, quality }));

/** One image through one system at one setting. */
export interface Coding {
  /** Length of the files, bits. */
  bits: number;
  /** What the proxy estimates for the same bottleneck; only for flat tables. */
  estimatedBits?: number;
  /** Of the bit depth of the system. */
  prediction: Picture;
  bottleneck: Picture<Uint8Array>;
  compressedBottleneck: Picture<Uint8Array>;
}

/** Smaller than for a codec alone: beside the activations there is what metrics need. */
const TILES = { tile: 256 };

async function throughFiles(
  pixels: Picture<Uint8Array | Float32Array, number>,
  setting: CodecSetting,
  layout: FileLayout,
): Promise<CodedBottleneck> {
  if ('codec' in setting) return codeBottleneck(pixels, setting, layout);
  const { width, height, channels } = pixels;
  const files = encodeBottleneck(pixels, { tables: setting.tables, ...layout });
  return {
    decoded: await decodeBottleneck(files, { width, height, channels, ...layout }),
    bits: 8 * files.reduce((sum, file) => sum + file.length, 0),
  };
}

/**
 * Codes one image at each of the settings, through real files. The pre-processor runs once; codecs run beside the post-processor, for as
 * many settings at a time as there are cores. Networks see the image in tiles.
 */
export async function* codeImage(
  { model, settings }: Pick<System, 'model' | 'settings'>,
  image: Picture,
): AsyncGenerator<Coding & { setting: CodecSetting }> {
  const files = codecFiles(model);
  const bottleneck = await preprocessInTiles(model, image, TILES);
  const picture = firstChannels(bottleneck);
  const work = settings.map((setting) => async () => ({
    setting,
    ...(await throughFiles(bottleneck, setting, files.layout)),
  }));
  for await (const { setting, decoded, bits } of inOrder(work, availableParallelism())) {
    const stepScale = 'codec' in setting ? undefined : stepScaleOf(setting, files);
    yield {
      setting,
      bits,
      estimatedBits: stepScale === undefined ? undefined : files.estimateBits?.(bottleneck, stepScale),
      prediction: firstChannels(await postprocessInTiles(model, decoded, image, TILES)),
      bottleneck: picture,
      compressedBottleneck: firstChannels({ ...decoded, data: toSamples(new Float32Array(decoded.data), 8) }),
    };
  }
}

/** By what the steps that the networks were trained with are multiplied in these tables. */
function stepScaleOf({ stepScale, qstep }: JpegSetting, files: CodecFiles): number | undefined {
  const trained = files.flatStep?.();
  return stepScale ?? (qstep && trained && qstep / trained);
}

/** As `codeImage`, at one of the system's settings. */
export async function codeImageAt(
  system: System,
  index: number,
  image: Picture,
): Promise<Coding & { setting: CodecSetting }> {
  const codings = codeImage({ ...system, settings: [system.settings[index]] }, image);
  const { value } = await codings.next();
  await codings.return(undefined);
  return value;
}
