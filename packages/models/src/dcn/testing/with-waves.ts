import { tf } from '@sandwich/engine';
import { wave } from '../../../testing/waves.js';
import type { Dcn } from '../dcn.js';

/** Gives a network the weights of make_dcn.py, in the order in which its layers compute. */
export function withWaves(dcn: Dcn, scale: number): Dcn {
  const paths = Object.keys(dcn.parameters).filter((path) => path !== 'scale');
  for (const [i, path] of paths.entries()) {
    const variable = dcn.parameters[path];
    const [size, , inputs, outputs] = variable.shape;
    const limit = variable.rank === 4 ? Math.sqrt(6 / (size * size * (inputs + outputs))) : 0.1;
    tf.tidy(() => variable.assign(tf.tensor(wave(variable.size, i, limit), variable.shape)));
  }
  tf.tidy(() => dcn.parameters.scale.assign(tf.scalar(scale)));
  return dcn;
}
