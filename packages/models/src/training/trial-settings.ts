import type { PhotographSettings } from '@sandwich/data';
import type { TrainingSettings } from '@sandwich/trainer';

/** Settings of a training on photographs as small as they can be. */
export const photographTrial = ({
  cropSize,
  accumulate,
  validationImages,
}: Pick<PhotographSettings & TrainingSettings, 'cropSize' | 'accumulate' | 'validationImages'>) => ({
  batchSize: 2,
  cropSize: Math.min(cropSize, 64),
  accumulate: Math.min(accumulate, 2),
  validationImages: Math.min(validationImages, 1),
});
