// Numbers that `peers/networks.py` makes too, from the same names.

import { tf } from '@sandwich/engine';

const GOLDEN = 0x9e3779b9;

/** FNV-1a. */
function hash(name: string): number {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(name)) value = Math.imul(value ^ byte, 0x01000193);
  return value >>> 0;
}

/** The finalizer of MurmurHash3. */
function mixed(seed: number): number {
  let x = seed;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/** Numbers in [0, 1) that follow from the name. */
export function uniform(name: string, shape: number[]): tf.Tensor {
  const seed = hash(name);
  const size = tf.util.sizeFromShape(shape);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => mixed(seed + Math.imul(i, GOLDEN)) / 2 ** 32),
    shape,
  );
}

/** Whole numbers in [0, count) that follow from the name. */
export const choices = (name: string, shape: number[], count: number): tf.Tensor =>
  tf.tidy(() => tf.cast(tf.floor(tf.mul(uniform(name, shape), count)), 'int32'));

/** Weights in [-limit, limit) with limit = sqrt(6 / fanIn); fanIn is the product of all sizes but the last unless it is given. */
export const weight = (name: string, shape: number[], fanIn = tf.util.sizeFromShape(shape.slice(0, -1))): tf.Tensor =>
  tf.tidy(() => tf.mul(tf.sub(tf.mul(uniform(name, shape), 2), 1), Math.sqrt(6 / fanIn)));
