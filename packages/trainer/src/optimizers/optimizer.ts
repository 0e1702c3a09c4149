import { type Parameters, tf } from '@sandwich/engine';

/** Gradients by the path of the parameter. Parameters that the loss does not depend on have none. */
export type Gradients = Record<string, tf.Tensor>;

/** What an optimizer remembers: tensors by the path of the parameter, then by name. */
export type OptimizerMemory = Record<string, Record<string, tf.Tensor>>;

/** When an update is made. */
export interface Clock {
  /** Updates made before it. */
  step: number;
  /** Share of the descent or training that is done, 0 to 1. */
  progress: number;
  /** Updates made before it of each parameter that has a gradient: fewer than `step` for one that has joined later. */
  updates: Record<string, number>;
}

/**
 * Turns gradients into steps, which are subtracted from the parameters. Its functions are pure: they neither change nor dispose what they are
 * given, and what an optimizer remembers is handed to it. Optimizers compose by `chain` and `partition`.
 */
export interface Optimizer {
  /** Names of the tensors that it remembers for a parameter. */
  readonly remembers: readonly string[];
  /** Whether it ever moves the parameter of a path: gradients of others are not computed. Default: it moves all. */
  moves?(path: string): boolean;
  /** What it remembers of parameters before their first update. */
  init(parameters: Parameters): OptimizerMemory;
  /**
   * The numbers by which an update differs from others of the same parameters, computed in double precision: `update` gets them as tensors, so that
   * it can be recorded. Lists have a number for each path of `clock.updates`.
   */
  numbers?(clock: Clock): Record<string, number[]>;
  /**
   * The steps that follow from gradients, or, in a chain, from the steps of the optimizer before.
   *
   * @param gradients by path, those of `clock.updates` in their order; a parameter that the loss does not depend on has none and is left as it is
   * @param memory of these parameters at least
   * @param parameters as they are before the step
   * @param numbers what `numbers` returned, [n] each
   * @returns steps, for some of the parameters or all, and the memory of those that had a gradient
   */
  update(
    gradients: Gradients,
    memory: OptimizerMemory,
    parameters: Parameters,
    numbers: Record<string, tf.Tensor1D>,
  ): { steps: Gradients; memory: OptimizerMemory };
}

/** An optimizer that remembers nothing and treats each parameter on its own. */
export const eachOf = (step: (gradient: tf.Tensor, parameter: tf.Variable, path: string) => tf.Tensor): Optimizer => ({
  remembers: [],
  init: () => ({}),
  update: (gradients, _, parameters) => ({
    steps: mapPaths(gradients, (g, path) => step(g, parameters[path], path)),
    memory: {},
  }),
});

/**
 * The parameters that an optimizer moves.
 *
 * @throws Error when it moves none of them, so that there is nothing to train
 */
export function movedBy(optimizer: Optimizer, parameters: Parameters): Parameters {
  const paths = Object.keys(parameters);
  const moved = paths.filter((path) => optimizer.moves?.(path) ?? true);
  if (moved.length === 0 && paths.length > 0) {
    throw new Error(
      `the optimizer moves none of the parameters ${paths.join(', ')}: leave one of them out of frozen()`,
    );
  }
  return Object.fromEntries(moved.map((path) => [path, parameters[path]]));
}

/** Applies a function to each value by path. */
export const mapPaths = <T, R>(values: Record<string, T>, f: (value: T, path: string) => R): Record<string, R> =>
  Object.fromEntries(Object.entries(values).map(([path, value]) => [path, f(value, path)]));

/** Zeros in the shape of each parameter under a name. */
export const zerosFor = (parameters: Parameters, names: readonly string[]): OptimizerMemory =>
  mapPaths(parameters, (p) => Object.fromEntries(names.map((name) => [name, tf.zerosLike(p)])));
