/** Settings of how crops are taken of photographs and what is made of them, and their defaults. */
export const cropSettings = {
  /** `random`: of any photograph; `epochs`: once of each in every epoch, in an order that stays. */
  cropOrder: 'random' as 'random' | 'epochs',
  /** `kept`, or `redrawn`: crops of little variance are drawn again, as `FlatCropRule` says. */
  flatCrops: 'kept' as 'kept' | 'redrawn',
  /**
   * `mirrored`: half of the crops are mirrored left to right; `flips-and-gamma`: half of the batches are mirrored, half are turned upside down, and each crop of
   * half of them is raised to a power of its own, 1 / gamma with a gamma of 0.25 to 3; `none`.
   */
  augmentation: 'mirrored' as 'mirrored' | 'flips-and-gamma' | 'none',
};

/** See `cropSettings`. */
export type CropSettings = typeof cropSettings;

const KNOWN: { [Key in keyof CropSettings]: readonly CropSettings[Key][] } = {
  cropOrder: ['random', 'epochs'],
  flatCrops: ['kept', 'redrawn'],
  augmentation: ['mirrored', 'flips-and-gamma', 'none'],
};

/** @throws Error for a setting that is another word, naming it and its value */
export function checkCropSettings(settings: CropSettings): void {
  for (const [key, known] of Object.entries<readonly string[]>(KNOWN)) {
    const value = settings[key as keyof CropSettings];
    if (!known.includes(value)) throw new Error(`${key} must be one of ${known.join(', ')}, got '${value}'`);
  }
}
