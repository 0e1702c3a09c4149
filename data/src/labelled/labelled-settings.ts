/** Settings of data that a training on labelled pictures has, and their defaults. */
export const labelledSettings = {
  /** Pictures of one batch. */
  batchSize: 64,
  /** Side of the square crops, pixels: random ones in training, the middle in validation; 0 takes pictures whole, which must be of one size. */
  cropSize: 0,
  /** Black pixels around a picture from which training takes its crops: with 4, the usual training on CIFAR-10 shifts pictures. */
  padding: 0,
  /** Whether training mirrors half of the pictures left to right. */
  mirror: true,
};

/** See `labelledSettings`. */
export type LabelledSettings = typeof labelledSettings;

/** @throws Error for a value that is out of range, naming it */
export function checkLabelledSettings(settings: LabelledSettings): void {
  for (const key of ['batchSize', 'cropSize', 'padding'] as const) {
    if (!Number.isSafeInteger(settings[key])) throw new Error(`${key} must be an integer, got ${settings[key]}`);
    if (settings[key] < 0) throw new Error(`${key} must not be negative, got ${settings[key]}`);
  }
  if (settings.batchSize === 0) throw new Error('batchSize must be positive, got 0');
}
