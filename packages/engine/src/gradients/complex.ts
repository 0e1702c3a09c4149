// Complex numbers. The gradient to a + ib is dL/da + i dL/db: real losses have real gradients to real and imaginary parts.

import { tf } from '../tf.js';
import { type GradientTable, gradient, sumTo } from './gradient.js';

const zeros = (x: tf.Tensor) => tf.zeros(x.shape);

/** Scales by a real number. */
const scale = (z: tf.Tensor, factor: number) => tf.complex(tf.mul(tf.real(z), factor), tf.mul(tf.imag(z), factor));

const conjugate = (z: tf.Tensor) => tf.complex(tf.real(z), tf.neg(tf.imag(z)));

/** `sumTo` of complex numbers, which not all engines sum. */
const sumComplexTo = (dy: tf.Tensor, shape: number[]) =>
  tf.complex(sumTo(tf.real(dy), shape), sumTo(tf.imag(dy), shape));

const MISSING = 'missing';
const multiplyOfTfjs = tf.getGradient('Multiply');
const subOfTfjs = tf.getGradient('Sub');
const addOfTfjs = tf.getGradient('Add');

/** A gradient of complex numbers beside TFJS's of real ones. */
const beside = (
  ofTfjs: tf.GradConfig,
  gradientsOf: (dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => { a: tf.Tensor; b: tf.Tensor },
) =>
  gradient({
    why: 'wrong: of complex numbers',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, [a, b], attributes) => {
      if (dy.dtype !== 'complex64') return ofTfjs.gradFunc(dy, [a, b], attributes as tf.NamedAttrMap) as never;
      return {
        a: () => sumComplexTo(gradientsOf(dy, a, b).a, a.shape),
        b: () => sumComplexTo(gradientsOf(dy, a, b).b, b.shape),
      };
    },
  });

export const complex: GradientTable = {
  Complex: gradient({
    why: MISSING,
    gradFunc: (dy) => ({ real: () => tf.real(dy), imag: () => tf.imag(dy) }),
  }),
  Identity: gradient({ why: 'wrong: of complex numbers', gradFunc: (dy) => ({ x: () => tf.clone(dy) }) }),
  Real: gradient({ why: MISSING, gradFunc: (dy) => ({ input: () => tf.complex(dy, zeros(dy)) }) }),
  Imag: gradient({ why: MISSING, gradFunc: (dy) => ({ input: () => tf.complex(zeros(dy), dy) }) }),

  // |z| grows along z; at zero it has no direction.
  ComplexAbs: gradient({
    why: 'wrong: casts to real numbers',
    inputsToSave: ['x'],
    gradFunc: (dy, [z]) => ({
      x: () => {
        const slope = tf.divNoNan(dy, tf.abs(z));
        return tf.complex(tf.mul(slope, tf.real(z)), tf.mul(slope, tf.imag(z)));
      },
    }),
  }),

  // The transform of length n is a symmetric matrix F with the inverse conj(F) / n; a gradient goes through conj(F).
  FFT: gradient({
    why: MISSING,
    gradFunc: (dy) => ({ input: () => scale(tf.ifft(dy), dy.shape.at(-1)!) }),
  }),
  IFFT: gradient({
    why: MISSING,
    gradFunc: (dy) => ({ input: () => scale(tf.fft(dy), 1 / dy.shape.at(-1)!) }),
  }),

  Add: beside(addOfTfjs, (dy) => ({ a: dy, b: dy })),
  Sub: beside(subOfTfjs, (dy) => ({ a: dy, b: scale(dy, -1) })),
  Multiply: beside(multiplyOfTfjs, (dy, a, b) => ({ a: tf.mul(dy, conjugate(b)), b: tf.mul(dy, conjugate(a)) })),
};
