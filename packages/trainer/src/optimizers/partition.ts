import { membersOf, merged } from './composed.js';
import type { Optimizer } from './optimizer.js';
import { pathPattern } from './path-pattern.js';

/**
 * Optimizers for different parameters: the first whose pattern fits a parameter's path trains it.
 *
 * @param parts by path, in which `*` stands for any text: `pre/*`, `codec/quantiles`, `*`
 * @throws Error, when it is used, naming a parameter that no pattern fits
 * @example
 * // the pre-processor stays as it is, the quantiser's step learns ten times as fast as the rest
 * partition({ 'pre/*': frozen(), 'proxy/qstep': adam({ learningRate: 1e-2 }), '*': adam({ learningRate: 1e-3 }) });
 */
export function partition(parts: Record<string, Optimizer>): Optimizer {
  const patterns = Object.keys(parts).map(pathPattern);
  const members = membersOf(Object.values(parts));
  const partOf = (path: string): number => {
    const part = patterns.findIndex((pattern) => pattern(path));
    if (part >= 0) return part;
    throw new Error(`partition: no pattern fits ${path}; there are ${Object.keys(parts).join(', ')}`);
  };
  const only = <T>(part: number, values: Record<string, T>): Record<string, T> =>
    Object.fromEntries(Object.entries(values).filter(([path]) => partOf(path) === part));
  return {
    remembers: members.flatMap(({ remembers }) => remembers),
    moves: (path) => members[partOf(path)].optimizer.moves?.(path) ?? true,
    init: (parameters) =>
      merged(members.map(({ optimizer, among }, part) => among(optimizer.init(only(part, parameters))))),
    numbers: (clock) =>
      Object.assign(
        {},
        ...members.map(({ optimizer, amongNumbers }, part) =>
          amongNumbers(optimizer.numbers?.({ ...clock, updates: only(part, clock.updates) }) ?? {}),
        ),
      ),
    update(gradients, memory, parameters, numbers) {
      const results = members.map(({ optimizer, own, among, ownNumbers }, part) => {
        const result = optimizer.update(
          only(part, gradients),
          own(only(part, memory)),
          only(part, parameters),
          ownNumbers(numbers),
        );
        return { steps: result.steps, memory: among(result.memory) };
      });
      const steps = Object.assign({}, ...results.map((result) => result.steps));
      return { steps, memory: merged(results.map((result) => result.memory)) };
    },
  };
}
