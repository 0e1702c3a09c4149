import { checkCropSettings, checkPhotographSettings, cropSettings, photographSettings } from '@sandwich/data';
import { checkNumbers, type TrainingSettings } from '@sandwich/trainer';
import { type CodebookKernel, dcnDefaults, type LatentRounding } from '../architecture.js';
import { LATENT_STRIDE } from '../dcn.js';

/** Settings of a DCN and their defaults: those of the published training, but for its rules of crops and its end, which only `published-dcn` has. */
export const dcnSettings = {
  ...photographSettings,
  ...cropSettings,
  /** Channels of the latent, 4 to 128; published are 16, 32 and 64. */
  features: dcnDefaults.features,
  /** Bits of a symbol: the codebook has 2^bits integers. */
  bits: dcnDefaults.bits,
  scaleLatent: dcnDefaults.scaleLatent,
  /** soft-codebook, or a rounding of `roundings`: how gradients pass the quantiser. */
  rounding: dcnDefaults.rounding as LatentRounding,
  /** code, paper or gaussian: the weights of the soft codebook, of which the entropy is taken. */
  kernel: dcnDefaults.kernel.form as CodebookKernel['form'],
  /** Gamma of the kernel. */
  kernelGamma: dcnDefaults.kernel.gamma,
  /** Degrees of freedom of the kernel. */
  kernelV: dcnDefaults.kernel.v,
  /** random or dct: whether weights begin at random, as published, or as a transform codec of 8x8 blocks. */
  startFrom: dcnDefaults.startFrom,
  /** With `startFrom=dct`, the finest quantiser step that it begins with, in levels of 255 of an orthonormal transform. */
  startStep: dcnDefaults.startStep,
  /** Number of rates at which the network is trained, in turns from step to step. With 1 it has one rate, with several it codes at all rates between them. */
  rates: dcnDefaults.rates,
  /** Octaves of quantiser steps between the lowest and the highest rate at first. The entropy weighs 4^octaves times as much at the lowest. */
  rateOctaves: dcnDefaults.rateOctaves,
  /** all or channels: whether the entropy is that of all symbols together, or the mean of those of the channels. */
  entropyOf: 'all' as 'all' | 'channels',
  /** Weight of the entropy, bits per symbol, against half the sum of squared errors in [0, 1] of the published batch, 50 patches of 128x128. */
  entropyWeight: 250,
  /** Weight of 1 - SSIM against the same. */
  ssimWeight: 0,
  /**
   * Training ends where the mean SSIM of the last five validations differs by less than this fraction from that of the five that end one earlier, or is below
   * nine tenths of it; 1e-5 as published, 0 never.
   */
  convergence: 0,
};

/** Settings of a DCN, of its photographs and of its training. */
export type DcnSettings = typeof dcnSettings & TrainingSettings;

/** @throws Error for a setting that is out of range, naming it and its value */
export function checkDcnSettings(settings: DcnSettings): void {
  checkPhotographSettings(settings);
  checkCropSettings(settings);
  checkNumbers(settings, { positive: ['startStep'], notNegative: ['entropyWeight', 'ssimWeight', 'convergence'] });
  const { cropSize, reduce, bitDepth, entropyOf, convergence, validationImages } = settings;
  if (cropSize % LATENT_STRIDE !== 0)
    throw new Error(`cropSize must be a multiple of ${LATENT_STRIDE}, got ${cropSize}`);
  if (reduce !== 1) throw new Error(`reduce must be 1 for a DCN, got ${reduce}`);
  if (bitDepth !== 8) throw new Error(`bitDepth must be 8 for a DCN, got ${bitDepth}`);
  if (!['all', 'channels'].includes(entropyOf))
    throw new Error(`entropyOf must be all or channels, got '${entropyOf}'`);
  if (convergence > 0 && validationImages === 0)
    throw new Error(`convergence=${convergence} is judged by images that are held back: set validationImages`);
}
