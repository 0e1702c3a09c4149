import { tf } from '@sandwich/engine';
import type { Picture } from '@sandwich/pictures';
import type { Dcn } from '../dcn.js';

/** Numbers within +-scale: `wave` of fixtures/make_dcn.py. */
export function wave(count: number, phase: number, scale: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => {
    const x = (Math.imul(i, 2654435761) + phase * 40503) >>> 0;
    return ((Math.imul(x ^ (x >>> 15), 2246822519) >>> 0) / 2 ** 31 - 1) * scale;
  });
}

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

/** Pixels that nothing can guess from their neighbours. */
export function noise<Channels extends 1 | 3>(
  width: number,
  height: number,
  channels: Channels,
): Picture<Uint8Array, Channels> {
  let state = 1;
  const data = Uint8Array.from({ length: width * height * channels }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
  return { data, width, height, channels };
}
