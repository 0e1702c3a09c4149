import { tf } from '@sandwich/engine';
import { wave } from '../../../testing/waves.js';
import type { FactorizedPrior } from '../factorized-prior.js';

/** Within what the parameters of make_factorized_prior.py lie, by the last part of their names. */
const SCALES: Readonly<Record<string, number>> = { beta: 0.3, gamma: 0.2, bias: 0.1 };

/** Gives a codec the parameters of make_factorized_prior.py. */
export function withWaves(prior: FactorizedPrior): FactorizedPrior {
  for (const [phase, [path, variable]] of Object.entries(prior.parameters).entries()) {
    const part = path.slice(path.lastIndexOf('/') + 1);
    const [height, width, inputs, outputs] = variable.shape;
    const scale = part === 'weight' ? Math.sqrt(12 / (height * width * (inputs + outputs))) : (SCALES[part] ?? 0.4);
    tf.tidy(() => {
      const values = tf.tensor(wave(variable.size, phase, scale), variable.shape);
      if (part === 'beta') variable.assign(values.add(1));
      else variable.assign(part === 'quantiles' ? values.add(tf.tensor1d([-9, 0, 8])) : values);
    });
  }
  return prior;
}
