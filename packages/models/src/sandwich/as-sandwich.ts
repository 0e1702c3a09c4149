import type { System } from '@sandwich/trainer';
import { Sandwich } from './sandwich.js';

/** A system that has to be a sandwich. @throws Error naming the kind that it is of */
export function asSandwich(system: Pick<System, 'kind'>): Sandwich {
  if (system instanceof Sandwich) return system;
  throw new Error(`a sandwich is wanted here, and this is a system of the kind '${system.kind}'`);
}
