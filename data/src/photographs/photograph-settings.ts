import { totalmem } from 'node:os';

/** Settings of data that a training on photographs has, and their defaults. */
export const photographSettings = {
  /** Crops of one batch. */
  batchSize: 8,
  /** Side of the square crops, pixels: enough for the networks' receptive fields, small enough for two cores. */
  cropSize: 128,
  /** Crops are taken so many times as wide and reduced, which makes sharp images of soft ones; the published training: 2. */
  reduce: 1,
  /** Bits of a sample, 8 to 16: images are in [0, 2^bitDepth - 1]. */
  bitDepth: 8,
  /** Images held back from training, on which the best checkpoint is chosen; with 0 the training loss chooses. */
  validationImages: 0,
};

/** See `photographSettings`. */
export type PhotographSettings = typeof photographSettings;

/** Side of the squares that are cut from photographs, pixels: so wide that they have `cropSize` pixels when they are reduced. */
export const cutSide = ({ cropSize, reduce }: Pick<PhotographSettings, 'cropSize' | 'reduce'>): number =>
  cropSize * reduce;

/**
 * Checks the ranges of the settings, and that one step's images fit into memory.
 *
 * @param settings.accumulate batches of one step, default 1
 * @throws Error naming the setting and its value
 */
export function checkPhotographSettings(settings: PhotographSettings & { accumulate?: number }): void {
  for (const key of ['batchSize', 'cropSize', 'reduce'] as const) {
    if (!(settings[key] > 0)) throw new Error(`${key} must be positive, got ${settings[key]}`);
  }
  if (!(settings.validationImages >= 0)) {
    throw new Error(`validationImages must not be negative, got ${settings.validationImages}`);
  }
  for (const key of Object.keys(photographSettings) as (keyof PhotographSettings)[]) {
    if (!Number.isSafeInteger(settings[key])) throw new Error(`${key} must be an integer, got ${settings[key]}`);
  }
  if (!(settings.bitDepth >= 8 && settings.bitDepth <= 16)) {
    throw new Error(`bitDepth must be 8 to 16, got ${settings.bitDepth}`);
  }
  checkMemory(settings);
}

/** @throws Error when the pixels of a step alone are more than this machine's memory */
function checkMemory(settings: PhotographSettings & { accumulate?: number }): void {
  const { batchSize, cropSize, reduce, bitDepth, accumulate = 1 } = settings;
  const samples = 3 * batchSize * cutSide(settings) ** 2;
  const bytes = samples * (accumulate * (bitDepth > 8 ? 2 : 1) + Float32Array.BYTES_PER_ELEMENT);
  if (bytes <= totalmem()) return;
  const gibibytes = (size: number) => `${Math.ceil(size / 2 ** 30).toLocaleString('en')} GiB`;
  throw new Error(
    `the images of one step do not fit into memory: with batchSize=${batchSize}, cropSize=${cropSize}, reduce=${reduce} and ` +
      `accumulate=${accumulate} they take ${gibibytes(bytes)}, and this machine has ${gibibytes(totalmem())}`,
  );
}
