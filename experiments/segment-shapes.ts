import { defineSegmenter } from '@sandwich/models';

export default defineSegmenter({
  description: 'discs, squares and triangles on synthetic backgrounds, pixel by pixel',
  settings: { filters: '16,32', batchSize: 8, side: 64, learningRate: 3e-3, schedule: 'cosine', decay: 0.05 },
});
