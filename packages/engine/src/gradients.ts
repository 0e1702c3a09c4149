// Gradients that TFJS has wrong, lacks or has slow. They are registered once, for every engine: written in TFJS ops, they
// run on each; where an engine has a better kernel it is used.

import { activations } from './gradients/activations.js';
import { complex } from './gradients/complex.js';
import { convolution } from './gradients/convolution.js';
import { discrete } from './gradients/discrete.js';
import { elementwise } from './gradients/elementwise.js';
import { keepFused } from './gradients/fused.js';
import type { GradientTable } from './gradients/gradient.js';
import { indexing } from './gradients/indexing.js';
import { matrices } from './gradients/matrices.js';
import { moments } from './gradients/moments.js';
import { morphology } from './gradients/morphology.js';
import { normalization } from './gradients/normalization.js';
import { pooling } from './gradients/pooling.js';
import { recurrent } from './gradients/recurrent.js';
import { reductions } from './gradients/reductions.js';
import { resize } from './gradients/resize.js';
import { sampling } from './gradients/sampling.js';
import { shapes } from './gradients/shapes.js';
import { repairTape } from './gradients/tape.js';
import { tf } from './tf.js';

/** Every gradient that this package has of its own. */
export const gradients: GradientTable = {
  ...activations,
  ...complex,
  ...convolution,
  ...discrete,
  ...elementwise,
  ...indexing,
  ...matrices,
  ...moments,
  ...morphology,
  ...normalization,
  ...pooling,
  ...recurrent,
  ...reductions,
  ...resize,
  ...sampling,
  ...shapes,
};

/** Registers the project's gradients. Idempotent. */
export function registerGradients(): void {
  for (const [kernelName, gradient] of Object.entries(gradients)) {
    if (tf.getGradient(kernelName)) tf.unregisterGradient(kernelName);
    tf.registerGradient({ kernelName, ...gradient });
  }
  keepFused();
  repairTape();
}
