import { checkLabelledSettings, labelledSettings } from '@sandwich/data';
import { checkNumbers, type TrainingSettings } from '@sandwich/trainer';

/** Settings of a classifier that is trained, and of its pictures; their defaults are those of He et al. 2015 for CIFAR-10. */
export const classifierSettings = {
  ...labelledSettings,
  batchSize: 128,
  padding: 4,
  /** Layers with weights: 20, 32, 44, 56 ... */
  depth: 20,
  /** Pictures that are held back to judge checkpoints by accuracy: the last ones of the set. */
  validationImages: 0,
  /** adam or sgd, with a momentum of 0.9. */
  optimizer: 'sgd' as 'sgd' | 'adam',
  /** Weight of half the sum of the squares of all weights. */
  weightDecay: 1e-4,
};

/** Settings of a classifier, of its pictures and of its training. */
export type ClassifierSettings = typeof classifierSettings & TrainingSettings;

/** @throws Error for a setting that is out of range, naming it and its value */
export function checkClassifierSettings(settings: ClassifierSettings): void {
  checkLabelledSettings(settings);
  checkNumbers(settings, { notNegative: ['weightDecay', 'validationImages'], integer: ['validationImages'] });
  const { depth, optimizer } = settings;
  if (!Number.isInteger((depth - 2) / 6) || depth < 8)
    throw new Error(`depth must be 6n + 2, such as 20, got ${depth}`);
  if (!['sgd', 'adam'].includes(optimizer)) throw new Error(`optimizer must be sgd or adam, got '${optimizer}'`);
}
