import { defineLearnedJpeg } from '@sandwich/models';

export default defineLearnedJpeg({
  description: 'JPEG tables and a network that smooths pictures before they are coded (LearnedJPEG with attention)',
  settings: {
    attention: 'small',
    // The bits themselves take the place of the published regularisers.
    tableRegularizer: 0,
    attentionRegularizer: 0,
    rateWeight: 1,
    rounding: 'thresholdSte',
    initial: 'ramp',
    scale: 'log',
    batchSize: 8,
    cropSize: 96,
    learningRate: 1e-3,
    tableLearningRate: 0.01,
    schedule: 'cosine',
    decay: 0.05,
    averageDecay: 0.99,
  },
});
