import { inFloat32, tf } from '@sandwich/engine';

/** `tf.matMul` in float32 on an engine of any precision: a rounded coefficient or sample is another one. */
export const exactMatMul: typeof tf.matMul = (...factors) => inFloat32(() => tf.matMul(...factors));
