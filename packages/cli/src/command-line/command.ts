import type { Argument, Arguments, Values } from './argument.js';

/** A command of `sandwich`: its arguments, typed, and what it does with their values. */
export interface Command {
  /** One word, or two for a command of a group, such as `data make`. */
  name: string;
  describe: string;
  /** By position, in this order; the last one may be a list. */
  operands: Arguments;
  /** By name, in camel case: `checkpointSteps` is given as `--checkpoint-steps`. */
  options: Arguments;
  /** What help says at its end. */
  note?: string;
  /**
   * Looks at the values together.
   *
   * @throws Error for values that contradict each other
   */
  check?(values: never): void;
  run(values: never): Promise<void>;
}

/** Defines a command; the values that `run` gets have the types of its arguments. */
export const defineCommand = <Operands extends Arguments, Options extends Arguments>(
  command: Omit<Command, 'operands' | 'options' | 'check' | 'run'> & {
    operands: Operands;
    options: Options;
    check?(values: Values<Operands & Options>): void;
    run(values: Values<Operands & Options>): Promise<void>;
  },
): Command => command;

/** How an option is written on the command line. */
export const optionName = (name: string): string =>
  `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** The name of an option without its dashes. */
export const flagName = (name: string, { negated }: Argument): string =>
  optionName(negated ? `no-${name}` : name).slice(2);
