import { defineJpegTables } from '@sandwich/models';

export default defineJpegTables({
  description: 'photographs through JPEG, whose quantisation tables are learned',
  settings: {
    /** Weight of the squared error. */
    mse: 1,
    /** Weight of LPIPS by AlexNet, which is scaled to equal the squared error for small errors. */
    lpips: 0,
    batchSize: 8,
    cropSize: 256,
    learningRate: 0.02,
    schedule: 'cosine',
    decay: 0.02,
    averageDecay: 0.99,
  },
  distortion: ({ mse, lpips }) => ({ mse, 'lpips-alex': lpips }),
});
