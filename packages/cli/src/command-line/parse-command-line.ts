import { closestMatch } from 'leven';
import yargs, { type Argv } from 'yargs';
import type { Argument } from './argument.js';
import { valuesOf } from './argument-values.js';
import { type Command, flagName, optionName } from './command.js';

/** A command and the values of its arguments. */
export interface ParsedCommand {
  command: Command;
  values: Record<string, unknown>;
}

/** Columns of help text, at least; in fewer, words would be broken. */
const MIN_WIDTH = 60;

/** Words that have a meaning of their own to yargs; this mark, which no argument can contain, makes operands of them. */
const MARK = '\0';
const marked = (word: string): string => word.replace(/^(help|--?(_|\$0|get-yargs-completions)(=.*)?)$/s, `${MARK}$&`);
const unmarked = (text: string): string => text.replaceAll(MARK, '');

const SUMMARY = 'Train, measure and use neural wrappers around standard image codecs';

/** What the commands of a group have in common. */
const groups: Record<string, string> = { data: 'Public data sets and synthetic images' };

/** One line of what yargs says, where these subcommands or options are known. */
function explain(message: string, known: readonly string[]): Error {
  const text = unmarked(message)
    .replace(/^Unknown commands?: (.*?)(, .*)?$/s, "unknown command '$1'")
    .replace(/^Unknown arguments?: (.)(, .*)?$/s, "unknown option '-$1'")
    .replace(/^Unknown arguments?: (.*?)(, .*)?$/s, "unknown option '--$1'")
    .replace(/^Not enough arguments following: (.*)$/, '--$1 needs a value')
    .replace(/^Argument unexpected for: (.*)$/, '--$1 takes no value')
    .replace(/^Arguments (.*) and (.*) are mutually exclusive$/, '--$1 cannot be used with --$2');
  const [, unknown] = text.match(/^unknown \w+ '(.*)'$/s) ?? ['', ''];
  const maxDistance = Math.min(3, Math.floor(unknown.replace(/^-+/, '').length / 2));
  const meant = unknown && closestMatch(unknown, known, { maxDistance });
  return new Error(`${text} (${meant ? `did you mean ${meant}?` : 'see --help'})`);
}

/** Tells yargs the arguments of a command. yargs only splits them: their texts stay texts, and operands a list. */
function addArguments(parser: Argv, { name, describe, note, operands, options }: Command): Argv {
  const places = Object.entries(operands).map(([key, { required, repeated }]) => {
    const place = repeated ? `${key}...` : key;
    return required ? `<${place}>` : `[${place}]`;
  });
  parser.usage(`Usage: ${['$0', name, '[options]', ...places].join(' ')}\n\n${describe}`);
  for (const [key, argument] of Object.entries(operands)) parser.positional(key, { describe: argument.describe });
  for (const [key, argument] of Object.entries(options)) {
    parser.option(flagName(key, argument), {
      describe: described(argument),
      nargs: argument.placeholder === null ? 0 : 1,
      conflicts: argument.conflicts?.map((other) => flagName(other, options[other])),
    });
    if (argument.formerly) parser.option(argument.formerly, { hidden: true, nargs: 1 });
  }
  if (note !== undefined) parser.epilogue(note);
  const names = Object.entries(options).map(([key, argument]) => `--${flagName(key, argument)}`);
  return parser.strictCommands(false).fail((message) => {
    throw explain(message, [...names, '--help']);
  });
}

/** What help says of an option. */
function described({ describe, placeholder, negated, default: value }: Argument): string {
  const kind = placeholder === null ? '' : ` [${placeholder}]`;
  return `${describe}${kind}${value === undefined || negated ? '' : ` [default: ${value}]`}`;
}

/** Tells yargs the commands, all of which begin with a prefix: an empty one, or a group's name and a space. */
function addCommands(
  parser: Argv,
  commands: readonly Command[],
  prefix: string,
  summary: string,
  found: (command: Command, given: Record<string, unknown>) => void,
): Argv {
  const names = [...new Set(commands.map(({ name }) => name.slice(prefix.length).split(' ', 1)[0]))];
  for (const word of names) {
    const name = prefix + word;
    const command = commands.find((one) => one.name === name);
    if (command) {
      const take = (given: Record<string, unknown>) => found(command, given);
      parser.command(word, command.describe, (inner) => addArguments(inner, command), take);
    } else {
      const members = commands.filter((one) => one.name.startsWith(`${name} `));
      parser.command(word, groups[name], (inner) => addCommands(inner, members, `${name} `, groups[name], found));
    }
  }
  parser.usage(`Usage: $0 ${prefix}<command> [options]\n\n${summary}`);
  return parser.demandCommand(1, `name a command: ${names.join(', ')}`).fail((message) => {
    throw explain(message, names);
  });
}

/**
 * Finds the command that arguments name, and the values that they give it. Nothing but the texts is looked at.
 *
 * @param argv arguments after the program's name; what follows `--` are operands, even if it begins with a dash
 * @returns null when help was asked for, and printed
 * @throws Error that names the argument, and says what it takes
 */
export function parseCommandLine(argv: readonly string[], commands: readonly Command[]): ParsedCommand | null {
  // yargs would look for the command behind options that it does not know yet.
  const first = Object.hasOwn(groups, argv[0] ?? '') ? argv[1] : argv[0];
  if (first?.startsWith('-') && first !== '--help') throw new Error(`name a command before ${first} (see --help)`);

  let parsed: ParsedCommand | null = null;
  const parser = yargs()
    .scriptName('sandwich')
    .detectLocale(false)
    .version(false)
    .help('help', 'show this text')
    .nargs('help', 0)
    .wrap(Math.max(process.stdout.columns || 80, MIN_WIDTH))
    .strictOptions()
    .strictCommands()
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'nargs-eats-options': true,
      'parse-numbers': false,
      'parse-positional-numbers': false,
    });
  addCommands(parser, commands, '', SUMMARY, (command, given) => {
    parsed = { command, values: valuesOf(command, given, unmarked) };
  });
  parser.parse(argv.map(marked), (_error: unknown, _given: unknown, output: string) => {
    if (output) process.stdout.write(`${output}\n`);
  });
  return parsed;
}

/**
 * Looks at the values of a command together, and at all that they name, before it begins.
 *
 * @throws Error for values that contradict each other, or that says what was found
 */
export async function checkValues({ command, values }: ParsedCommand): Promise<void> {
  command.check?.(values as never);
  for (const [key, argument] of Object.entries(command.operands)) await checkValue(argument, values[key], key);
  for (const [key, argument] of Object.entries(command.options)) {
    await checkValue(argument, values[key], optionName(key));
  }
}

async function checkValue(argument: Argument, value: unknown, name: string): Promise<void> {
  if (value !== undefined) await argument.check?.(value as never, name);
}
