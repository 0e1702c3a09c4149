import type { tf } from './tf.js';

/** The variables of a model by their paths, such as `pre/unet/block0/kernel`. */
export type Parameters = Record<string, tf.Variable>;
