import { defineDcn } from '@sandwich/models';

export default defineDcn({
  description: 'a learned codec (l3ic), by a recipe for hours on two cores',
  settings: {
    features: 32,
    /** A transform codec at step 0: what a network from random weights reaches after hours. */
    startFrom: 'dct',
    /** Gradients of every symbol, where those of the soft codebook are large for few and next to nothing for the others. */
    rounding: 'ste',
    /** A kernel that symbols between two entries feel, too. */
    kernel: 'paper',
    /** What the files cost: channels have codes of their own. */
    entropyOf: 'channels',
    /** Structure counts about as much as squared error does: in the published comparison it is judged by. */
    ssimWeight: 8000,
    learningRate: 3e-4,
    schedule: 'cosine',
    decay: 0.02,
    warmupSteps: 100,
  },
});
