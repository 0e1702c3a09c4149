import { rgbFromYuv, yuvFromRgb } from '@sandwich/codec-proxy';
import { tf } from '@sandwich/engine';
import { binomial } from './binomial.js';
import { phasePlanes } from './phase-planes.js';

/** Images are padded to a multiple of this, so that phases fall alike everywhere and the longest filter has something to mirror. */
const CARRIER_MULTIPLE = 8;

/** Taps of the filter by which chroma is made narrow before it is modulated. */
const MODULATOR_TAPS = 7;
/** Taps of the filter that recovers it. */
const DEMODULATOR_TAPS = 9;

/** How far both sides look beyond their own place, pixels. */
export const carrierReach = { pre: (MODULATOR_TAPS - 1) / 2, post: (DEMODULATOR_TAPS - 1) / 2 };

const matrixVariable = (rows: readonly (readonly number[])[]) =>
  tf.tidy(() => tf.variable(tf.tensor2d(rows.map((row) => [...row]))));

/** A filter for U and one for V, [2, taps], each the same for rows and columns. */
const filterVariable = (taps: number) => matrixVariable([binomial(taps), binomial(taps)]);

/** Filters two planes by their taps, rows and columns alike; edges are mirrored about their outermost pixel, which keeps phases as they are. */
function filterPlanes(planes: tf.Tensor4D, filters: tf.Tensor): tf.Tensor4D {
  const taps = filters.shape[1]!;
  const border = (taps - 1) / 2;
  const none: [number, number] = [0, 0];
  const both: [number, number] = [border, border];
  const padded = tf.mirrorPad(planes, [none, both, both, none], 'reflect') as tf.Tensor4D;
  // [taps, taps, 2, 1]
  const kernel = tf
    .mul(filters.reshape([2, taps, 1]), filters.reshape([2, 1, taps]))
    .transpose([1, 2, 0])
    .expandDims(3);
  return tf.depthwiseConv2d(padded, kernel as tf.Tensor4D, 1, 'valid');
}

/** (-1)^x for U and (-1)^y for V, [batch, height, width, 2]. */
const carriers = ([batch, height, width]: number[]): tf.Tensor4D =>
  phasePlanes(batch, height, width).slice([0, 0, 0, 0], [batch, height, width, 2]).mul(2);

const multiply = (x: tf.Tensor4D, matrix: tf.Tensor): tf.Tensor4D =>
  tf.conv2d(x, matrix.reshape([1, 1, ...matrix.shape]) as tf.Tensor4D, 1, 'valid');

/**
 * Puts colour into a gray image, as analogue television did: U and V, made narrow, ride on the highest horizontal and the highest vertical
 * frequency beside luma,
 *
 *     b = Y + L(U) (-1)^x + L(V) (-1)^y
 *
 * with a binomial filter L of 7 taps both ways. Begins as this, with BT.601; matrix and filters are trained.
 */
export class ColorModulator {
  readonly sizeMultiple = CARRIER_MULTIPLE;
  /** `matrix` [3, 3], colour to YUV, and `filters` [2, 7], of U and V. */
  readonly parameters: Readonly<Record<string, tf.Variable>> = {
    matrix: matrixVariable(yuvFromRgb),
    filters: filterVariable(MODULATOR_TAPS),
  };

  /** [B,H,W,3] -> [B,H,W,1], both about 0; H and W even. */
  apply(x: tf.Tensor4D): tf.Tensor4D {
    const { matrix, filters } = this.parameters;
    return tf.tidy(() => {
      const yuv = multiply(x, matrix);
      const [luma, chroma] = tf.split(yuv, [1, 2], 3) as tf.Tensor4D[];
      return luma.add(filterPlanes(chroma, filters).mul(carriers(x.shape)).sum(3, true));
    });
  }
}

/**
 * Takes colour out of a gray image of `ColorModulator`:
 *
 *     U = L(b (-1)^x), V = L(b (-1)^y), Y = b - U (-1)^x - V (-1)^y
 *
 * with a binomial filter L of 9 taps both ways. Begins as this; the matrix, the filters and the gains of what is taken off Y are trained.
 */
export class ColorDemodulator {
  readonly sizeMultiple = CARRIER_MULTIPLE;
  /** `filters` [2, 9] and `gains` [2], of U and V, and `matrix` [3, 3], YUV to colour. */
  readonly parameters: Readonly<Record<string, tf.Variable>> = {
    filters: filterVariable(DEMODULATOR_TAPS),
    gains: tf.tidy(() => tf.variable(tf.ones([2]))),
    matrix: matrixVariable(rgbFromYuv),
  };

  /** [B,H,W,1] -> [B,H,W,3], both about 0; H and W even and at least 5. */
  apply(x: tf.Tensor4D): tf.Tensor4D {
    const { filters, gains, matrix } = this.parameters;
    return tf.tidy(() => {
      const waves = carriers(x.shape);
      const chroma = filterPlanes(tf.mul(x, waves), filters);
      const luma = tf.sub<tf.Tensor4D>(x, chroma.mul(waves).mul(gains).sum(3, true));
      return multiply(tf.concat([luma, chroma], 3), matrix);
    });
  }
}
