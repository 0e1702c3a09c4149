import type { Argument } from './argument.js';
import { type Command, flagName } from './command.js';

/** The value of an argument from the texts that were given for it, in their order. */
function readValue(argument: Argument, name: string, given: readonly string[]): unknown {
  if (given.length === 0) {
    if (argument.required) throw new Error(`missing required argument '${name}' (see --help)`);
    return argument.default;
  }
  if (given.length > 1 && !argument.repeated) {
    const texts = argument.placeholder === null ? '' : `: ${given.join(', ')}`;
    throw new Error(`${name} is given more than once${texts}`);
  }
  const values = given.map((text) => argument.parse(text, name));
  return argument.repeated ? values : values[0];
}

function operandValues({ name, operands }: Command, words: readonly string[]): [string, unknown][] {
  const entries = Object.entries(operands);
  const isList = entries.at(-1)?.[1].repeated;
  if (words.length > entries.length && !isList) {
    throw new Error(`too many arguments for ${name}: ${words.slice(entries.length).join(', ')} (see --help)`);
  }
  return entries.map(([key, argument], i) => {
    const given = argument.repeated ? words.slice(i) : words.slice(i, i + 1);
    return [key, readValue(argument, key, given)];
  });
}

function optionValues({ options }: Command, textsOf: (flag: string) => string[]): [string, unknown][] {
  const entries = Object.entries(options);
  const names = ['--help', ...entries.map(([key, argument]) => `--${flagName(key, argument)}`)];
  return entries.map(([key, argument]) => {
    const flag = flagName(key, argument);
    const given = [...textsOf(flag), ...(argument.formerly ? textsOf(argument.formerly) : [])];
    const option = given.find((text) => names.includes(text.split('=', 1)[0]));
    if (option !== undefined) throw new Error(`--${flag} needs a value, got the option ${option}`);
    return [key, readValue(argument, `--${flag}`, given)];
  });
}

/**
 * The values of a command's arguments, without those that have none.
 *
 * @param given what yargs has split: texts by option, a list for an option given several times, `true` for a flag; in `_` the
 * command's words and its operands
 * @param textOf the text as it was given
 * @throws Error that names the argument, and says what it takes
 */
export function valuesOf(
  command: Command,
  given: Record<string, unknown>,
  textOf: (text: string) => string,
): Record<string, unknown> {
  const texts = (key: string) => [given[key] ?? []].flat().map((text) => textOf(String(text)));
  const named = Object.keys(command.operands).find((key) => given[key] !== undefined);
  if (named !== undefined) throw new Error(`unknown option '--${named}': ${named} is given without its name`);
  const words = texts('_').slice(command.name.split(' ').length);
  const entries = [...operandValues(command, words), ...optionValues(command, texts)];
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
