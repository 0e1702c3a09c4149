import { diffJpegEncode, roundings, toTensor } from '@sandwich/codec-proxy';
import type { QuantizationTables } from '@sandwich/codecs';
import { tf } from '@sandwich/engine';
import type { Picture } from '@sandwich/pictures';

/** Coefficients of one picture in units of their steps, of luma and of both chroma planes, each [1, h, w, planes * 64], and the steps. */
export interface PicturePlanes {
  unrounded: tf.Tensor4D[];
  levels: tf.Tensor4D[];
  steps: tf.Tensor[];
}

/** What JPEG in 4:4:4 makes of a picture with tables. The caller disposes of it. */
export function picturePlanes(picture: Picture<Uint8Array>, { luma, chroma }: QuantizationTables): PicturePlanes {
  const table = (steps: ArrayLike<number>) => tf.tensor2d(Float32Array.from(steps), [8, 8]);
  const options = {
    tableY: table(luma),
    tableC: table(chroma),
    subsampling: '4:4:4',
    rounding: roundings.identity,
  } as const;
  const images = toTensor(picture) as tf.Tensor4D;
  const { y, cb, cr } = diffJpegEncode(images, tf.tensor1d([50]), { ...options, ste: true, check: false });
  const unrounded = [y, tf.concat([cb!, cr!], 3)];
  const steps = [options.tableY.flatten(), tf.concat([options.tableC.flatten(), options.tableC.flatten()])];
  return { unrounded, levels: unrounded.map((each) => each.round()), steps };
}
