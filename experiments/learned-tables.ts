import { defineJpegTables } from '@sandwich/models';

export default defineJpegTables({
  description: 'photographs through JPEG, whose quantisation tables are learned',
  settings: {
    /** Weight of the squared error, in squared gray levels. */
    mse: 0,
    /** Weight of the logarithm of each image's squared error, in dB: for the mean of PSNRs. */
    logMse: 1,
    /** Weight of LPIPS by AlexNet, which is scaled to equal the squared error for small errors. */
    lpips: 0,
    /** About the slope of JPEG's curve at 1 bpp of Kodak's photographs, dB times 3 samples a pixel. */
    gamma: 29,
    initial: 'flat',
    step: 22,
    // A Huffman code is made to the measure of each image: small crops would have others than photographs.
    batchSize: 2,
    cropSize: 512,
    learningRate: 0.03,
    schedule: 'cosine',
    decay: 0.02,
    averageDecay: 0.98,
  },
  distortion: ({ mse, logMse, lpips }) => ({ mse, 'log-mse': logMse, ...(lpips > 0 && { 'lpips-alex': lpips }) }),
});
