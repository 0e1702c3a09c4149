// node scripts/with-setup.mjs [options of set-up] <command> [arguments]: runs set-up, then the command of node_modules/.bin.
// --no-system among the arguments goes to set-up, all others to the command.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const given = process.argv.slice(2);
const first = given.findIndex((argument) => !argument.startsWith('--'));
const [command, ...rest] = given.slice(first);
const forSetup = [...given.slice(0, first), ...rest.filter((argument) => argument === '--no-system')];
const forCommand = rest.filter((argument) => argument !== '--no-system');

function run(program, args) {
  const { status, signal, error } = spawnSync(program, args, { stdio: 'inherit' });
  if (error) process.stderr.write(`${program}: ${error.message}\n`);
  if (status !== 0) process.exit(status ?? (signal ? 128 : 1));
}

run(process.execPath, [join(root, 'scripts/setup.mjs'), ...forSetup]);
run(join(root, 'node_modules/.bin', command), forCommand);
