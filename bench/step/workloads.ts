import { loadSharp, type Picture } from '@sandwich/pictures';
// What is timed on our side, by name. Each is started in a process of its own and returns the function that one run calls.

import { join } from 'node:path';
import { diffJpeg, encodeBottleneck } from '@sandwich/codec-proxy';
import { flatTables } from '@sandwich/codecs';
import { findImages, openDataset } from '@sandwich/data';
import { tf } from '@sandwich/engine';
import { evaluate, psnrMeasures } from '@sandwich/evaluation';
import { loadLpips } from '@sandwich/losses';
import { annexKSettings, lpipsWeightsFile, sandwichCoder } from '@sandwich/models';
import { createSandwich, createTrainingStep } from './training-step.js';

export const BATCH = 8;
export const SIDE = 128;

type Run = () => unknown;

/** (7 i mod 256) and the same with noise of the golden ratio: peers compute the same. */
function images(): [tf.Tensor4D, tf.Tensor4D] {
  const size = BATCH * SIDE * SIDE * 3;
  const a = Float32Array.from({ length: size }, (_, i) => (7 * i) % 256);
  const b = a.map((value, i) => value + 20 * (((i * 0.618034) % 1) - 0.5));
  return [a, b].map((values) => tf.tensor4d(values, [BATCH, SIDE, SIDE, 3])) as [tf.Tensor4D, tf.Tensor4D];
}

/** A run of a loss and its gradient to an image. */
function differentiated(x: tf.Tensor4D, loss: (x: tf.Tensor4D) => tf.Scalar): Run {
  const differentiate = tf.valueAndGrad((x) => loss(x as tf.Tensor4D));
  return () => {
    const result = differentiate(x);
    const [value] = result.value.dataSync();
    tf.dispose(result);
    return value;
  };
}

function photographs(): string {
  const { SANDWICH_DATA } = process.env;
  if (!SANDWICH_DATA) throw new Error('set SANDWICH_DATA to a folder that holds photos/');
  return join(SANDWICH_DATA, 'photos');
}

/** The first photograph, filled up to 1920x1080. */
async function fullHd(): Promise<Picture<Uint8Array>> {
  const [file] = await findImages(photographs());
  const sharp = await loadSharp();
  const pixels = sharp(file).resize(1920, 1080, { fit: 'cover' }).removeAlpha().raw();
  const { data, info } = await pixels.toBuffer({ resolveWithObject: true });
  return { data: new Uint8Array(data), width: info.width, height: info.height, channels: 3 };
}

/** What the training steps take; the other workloads are as they are. */
export interface WorkloadSettings {
  batch: number;
  replay: boolean;
}

export const workloads: Record<string, (settings: WorkloadSettings) => Run | Promise<Run>> = {
  slim: ({ batch, replay }) => createTrainingStep('slim', batch, SIDE, { replay }),
  medium: ({ batch, replay }) => createTrainingStep('medium', batch, SIDE, { replay }),
  full: ({ batch, replay }) => createTrainingStep('full', batch, SIDE, { replay }),
  slimJpeg: ({ batch, replay }) => createTrainingStep('slim', batch, SIDE, { rate: 'jpeg', replay }),
  mediumJpeg: ({ batch, replay }) => createTrainingStep('medium', batch, SIDE, { rate: 'jpeg', replay }),
  fullJpeg: ({ batch, replay }) => createTrainingStep('full', batch, SIDE, { rate: 'jpeg', replay }),

  lpips: async () => {
    const [a, b] = images();
    const lpips = await loadLpips({ net: 'alex', weights: lpipsWeightsFile('alex') });
    return differentiated(a, (x) => tf.sum(lpips(x, b)));
  },

  diffJpeg: () => {
    const [a] = images();
    const quality = tf.fill<tf.Rank.R1>([BATCH], 30);
    return differentiated(a, (x) => tf.mean(tf.squaredDifference(diffJpeg(x, quality, { ste: true }), a)));
  },

  pipeline: async () => {
    const dataset = await openDataset({ images: await findImages(photographs()), crop: SIDE, seed: 1 });
    return () => dataset.nextBatch(BATCH);
  },

  evaluate: async () => {
    const image = await fullHd();
    const settings = annexKSettings([75]);
    const candidate = sandwichCoder(createSandwich('slim'), { name: 'slim', codec: 'jpeg', settings });
    const items = [{ name: 'photograph', item: image }];
    return () => evaluate({ candidate, anchors: [], items, measures: psnrMeasures, range: [0.3, 1.2] });
  },

  compress: async () => {
    const { data, width, height } = await fullHd();
    const model = createSandwich('slim');
    return () => {
      const bottleneck = tf.tidy(() => {
        const pixels = tf.tensor4d(Float32Array.from(data), [1, height, width, 3]);
        return tf.round(tf.clipByValue(model.preprocess(pixels), 0, 255)) as tf.Tensor4D;
      });
      const [, rows, columns, channels] = bottleneck.shape;
      const size = { width: columns, height: rows, channels };
      const values = bottleneck.dataSync() as Float32Array;
      bottleneck.dispose();
      const files = encodeBottleneck({ data: values, ...size }, { tables: flatTables(20), convertToYuv: true });
      return files.reduce((sum, file) => sum + file.length, 0);
    };
  },
};
