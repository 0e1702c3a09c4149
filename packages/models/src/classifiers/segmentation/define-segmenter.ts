import { openShapeStream, shapeClasses } from '@sandwich/data';
import { tf } from '@sandwich/engine';
import {
  adam,
  checkNumbers,
  learningRateAt,
  type Objective,
  type ObjectiveDefinition,
  type Phase,
  type TrainingSettings,
} from '@sandwich/trainer';
import { crossEntropy } from '../cross-entropy.js';
import { meanIouOfBatch } from './mean-iou-of-batch.js';
import { Segmenter } from './segmenter.js';

/** Settings of a segmenter and their defaults. */
export const segmenterSettings = {
  /** Channels of each level of the U-Net, finest first, separated by commas. */
  filters: '16,32',
  batchSize: 8,
  /** Side of the pictures, pixels. */
  side: 64,
  /** Pictures to judge checkpoints on. */
  validationImages: 32,
};

/** Settings of a segmenter and of its training. */
export type SegmenterSettings = typeof segmenterSettings & TrainingSettings;

/** What an experiment with a segmenter is. */
export interface SegmenterExperiment {
  /** One sentence for `sandwich train --help`. */
  description: string;
  /** Other defaults than those of `segmenterSettings` and of the trainer. */
  settings: Partial<SegmenterSettings>;
}

/** What a segmenter's training minimises on synthetic shapes: the cross entropy of its pixels. */
export function segmenterObjective(system: Segmenter, settings: SegmenterSettings): Objective<Segmenter, Phase> {
  const { seed, side, batchSize, validationImages: count } = settings;
  return {
    system,
    description: { loss: 'cross entropy' },
    optimizer: adam({ learningRate: (step, progress) => learningRateAt(settings, step, progress) }),
    validate: { measure: 'miou', better: 'more' },
    async batches({ purpose, position, share }) {
      if (purpose === 'validate' && count === 0) return null;
      // One batch to judge on: mean IoU is one of all pixels together.
      const size = purpose === 'train' ? batchSize : count;
      return openShapeStream({ seed, side, batchSize: size, count, purpose, position, share });
    },
    phaseAt: (_step, _progress, purpose) => ({ key: purpose }),
    loss({ images, labels }) {
      const scores = system.apply(images as tf.Tensor4D);
      const loss = tf.mean<tf.Scalar>(crossEntropy(scores, labels));
      return { loss, miou: meanIouOfBatch(scores, labels as tf.Tensor3D) };
    },
    progress: ({ miou }) => [`mean IoU ${miou.toFixed(3)}`],
  };
}

const filtersOf = ({ filters }: Pick<SegmenterSettings, 'filters'>): number[] => filters.split(',').map(Number);

/**
 * Defines an experiment that trains a segmenter on `synthesizeShapes`.
 *
 * @example
 * export default defineSegmenter({ description: 'discs, squares and triangles', settings: { side: 64 } });
 */
export function defineSegmenter(
  experiment: SegmenterExperiment,
): ObjectiveDefinition<SegmenterSettings, Objective<Segmenter>> {
  return {
    description: experiment.description,
    settings: { ...segmenterSettings, ...experiment.settings } as SegmenterSettings,
    checkSettings(settings) {
      checkNumbers(settings, {
        positive: ['batchSize', 'side'],
        notNegative: ['validationImages'],
        integer: ['batchSize', 'side', 'validationImages'],
      });
      if (!/^[1-9]\d*(,[1-9]\d*)*$/.test(settings.filters)) {
        throw new Error(`filters must be whole numbers with commas between, such as 16,32; got '${settings.filters}'`);
      }
      if (settings.side < 8) throw new Error(`side must be at least 8, got ${settings.side}`);
    },
    objective(settings) {
      const { seed } = settings;
      const system = new Segmenter({ filters: filtersOf(settings), classes: [...shapeClasses], seed });
      return segmenterObjective(system, settings);
    },
    async describeData({ side, batchSize }, _, { size }) {
      if (batchSize % size !== 0)
        throw new Error(`batchSize=${batchSize} cannot be shared equally by ${size} processes`);
      return `synthetic shapes of ${side}x${side}`;
    },
    trialSettings: () => ({ filters: '4', batchSize: 2, side: 16, validationImages: 2 }),
  };
}
