import yargs from 'yargs';
import { dataModule } from './commands/data.js';
import { evalModule } from './commands/eval.js';
import { lpipsScaleModule } from './commands/lpips-scale.js';
import { quickstartModule } from './commands/quickstart.js';
import { sweepModule, sweepReportModule, sweepRunModule } from './commands/sweep.js';
import { trainModule } from './commands/train-module.js';
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
    await yargs([...argv])
      .scriptName('sandwich')
      .command(trainModule)
      .command(evalModule)
      .command(sweepModule)
      .command(sweepRunModule)
      .command(sweepReportModule)
      .command(dataModule)
      .command(lpipsScaleModule)
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
