import { tf } from '../tf.js';

/** A gradient that takes the place of TFJS's own, or that TFJS has not. */
export type Gradient = Omit<tf.GradConfig, 'kernelName'> & {
  /** What TFJS lacks or has wrong, for the table in docs/engine.md. */
  why: string;
  /** Whether the gradients of outputs that nothing depends on reach `gradFunc` as null, where TFJS makes zeros of them. */
  partial?: boolean;
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

/** Runs a kernel with several outputs; inputs may be left out. */
export const runKernels = (
  name: string,
  inputs: Record<string, tf.Tensor | null | undefined>,
  attributes: object = {},
): tf.Tensor[] => {
  const given = Object.entries(inputs).filter(([, tensor]) => tensor != null);
  return tf
    .engine()
    .runKernel(name, Object.fromEntries(given) as tf.NamedTensorMap, attributes as tf.NamedAttrMap) as tf.Tensor[];
};

/** Whether what is computed now will be differentiated itself: a kernel without a gradient of its own must not be used. */
export const isDifferentiated = (): boolean => tf.engine().state.gradientDepth > 0;

/**
 * Gradients of an op that is composed of others, in ops that can be differentiated again.
 *
 * @param dys gradients of its results; null for those that nothing depends on
 */
export function composedGradients(
  op: (...inputs: tf.Tensor[]) => tf.Tensor[],
  inputs: tf.Tensor[],
  dys: (tf.Tensor | null)[],
): tf.Tensor[] {
  const product = (...given: tf.Tensor[]) => {
    const results = op(...given);
    const terms = dys.flatMap((dy, i) => (dy ? [tf.sum(tf.mul(results[i], dy))] : []));
    return tf.addN(terms);
  };
  return tf.grads(product)(inputs);
}

/** Names of inputs to save of which some may be left out by the caller; TFJS maps them to tensors. */
export class WhereGiven extends Array<string> {
  override map<T>(tensorOf: (name: string, index: number, names: string[]) => T): T[] {
    return Array.from(this, (name, i) => tensorOf(name, i, this)).filter((tensor) => tensor !== undefined);
  }
}

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
