import { commandLine } from './command-line.js';
import { Interrupted } from './interruption.js';

/**
 * The `sandwich` command.
 *
 * @param argv arguments after the command's name
 * @returns the exit code: 0; 1 after an error, which was printed on standard error; or 128 and the number of the signal that
 * interrupted it
 */
export async function main(argv: readonly string[]): Promise<number> {
  let failure: string | undefined;
  try {
    await commandLine(argv).parseAsync();
  } catch (error) {
    if (error instanceof Interrupted) {
      process.stderr.write(`${error.message}\n`);
      return error.exitCode;
    }
    failure = error instanceof Error ? error.message : String(error);
  }
  if (failure === undefined) return 0;
  process.stderr.write(`error: ${failure}\n`);
  return 1;
}
