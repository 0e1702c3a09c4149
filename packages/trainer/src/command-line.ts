import yargs, { type Argv } from 'yargs';
import { compressModule } from './commands/compress.js';
import { dataModule } from './commands/data.js';
import { decompressModule } from './commands/decompress.js';
import { evalModule } from './commands/eval.js';
import { exportModule } from './commands/export.js';
import { galleryModule } from './commands/gallery.js';
import { importKerasModule } from './commands/import-keras.js';
import { inspectModule } from './commands/inspect.js';
import { lpipsScaleModule } from './commands/lpips-scale.js';
import { packModule } from './commands/pack.js';
import { quickstartModule } from './commands/quickstart.js';
import { sweepModule, sweepReportModule, sweepRunModule } from './commands/sweep.js';
import { trainModule } from './commands/train-module.js';

/** What may be given more than once. */
const LISTS = new Set(['_', 'run', 'set', 'over']);

/** yargs makes an array of an option that is repeated. @throws Error naming it */
function checkOnce(argv: Record<string, unknown>): true {
  const twice = Object.entries(argv).find(([name, value]) => Array.isArray(value) && !LISTS.has(name));
  if (twice) throw new Error(`--${twice[0]} is given more than once: ${(twice[1] as unknown[]).join(', ')}`);
  return true;
}

/** The commands and their options; parsing runs a command. */
export const commandLine = (argv: readonly string[]): Argv =>
  yargs([...argv])
    .scriptName('sandwich')
    .command(trainModule)
    .command(evalModule)
    .command(exportModule)
    .command(importKerasModule)
    .command(inspectModule)
    .command(galleryModule)
    .command(compressModule)
    .command(decompressModule)
    .command(packModule)
    .command(sweepModule)
    .command(sweepRunModule)
    .command(sweepReportModule)
    .command(dataModule)
    .command(lpipsScaleModule)
    .command(quickstartModule)
    .check(checkOnce, true)
    .demandCommand(1, 'name a command')
    .strict()
    .exitProcess(false)
    .version(false)
    .fail((message, error) => {
      throw error ?? new Error(`${message} (see --help)`);
    });
