import { type Parameters, tf } from '@sandwich/engine';
import type { Gradients } from '../optimizers/optimizer.js';

/** Where one program leaves the gradients that another one takes, by path. */
export class GradientVariables {
  #all: Parameters = {};

  /** Takes the values of gradients, which stay the caller's. */
  hold(gradients: Gradients): void {
    for (const [path, gradient] of Object.entries(gradients)) {
      if (this.#all[path]) this.#all[path].assign(gradient);
      else this.#all[path] = tf.variable(gradient, false);
    }
  }

  /** Those of some parameters, in this order. */
  of(paths: readonly string[]): Parameters {
    return Object.fromEntries(paths.map((path) => [path, this.#all[path]]));
  }

  /** All of them. */
  get all(): tf.Variable[] {
    return Object.values(this.#all);
  }

  dispose(): void {
    tf.dispose(this.#all);
    this.#all = {};
  }
}
