import type { QuantizationTables } from '@sandwich/codecs';
import type { Parameters, tf } from '@sandwich/engine';
import type { Picture } from '@sandwich/pictures';
import type { FileLayout } from './real/bottleneck-files.js';

/** Decoded images, [B, H, W, C], and their rate in bits, [B]. */
export type CodedTensors = { decoded: tf.Tensor4D; rate: tf.Tensor1D };

/** Quantities that a codec takes for one call, by name; a tensor of rank 1 has one element an image. */
export interface Knobs {
  /** Factor on all quantiser steps, positive. Training with `qstepSpread` sets it. */
  stepScale?: tf.Scalar | number;
  [name: string]: tf.Scalar | tf.Tensor1D | number | undefined;
}

/**
 * A codec as plain JSON: the name under which `registerCodec` knows how to build it, and its options. A member that JSON cannot hold,
 * such as a function of the user's own, is null.
 */
export interface CodecDescription {
  /** Absent where an older version described an `EncodeDecodeIntra`. */
  codec?: string;
  [option: string]: unknown;
}

/** How the images that a codec takes lie in real image files, as `encodeBottleneck` writes them. */
export interface CodecFiles {
  /** How channels lie in the files. */
  readonly layout: FileLayout;

  /**
   * Quantisation tables of JPEG files; absent where the codec stands for another one.
   *
   * @param stepScale factor on all quantiser steps, positive. Default 1: the steps that the codec codes with
   */
  tables?(stepScale?: number): QuantizationTables;

  /** The step that all coefficients share, not rounded; absent where each has its own. */
  flatStep?(): number;

  /**
   * Bits of one image as `apply` estimates them.
   *
   * @param image whole pixel values in [0, 255]
   */
  estimateBits?(image: Picture<Uint8Array, number>, stepScale?: number): number;
}

/**
 * What a sandwich asks of the codec between its networks: code and decode images, say what they cost, and let gradients pass.
 *
 * A codec that `describe`s itself and is known to `registerCodec` is loaded from a run's configuration; one that implements `files` is
 * evaluated, and used to compress, with real files.
 */
export interface DifferentiableCodec {
  /** Variables that are trained, by path, such as `qstep`; a sandwich has them under `proxy/`. */
  readonly parameters: Parameters;
  /** Names that `apply` takes. `qstepSpread` is for codecs that take `stepScale`. */
  readonly knobs: readonly string[];
  /** Real files that the codec stands for; absent where it stands for none. */
  readonly files?: CodecFiles;

  /**
   * Side of the blocks that are coded on their own, in samples. A sandwich pads its images so that the sides of the bottleneck are multiples
   * of it.
   *
   * @throws RangeError for a number of channels that the codec does not code
   */
  blockSize(channels: number): number;

  /** The codec as it was made, enough to build it again, but for the values of its parameters; null where JSON cannot hold that. */
  describe(): CodecDescription | null;

  /**
   * Codes and decodes images, differentiably. Nothing is read from tensors: work on values is `computeOnHost`.
   *
   * @param images [B, H, W, C] in [0, 255], of any size
   * @returns `decoded`, [B, H, W, C]; `rate`, bits an image, [B]
   */
  apply(images: tf.Tensor4D, knobs?: Knobs): CodedTensors;

  /**
   * The quantiser step, in the levels of images, with which `apply` codes with these knobs: what networks that are conditioned on it are
   * told. A codec whose coefficients have several steps says one that stands for them. Differentiable; absent where there are no steps.
   */
  quantizerStep?(knobs?: Knobs): tf.Scalar;

  /** Numbers for the log of a training, such as the quantiser step. */
  status?(): Record<string, number>;

  /** Releases the parameters, and all that the codec started. */
  dispose(): void;
}
