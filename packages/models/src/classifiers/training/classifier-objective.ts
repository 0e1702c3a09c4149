import { openLabelledStream } from '@sandwich/data';
import { tf } from '@sandwich/engine';
import { adam, type DataOptions, learningRateAt, type Objective, type Phase, sgd } from '@sandwich/trainer';
import { crossEntropy } from '../cross-entropy.js';
import type { Classifier } from './classifier.js';
import type { ClassifierSettings } from './classifier-settings.js';
import { topOne } from './top-one.js';
import type { TrainingPictures } from './training-pictures.js';

/** Equal batches, so that the mean over batches is one over pictures. */
const equalBatches = (count: number, most: number): number => {
  let size = Math.min(count, most);
  while (count % size !== 0) size--;
  return size;
};

/** What a classifier's training minimises: the cross entropy of its scores, and the squares of its weights. */
export function classifierObjective(
  system: Classifier,
  settings: ClassifierSettings,
  { train, heldBack }: TrainingPictures,
  { note }: Pick<DataOptions, 'note'>,
): Objective<Classifier, Phase> {
  const { weightDecay, optimizer, seed } = settings;
  const learningRate = (step: number, progress: number) => learningRateAt(settings, step, progress);
  return {
    system,
    description: { loss: 'cross entropy', weightDecay },
    optimizer: optimizer === 'sgd' ? sgd({ learningRate, momentum: 0.9 }) : adam({ learningRate }),
    ...(heldBack && { validate: { measure: 'accuracy', better: 'more' as const } }),
    async batches({ purpose, position, share }) {
      const ask = { ...settings, seed, purpose, position, share, note };
      if (purpose === 'train') return openLabelledStream({ ...ask, pictures: train });
      if (!heldBack) return null;
      const batchSize = equalBatches(heldBack.labels.length, 2 * settings.batchSize);
      return openLabelledStream({ ...ask, batchSize, pictures: heldBack });
    },
    phaseAt: (_step, _progress, purpose) => ({ key: purpose }),
    loss({ images, labels }, { key }) {
      const scores = system.apply(images as tf.Tensor4D, key === 'train');
      const entropy = tf.mean<tf.Scalar>(crossEntropy(scores, labels));
      const accuracy = topOne(scores, labels);
      if (weightDecay === 0) return { loss: entropy, entropy, accuracy };
      const squares = Object.values(system.parameters).map((weights) => tf.sum<tf.Scalar>(tf.square(weights)));
      const loss = tf.add<tf.Scalar>(entropy, tf.mul(tf.addN<tf.Scalar>(squares), weightDecay / 2));
      return { loss, entropy, accuracy };
    },
    progress: ({ accuracy }) => [`${(100 * accuracy).toFixed(1)} % right`],
  };
}
