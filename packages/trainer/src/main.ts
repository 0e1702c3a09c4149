import yargs from 'yargs';
import { dataModule } from './commands/data.js';
import { evalModule } from './commands/eval.js';
import { quickstartModule } from './commands/quickstart.js';
import { trainModule } from './commands/train.js';

/**
 * The `sandwich` command.
 *
 * @param argv arguments after the command's name
 * @returns the exit code: 0, or 1 after an error, which was printed on standard error
 */
export async function main(argv: readonly string[]): Promise<number> {
  let failure: string | undefined;
  try {
    await yargs([...argv])
      .scriptName('sandwich')
      .command(trainModule)
      .command(evalModule)
      .command(dataModule)
      .command(quickstartModule)
      .demandCommand(1, 'name a command')
      .strict()
      .exitProcess(false)
      .version(false)
      .fail((message, error) => {
        throw error ?? new Error(`${message} (see --help)`);
      })
      .parseAsync();
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  if (failure === undefined) return 0;
  process.stderr.write(`error: ${failure}\n`);
  return 1;
}
