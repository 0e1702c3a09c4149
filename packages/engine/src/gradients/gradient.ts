import { tf } from '../tf.js';

/** A gradient that takes the place of TFJS's own, or that TFJS has not. */
export type Gradient = Omit<tf.GradConfig, 'kernelName'> & {
  /** What TFJS lacks or has wrong, for the table in docs/engine.md. */
  why: string;
};

/** TFJS kernel name -> its gradient. */
export type GradientTable = Record<string, Gradient>;

interface Definition<Attributes, Dy> extends Omit<Gradient, 'gradFunc'> {
  gradFunc(dy: Dy, saved: tf.Tensor[], attributes: Attributes): Record<string, () => tf.Tensor>;
}

/** Lets an entry of a table name its attributes and, where a kernel has several outputs, their gradients. */
export const gradient = <Attributes = unknown, Dy = tf.Tensor>(definition: Definition<Attributes, Dy>): Gradient =>
  definition as unknown as Gradient;

export const hasKernel = (name: string): boolean => tf.getKernel(name, tf.getBackend()) != null;

export const runKernel = (name: string, inputs: tf.NamedTensorMap, attributes: object = {}): tf.Tensor =>
  tf.engine().runKernel(name, inputs, attributes as tf.NamedAttrMap) as tf.Tensor;

/** Sums away the axes along which an input of this shape was broadcast. */
export function sumTo(dy: tf.Tensor, shape: number[]): tf.Tensor {
  const added = dy.rank - shape.length;
  const axes = dy.shape.flatMap((size, axis) =>
    axis < added || (shape[axis - added] === 1 && size !== 1) ? [axis] : [],
  );
  return tf.reshape(axes.length > 0 ? tf.sum(dy, axes) : dy, shape);
}

/** A number or a pair as a pair. */
export const pair = (value: number | number[]): [number, number] =>
  typeof value === 'number' ? [value, value] : [value[0], value[1] ?? value[0]];
