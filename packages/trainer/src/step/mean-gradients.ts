import { tf } from '@sandwich/engine';
import { type Gradients, mapPaths } from '../optimizers/optimizer.js';

/** The mean of the gradients of several batches, which need not be there at the same time. */
export class GradientMean {
  #sum: Gradients | undefined;
  #count = 0;

  /** Takes the gradients of one more batch, which stay the caller's. */
  add(gradients: Gradients): void {
    const earlier = this.#sum;
    // The first ones are copied: the next batch writes into their memory.
    this.#sum = mapPaths(gradients, (gradient, path) =>
      earlier ? tf.add(earlier[path], gradient) : tf.mul(gradient, 1),
    );
    this.#count++;
    tf.dispose(earlier);
  }

  /** The mean of all, the caller's to dispose. */
  mean(): Gradients {
    return mapPaths(this.#sum ?? {}, (sum) => tf.mul(sum, 1 / this.#count));
  }

  dispose(): void {
    tf.dispose(this.#sum);
    this.#sum = undefined;
  }
}
