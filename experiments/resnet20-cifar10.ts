import { defineClassifier } from '@sandwich/models';

export default defineClassifier({
  description: 'ResNet-20 from scratch, on the pictures of CIFAR-10',
  images: 'cifar10/train.bin',
  settings: {
    depth: 20,
    validationImages: 400,
    batchSize: 128,
    padding: 4,
    optimizer: 'sgd',
    learningRate: 0.1,
    warmupSteps: 20,
    schedule: 'cosine',
    decay: 0.01,
    weightDecay: 5e-4,
  },
});
