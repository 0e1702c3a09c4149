import yargs, { type Argv } from 'yargs';
import { compressModule } from './commands/compress.js';
import { dataModule } from './commands/data.js';
import { decompressModule } from './commands/decompress.js';
import { evalModule } from './commands/eval.js';
import { exportModule } from './commands/export.js';
import { importKerasModule } from './commands/import-keras.js';
import { inspectModule } from './commands/inspect.js';
import { lpipsScaleModule } from './commands/lpips-scale.js';
import { packModule } from './commands/pack.js';
import { quickstartModule } from './commands/quickstart.js';
import { sweepModule, sweepReportModule, sweepRunModule } from './commands/sweep.js';
import { trainModule } from './commands/train-module.js';

/** The commands and their options; parsing runs a command. */
export const commandLine = (argv: readonly string[]): Argv =>
  yargs([...argv])
    .scriptName('sandwich')
    .command(trainModule)
    .command(evalModule)
    .command(exportModule)
    .command(importKerasModule)
    .command(inspectModule)
    .command(compressModule)
    .command(decompressModule)
    .command(packModule)
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
    });
