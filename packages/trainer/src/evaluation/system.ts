import { availableParallelism } from 'node:os';
import {
  type CodecAtQuality,
  type CodedBottleneck,
  codeBottleneck,
  decodeBottleneck,
  encodeBottleneck,
  type FileLayout,
  type PixelArray,
} from '@sandwich/codec-proxy';
import { type Codec, flatTables, type QuantizationTables, type RawImage, scaledTables } from '@sandwich/codecs';
import { tf } from '@sandwich/engine';
import type { Sandwich } from '@sandwich/models';
import { type Picture, toPictures, toRawImages, toTensor } from '../raw-images.js';
import { inOrder } from './in-order.js';

/** JPEG with these tables. */
export interface JpegSetting {
  /** In results. */
  label: string;
  tables: QuantizationTables;
  /** Of flat tables, for the estimate of the rate by the proxy. */
  qstep?: number;
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
  /** Of the images that it takes; default 8. */
  bitDepth?: number;
}

/** JPEG at quantiser steps of 1 to 255, the same for all coefficients. */
export const flatSettings = (qsteps: readonly number[]): JpegSetting[] =>
  qsteps.map((qstep) => ({ label: `flat ${qstep}`, tables: flatTables(qstep), qstep }));

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
  bottleneck: RawImage;
  compressedBottleneck: RawImage;
}

/** What the codec gets of an image, whole numbers in [0, 255]. The caller's to dispose. */
export const bottleneckOf = (model: Sandwich, image: Picture): tf.Tensor4D =>
  tf.tidy(() => tf.round(tf.clipByValue(model.preprocess(toTensor(image)), 0, 255)) as tf.Tensor4D);

/** The one image of a batch. */
export function toPixelArray(batch: tf.Tensor4D): PixelArray {
  const [, height, width, channels] = batch.shape;
  return { data: batch.dataSync<'float32'>(), width, height, channels };
}

async function throughFiles(pixels: PixelArray, setting: CodecSetting, layout: FileLayout): Promise<CodedBottleneck> {
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
 * many settings at a time as there are cores.
 */
export async function* codeImage(
  { model, settings, bitDepth = 8 }: Pick<System, 'model' | 'settings' | 'bitDepth'>,
  image: Picture,
): AsyncGenerator<Coding & { setting: CodecSetting }> {
  const { convertToYuv, downsampleChroma } = model.proxy;
  const bottleneck = bottleneckOf(model, image);
  try {
    const pixels = toPixelArray(bottleneck);
    const [picture] = toRawImages(bottleneck);
    const work = settings.map((setting) => async () => ({
      setting,
      ...(await throughFiles(pixels, setting, { convertToYuv, downsampleChroma })),
    }));
    for await (const { setting, decoded, bits } of inOrder(work, availableParallelism())) {
      const qstep = 'codec' in setting ? undefined : setting.qstep;
      const compressed = tf.tensor4d(new Float32Array(decoded.data), bottleneck.shape);
      const prediction = model.postprocess(compressed, image);
      const coding = {
        setting,
        bits,
        estimatedBits:
          qstep === undefined ? undefined : tf.tidy(() => model.proxy.apply(bottleneck, { qstep }).rate.dataSync()[0]),
        prediction: toPictures(prediction, bitDepth)[0],
        bottleneck: picture,
        compressedBottleneck: toRawImages(compressed)[0],
      };
      tf.dispose([compressed, prediction]);
      yield coding;
    }
  } finally {
    bottleneck.dispose();
  }
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
