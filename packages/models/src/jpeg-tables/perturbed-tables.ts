import { diffJpeg, roundings } from '@sandwich/codec-proxy';
import type { BatchStream } from '@sandwich/data';
import type { tf } from '@sandwich/engine';
import { perturbationGradient, withSigns } from '../training/perturbation-gradient.js';
import type { JpegTables, TableValues } from './jpeg-tables.js';
import { tablesAsTheyAre } from './tables-as-they-are.js';

/** Settings of trainings that move tables, with gradient=perturbation. */
export const perturbationSettings = {
  /** Perturbations a step. */
  pairs: 16,
  /** How far a perturbation moves each step, as it is kept: with scale=log by that logarithm. */
  radius: 0.15,
};

/** The signs of perturbations, of luma's table and of chroma's, as `withTableSigns` adds them to batches. */
export type TableSigns = Record<'lumaSigns' | 'chromaSigns', tf.Tensor>;

/** The batches of a stream with signs for the perturbation of tables. */
export const withTableSigns = (
  stream: BatchStream,
  options: { seed: number; pairs: number; position?: number },
): BatchStream => withSigns(stream, { lumaSigns: [8, 8], chromaSigns: [8, 8] }, options);

/**
 * A scalar of value 0 with the gradient of a distortion to the tables, by their perturbation (see `perturbationGradient`).
 *
 * @param distortion of values in the place of the system's own, as it keeps them
 */
export function perturbedTables(
  { parameters: { luma, chroma } }: JpegTables,
  distortion: (values: TableValues) => tf.Scalar,
  { lumaSigns, chromaSigns }: TableSigns,
  radius: number,
): tf.Scalar {
  const ofValues = ([l, c]: tf.Tensor[]) => distortion({ luma: l, chroma: c } as TableValues);
  return perturbationGradient([luma, chroma], ofValues, [lumaSigns, chromaSigns], radius);
}

/**
 * The same of a distortion of what files hold of images, [B,H,W,3] in [0, 255].
 *
 * @param distortion of the decoded images
 */
export const perturbedFiles = (
  system: JpegTables,
  images: tf.Tensor4D,
  distortion: (decoded: tf.Tensor4D) => tf.Scalar,
  signs: TableSigns,
  radius: number,
): tf.Scalar =>
  perturbedTables(
    system,
    (values) => {
      const { quality, options } = tablesAsTheyAre(system, images.shape[0], values);
      return distortion(diffJpeg(images, quality, { ...options, rounding: roundings.hard }));
    },
    signs,
    radius,
  );
