import { defineJ4d } from '@sandwich/models';

export default defineJ4d({
  description: 'JPEG tables learned for the eyes of SqueezeNet on photographs (J4D)',
  images: 'imagenet-sample',
  settings: {
    recognisers: 'squeezenet1_1',
    initial: 'flat',
    batchSize: 16,
    cropSize: 224,
    learningRate: 0.02,
    schedule: 'cosine',
    decay: 0.05,
    averageDecay: 0.98,
  },
});
