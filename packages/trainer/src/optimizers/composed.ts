import type { tf } from '@sandwich/engine';
import { namedGroup } from './named-group.js';
import { mapPaths, type Optimizer, type OptimizerMemory } from './optimizer.js';

/** One of the optimizers that another one is composed of, which keeps its memory and numbers apart from those of the others. */
export interface Member {
  optimizer: Optimizer;
  /** The names of its memory within that of the whole. */
  remembers: readonly string[];
  /** Its memory in that of the whole. */
  own(memory: OptimizerMemory): OptimizerMemory;
  /** The reverse. */
  among(memory: OptimizerMemory): OptimizerMemory;
  /** Its numbers in those of the whole. */
  ownNumbers(numbers: Record<string, tf.Tensor1D>): Record<string, tf.Tensor1D>;
  /** The reverse. */
  amongNumbers(numbers: Record<string, number[]>): Record<string, number[]>;
}

/** Gives each member names of its own: those that an earlier one has taken get its place behind them. */
export function membersOf(optimizers: readonly Optimizer[]): Member[] {
  const taken = new Set<string>();
  return optimizers.map((optimizer, place) => {
    const outside = optimizer.remembers.map((name) => (taken.has(name) ? `${name}@${place}` : name));
    for (const name of outside) taken.add(name);
    const renamed = (from: readonly string[], to: readonly string[]) => (memory: OptimizerMemory) =>
      mapPaths(memory, (tensors) =>
        Object.fromEntries(from.flatMap((name, i) => (tensors[name] ? [[to[i], tensors[name]]] : []))),
      );
    const prefix = `${place}/`;
    return {
      optimizer,
      remembers: outside,
      own: renamed(outside, optimizer.remembers),
      among: renamed(optimizer.remembers, outside),
      ownNumbers: (numbers) => namedGroup(numbers, prefix),
      amongNumbers: (numbers) =>
        Object.fromEntries(Object.entries(numbers).map(([name, value]) => [prefix + name, value])),
    };
  });
}

/** Puts together what several remember of each parameter. */
export function merged(memories: readonly OptimizerMemory[]): OptimizerMemory {
  const all: OptimizerMemory = {};
  for (const memory of memories) {
    for (const [path, tensors] of Object.entries(memory)) all[path] = { ...all[path], ...tensors };
  }
  return all;
}
