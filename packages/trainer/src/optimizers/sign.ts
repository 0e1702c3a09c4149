import { eachOf, type Optimizer } from './optimizer.js';

/** The sign of each element: -1, 0 or 1. Followed by `scale` it makes steps of one length (signSGD; FGSM). */
export const sign = (): Optimizer => eachOf((gradient) => gradient.sign());
