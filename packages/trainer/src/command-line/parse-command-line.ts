import { CommanderError, Argument as Operand, Option, Command as Parser } from 'commander';
import type { Argument } from './argument.js';
import { type Command, optionName } from './command.js';

/** A command and the values of its arguments. */
export interface ParsedCommand {
  command: Command;
  values: Record<string, unknown>;
}

/** Collects what is given for one argument, and refuses what it cannot have. */
function collect(argument: Argument, name: string, isOption: (text: string) => boolean) {
  const given: string[] = [];
  return (text: string): unknown => {
    if (name.startsWith('--') && isOption(text)) throw new Error(`${name} needs a value, got the option ${text}`);
    given.push(text);
    if (argument.repeated) return given.map((one) => argument.parse(one, name));
    if (given.length > 1) throw new Error(`${name} is given more than once: ${given.join(', ')}`);
    return argument.parse(text, name);
  };
}

function addOptions(parser: Parser, { options }: Command): void {
  const isOption = (text: string) =>
    text.split('=', 1)[0] === '--help' || parser.options.some(({ long }) => long === text.split('=', 1)[0]);
  for (const [key, argument] of Object.entries(options)) {
    const name = argument.negated ? optionName(`no-${key}`) : optionName(key);
    const option = new Option(
      argument.placeholder === null ? name : `${name} <${argument.placeholder}>`,
      argument.describe,
    );
    option.conflicts([...(argument.conflicts ?? [])]);
    if (argument.required) option.makeOptionMandatory();
    if (argument.placeholder === null) {
      let times = 0;
      parser.on(`option:${option.name()}`, () => {
        if (++times > 1) throw new Error(`${name} is given more than once`);
      });
    } else {
      option.argParser(collect(argument, name, isOption));
      if (argument.default !== undefined) option.default(argument.default);
    }
    parser.addOption(option);
  }
}

function addOperands(parser: Parser, { operands }: Command): void {
  for (const [key, argument] of Object.entries(operands)) {
    const name = argument.repeated ? `${key}...` : key;
    const operand = new Operand(argument.required ? `<${name}>` : `[${name}]`, argument.describe);
    parser.addArgument(operand.argParser(collect(argument, key, () => false)));
  }
}

/** Columns of help text; narrower, it is not wrapped. */
const MIN_WIDTH = 20;

const fullName = (parser: Parser): string =>
  parser.parent ? `${fullName(parser.parent)} ${parser.name()}` : parser.name();

/** One line of what the parser says, as this command says it. */
function explain(error: CommanderError, parser: Parser): Error {
  if (error.code === 'commander.help') {
    const names = parser.commands.map((command) => command.name()).join(', ');
    return new Error(`name a command: ${names} (see --help)`);
  }
  const text = error.message
    .replace(/^error: /, '')
    .replace(/(?<!unknown )option '(--[\w-]+)( <[^>]*>)?'/g, '$1')
    .replace(/ argument missing$/, ' needs a value')
    .replace(/ not specified$/, ' is missing')
    .replace(/\s*\n\(Did/, ' (did');
  return new Error(text.endsWith(')') ? text : `${text} (see --help)`);
}

/**
 * Finds the command that arguments name, and the values that they give it. Nothing but the texts is looked at.
 *
 * @param argv arguments after the program's name; what follows `--` are operands, even if it begins with a dash
 * @returns null when help was asked for, and printed
 * @throws Error that names the argument, and says what it takes
 */
export function parseCommandLine(argv: readonly string[], commands: readonly Command[]): ParsedCommand | null {
  let parsed: ParsedCommand | null = null;
  let entered: Parser;
  const settle = (parser: Parser, summary: string, note?: string) =>
    parser
      .summary(summary)
      .description(note === undefined ? summary : `${summary}\n\n${note}`)
      .exitOverride()
      .configureOutput({ writeOut: (text) => process.stdout.write(text), writeErr: () => {} })
      .helpOption('--help', 'show this text')
      .helpCommand(false)
      .configureHelp({ minWidthToWrap: MIN_WIDTH, subcommandTerm: fullName })
      .hook('preSubcommand', (_, subcommand) => {
        entered = subcommand;
      });

  const program = settle(new Parser('sandwich'), 'Train, measure and use neural wrappers around standard image codecs');
  entered = program;
  for (const command of commands) {
    const [first, second] = command.name.split(' ');
    let parent = program;
    if (second !== undefined) {
      const group = program.commands.find((one) => one.name() === first);
      parent = group ?? settle(program.command(first), groups[first]);
    }
    const parser = settle(parent.command(second ?? first), command.describe, command.note);
    addOperands(parser, command);
    addOptions(parser, command);
    const names = Object.keys(command.operands);
    parser.action((...given: unknown[]) => {
      const operands = Object.fromEntries(names.map((name, i) => [name, given[i]]));
      parsed = { command, values: { ...operands, ...parser.opts() } };
    });
  }
  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed') return null;
    throw explain(error, entered);
  }
  return parsed;
}

/** What the commands of a group have in common. */
const groups: Record<string, string> = { data: 'Public data sets and synthetic images' };

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
