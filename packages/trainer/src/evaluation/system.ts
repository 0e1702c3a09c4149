import { decodeBottleneck, encodeBottleneck } from '@sandwich/codec-proxy';
import { flatTables, type QuantizationTables, type RawImage, scaledTables } from '@sandwich/codecs';
import { tf } from '@sandwich/engine';
import type { Sandwich } from '@sandwich/models';
import { type Picture, toPictures, toRawImages, toTensor } from '../raw-images.js';

/** A setting of the codec, and how it is called in results. */
export interface CodecSetting {
  label: string;
  tables: QuantizationTables;
  /** Of flat tables, for the estimate of the rate by the proxy. */
  qstep?: number;
}

/** What is measured: networks around a codec, or the codec without them, at several settings. */
export interface System {
  name: string;
  description: string;
  model: Sandwich;
  settings: CodecSetting[];
  /** Of the images that it takes; default 8. */
  bitDepth?: number;
}

export const flatSettings = (qsteps: readonly number[]): CodecSetting[] =>
  qsteps.map((qstep) => ({ label: `flat ${qstep}`, tables: flatTables(qstep), qstep }));

export const annexKSettings = (qualities: readonly number[]): CodecSetting[] =>
  qualities.map((quality) => ({ label: `quality ${quality}`, tables: scaledTables(quality) }));

/** One image through one system at one setting. */
export interface Coding {
  /** Length of the JPEG files, bits. */
  bits: number;
  /** What the proxy estimates for the same bottleneck; only for flat tables. */
  estimatedBits?: number;
  /** Of the bit depth of the system. */
  prediction: Picture;
  bottleneck: RawImage;
  compressedBottleneck: RawImage;
}

/** Codes one image at each of the settings, through real JPEG files. */
export async function* codeImage(
  { model, settings, bitDepth = 8 }: Pick<System, 'model' | 'settings' | 'bitDepth'>,
  image: Picture,
): AsyncGenerator<Coding & { setting: CodecSetting }> {
  const { convertToYuv, downsampleChroma } = model.proxy;
  const bottleneck = tf.tidy(() => {
    const input = toTensor(image);
    return tf.round(tf.clipByValue(model.preprocess(input), 0, 255)) as tf.Tensor4D;
  });
  try {
    const [, height, width, channels] = bottleneck.shape;
    const size = { width, height, channels };
    const data = bottleneck.dataSync() as Float32Array;
    const [picture] = toRawImages(bottleneck);
    for (const setting of settings) {
      const { tables, qstep } = setting;
      const files = encodeBottleneck({ data, ...size }, { tables, convertToYuv, downsampleChroma });
      const decoded = await decodeBottleneck(files, { ...size, convertToYuv, downsampleChroma });
      const compressed = tf.tensor4d(new Float32Array(decoded.data), [1, height, width, channels]);
      const prediction = model.postprocess(compressed, image);
      const coding = {
        setting,
        bits: 8 * files.reduce((sum, file) => sum + file.length, 0),
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
