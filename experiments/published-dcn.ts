import { defineDcn } from '@sandwich/models';

/** Korus and Memon, 2020, and the settings of the published training: 1,501 epochs of 16,000 photographs, so 480,320 steps, judged each 32,000 steps. */
export default defineDcn({
  description:
    'a learned codec (l3ic), as published: 1,501 epochs of 320 batches, --steps 480320 --checkpoint-steps 32000',
  settings: {
    features: 32,
    batchSize: 50,
    cropSize: 128,
    cropOrder: 'epochs',
    flatCrops: 'redrawn',
    augmentation: 'flips-and-gamma',
    validationImages: 800,
    convergence: 1e-5,
    learningRate: 1e-4,
    /** Half as large after each 1,000 epochs. */
    schedule: 'step',
    decay: 0.5,
    milestones: '320000',
    entropyWeight: 250,
    seed: 1234,
  },
});
