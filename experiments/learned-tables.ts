import { defineJpegTables } from '@sandwich/models';

export default defineJpegTables({
  description: 'photographs through JPEG, whose quantisation tables are learned',
  settings: {
    /** Weight of the squared error. */
    mse: 1,
    /** Weight of the logarithm of each image's squared error, in dB: for the mean of PSNRs. */
    logMse: 0,
    /** Weight of LPIPS by AlexNet, which is scaled to equal the squared error for small errors. */
    lpips: 0,
    batchSize: 8,
    cropSize: 256,
    learningRate: 0.02,
    schedule: 'cosine',
    decay: 0.02,
    averageDecay: 0.99,
  },
  distortion: ({ mse, logMse, lpips }) => ({ mse, 'log-mse': logMse, 'lpips-alex': lpips }),
});
