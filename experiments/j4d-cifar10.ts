import { defineJ4d } from '@sandwich/models';

export default defineJ4d({
  description: 'JPEG tables learned for the eyes of classifiers of CIFAR-10, ResNet-20 by default (J4D)',
  images: 'cifar10/test.bin',
  settings: {
    initial: 'flat',
    batchSize: 64,
    learningRate: 0.02,
    schedule: 'cosine',
    decay: 0.05,
    averageDecay: 0.98,
  },
});
