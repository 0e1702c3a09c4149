import { defineLearnedJpeg } from '@sandwich/models';

export default defineLearnedJpeg({
  description: 'JPEG tables learned as published by LearnedJPEG, without attention',
  settings: { tableRegularizer: 10, learningRate: 1e-6 },
});
