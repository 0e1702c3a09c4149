import { totalmem } from 'node:os';
import { scaledSide } from './scaled-crop.js';

/** Settings of data that a training on photographs has, and their defaults. */
export const photographSettings = {
  /** Crops of one batch. */
  batchSize: 8,
  /** Side of the square crops, pixels: enough for the networks' receptive fields, small enough for two cores. */
  cropSize: 128,
  /** Crops are taken so many times as wide and reduced, which makes sharp images of soft ones; the published training: 2. */
  reduce: 1,
  /**
   * Each crop is taken at one of these shares of the photograph's size, of those at which it is large enough, with commas between: `1,0.7,0.5` shows
   * details of all sizes.
   */
  scales: '1',
  /** The hues of each crop are turned by an angle of up to so many degrees either way, 0 to 180. */
  hueShift: 0,
  /** The saturation of each crop is multiplied by a factor of 1/saturationSpread to saturationSpread, evenly over its logarithm. */
  saturationSpread: 1,
  /** Bits of a sample, 8 to 16: images are in [0, 2^bitDepth - 1]. */
  bitDepth: 8,
  /** Images held back from training, on which the best checkpoint is chosen; with 0 the training loss chooses. */
  validationImages: 0,
};

/** See `photographSettings`. */
export type PhotographSettings = typeof photographSettings;

/** The scales of a list of them. @throws Error when one is not above 0 and at most 1 */
export function parseScales(text: string): number[] {
  const scales = text.split(',').map(Number);
  if (!scales.every((scale) => scale > 0 && scale <= 1)) {
    throw new Error(`scales must be numbers above 0 and at most 1, with commas between, got '${text}'`);
  }
  return scales;
}

/** Side of the squares that are cut from photographs, pixels: so wide that they have `cropSize` pixels when they are reduced. */
export const cutSide = ({ cropSize, reduce }: Pick<PhotographSettings, 'cropSize' | 'reduce'>): number =>
  cropSize * reduce;

/** Least height and width of a photograph that crops are taken of, pixels. */
export const leastSide = (settings: Pick<PhotographSettings, 'cropSize' | 'reduce' | 'scales'>): number =>
  scaledSide(cutSide(settings), Math.max(...parseScales(settings.scales)));

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
  for (const key of ['batchSize', 'cropSize', 'reduce', 'bitDepth', 'validationImages'] as const) {
    if (!Number.isSafeInteger(settings[key])) throw new Error(`${key} must be an integer, got ${settings[key]}`);
  }
  if (!(settings.bitDepth >= 8 && settings.bitDepth <= 16)) {
    throw new Error(`bitDepth must be 8 to 16, got ${settings.bitDepth}`);
  }
  parseScales(settings.scales);
  const { hueShift, saturationSpread } = settings;
  if (!(hueShift >= 0 && hueShift <= 180)) throw new Error(`hueShift must be 0 to 180 degrees, got ${hueShift}`);
  if (!(saturationSpread >= 1 && saturationSpread < Number.POSITIVE_INFINITY)) {
    throw new Error(`saturationSpread must be at least 1, got ${saturationSpread}`);
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
