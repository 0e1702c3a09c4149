import { membersOf, merged } from './composed.js';
import type { Optimizer } from './optimizer.js';

/**
 * Optimizers one after the other: each gets the steps of the one before for its gradients.
 *
 * @example
 * // one step of a sign attack within 8 gray levels of x0, in the range of pixels
 * const attack = chain(sign(), scale(2), projectBall(x0, 8, 'inf'), clip(0, 255));
 */
export function chain(...optimizers: Optimizer[]): Optimizer {
  const members = membersOf(optimizers);
  return {
    remembers: members.flatMap(({ remembers }) => remembers),
    moves: (path) => members.every(({ optimizer }) => optimizer.moves?.(path) ?? true),
    init: (parameters) => merged(members.map(({ optimizer, among }) => among(optimizer.init(parameters)))),
    numbers: (clock) =>
      Object.assign(
        {},
        ...members.map(({ optimizer, amongNumbers }) => amongNumbers(optimizer.numbers?.(clock) ?? {})),
      ),
    update(gradients, memory, parameters, numbers) {
      let steps = gradients;
      const next = members.map(({ optimizer, own, among, ownNumbers }) => {
        const result = optimizer.update(steps, own(memory), parameters, ownNumbers(numbers));
        steps = result.steps;
        return among(result.memory);
      });
      return { steps, memory: merged(next) };
    },
  };
}
