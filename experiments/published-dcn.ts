import { defineDcn } from '@sandwich/models';

/** Korus and Memon, 2020, and the settings of the published training. */
export default defineDcn({
  description: 'a learned codec (l3ic), as published: 1,500 epochs of 320 batches',
  settings: {
    features: 32,
    batchSize: 50,
    cropSize: 128,
    learningRate: 1e-4,
    /** Half as large after each third of the training. */
    schedule: 'step',
    decay: 0.5,
    milestones: '0.6667',
    entropyWeight: 250,
    seed: 1234,
  },
});
