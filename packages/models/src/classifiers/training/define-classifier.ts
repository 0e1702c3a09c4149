import type { DataOptions, Objective, ObjectiveDefinition } from '@sandwich/trainer';
import { Classifier } from './classifier.js';
import { classifierObjective } from './classifier-objective.js';
import { type ClassifierSettings, checkClassifierSettings, classifierSettings } from './classifier-settings.js';
import { openTrainingPictures } from './training-pictures.js';

/** What an experiment with a classifier is. */
export interface ClassifierExperiment {
  /** One sentence for `sandwich train --help`. */
  description: string;
  /** The labelled pictures in `SANDWICH_DATA` that are taken where none are named. */
  images: string;
  /** Other defaults than those of `classifierSettings` and of the trainer. */
  settings: Partial<ClassifierSettings>;
}

/** An experiment with a classifier as what the trainer trains. */
export type ClassifierDefinition = ClassifierExperiment &
  ObjectiveDefinition<ClassifierSettings, Objective<Classifier>>;

/**
 * Defines an experiment that trains a residual network on labelled pictures from scratch. It gives the experiment's file its types.
 *
 * @example
 * export default defineClassifier({
 *   description: 'ResNet-20 on CIFAR-10',
 *   images: 'cifar10/train.bin',
 *   settings: { depth: 20, validationImages: 400 },
 * });
 */
export function defineClassifier(experiment: ClassifierExperiment): ClassifierDefinition {
  const open = ({ validationImages }: ClassifierSettings, data: DataOptions) =>
    openTrainingPictures(data, experiment.images, validationImages);
  return {
    ...experiment,
    settings: { ...classifierSettings, ...experiment.settings } as ClassifierSettings,
    checkSettings: checkClassifierSettings,
    async objective(settings, data) {
      const pictures = await open(settings, data);
      const { classes } = pictures.train;
      const system = new Classifier({ depth: settings.depth, classes: [...classes], seed: settings.seed });
      return classifierObjective(system, settings, pictures, data);
    },
    async describeData(settings, data, { size }) {
      if (settings.batchSize % size !== 0) {
        throw new Error(`batchSize=${settings.batchSize} cannot be shared equally by ${size} processes`);
      }
      const { train, heldBack } = await open(settings, data);
      return heldBack ? `${train.description}, ${heldBack.labels.length} held back` : train.description;
    },
    trialSettings: ({ validationImages }) => ({
      depth: 8,
      batchSize: 4,
      cropSize: 32,
      validationImages: Math.min(validationImages, 1),
    }),
  };
}
