// Functions with steps: their derivative is zero wherever they have one. TFJS stops with an error where a condition such
// as `x > 0` depends on what is differentiated.

import { tf } from '../tf.js';
import { type Gradient, type GradientTable, gradient } from './gradient.js';

/** Saves what is needed to know the shapes: zeros for each of the inputs. */
const zeros = (...inputs: string[]): Gradient =>
  gradient({
    why: 'missing: a condition stops differentiation',
    inputsToSave: inputs,
    gradFunc: (_, saved) => Object.fromEntries(inputs.map((name, i) => [name, () => tf.zeros(saved[i].shape)])),
  });

export const discrete: GradientTable = {
  All: zeros('x'),
  Any: zeros('x'),
  Equal: zeros('a', 'b'),
  Greater: zeros('a', 'b'),
  Less: zeros('a', 'b'),
  LessEqual: zeros('a', 'b'),
  LogicalAnd: zeros('a', 'b'),
  LogicalNot: zeros('x'),
  LogicalOr: zeros('a', 'b'),
  LogicalXor: zeros('a', 'b'),
  NotEqual: zeros('a', 'b'),

  FloorDiv: { ...zeros('a', 'b'), why: 'wrong: that of a division, where quotients are whole numbers' },

  Cast: gradient<tf.CastAttrs>({
    why: 'wrong: passes through the cutting off of decimals',
    gradFunc: (dy, _, { dtype }) => ({
      x: () => {
        if (dtype === 'complex64') return tf.real(dy);
        return dtype === 'float32' ? tf.clone(dy) : tf.zerosLike(dy);
      },
    }),
  }),
};
