import { Interrupted } from '@sandwich/trainer';
import { commands } from './command-line/commands.js';
import { checkValues, parseCommandLine } from './command-line/parse-command-line.js';
import { userMessage } from './user-message.js';

/**
 * The `sandwich` command.
 *
 * @param argv arguments after the command's name
 * @returns the exit code: 0; 1 after an error, which was printed on standard error; or 128 and the number of the signal that
 * interrupted it
 */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    const parsed = parseCommandLine(argv, commands);
    if (parsed === null) return 0;
    await checkValues(parsed);
    await parsed.command.run(parsed.values as never);
    return 0;
  } catch (error) {
    if (error instanceof Interrupted) {
      process.stderr.write(`${error.message}\n`);
      return error.exitCode;
    }
    process.stderr.write(`error: ${userMessage(error)}\n`);
    return 1;
  }
}
