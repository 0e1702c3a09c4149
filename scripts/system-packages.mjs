// Packages of Debian and Ubuntu, where set-up may install them: as root, and once.

import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Whether a program is found in PATH. */
export const isInstalled = (program) =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

export const canInstall = () =>
  process.getuid?.() === 0 && existsSync('/etc/debian_version') && isInstalled('apt-get') && isInstalled('apt-cache');

/** Installs packages, and those of `optional` that this system knows; false when apt-get fails. */
export function install(packages, optional = []) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) => spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 2], env }).status === 0;
  const isKnown = (name) => /\S/.test(spawnSync('apt-cache', ['madison', name], { env }).stdout?.toString() ?? '');
  apt('update');
  return apt('install', '-y', '--no-install-recommends', ...packages, ...optional.filter(isKnown));
}

const DAY = 24 * 60 * 60 * 1000;

/** Whether `text` was not said or tried in the last day. `file` keeps it. */
export function isDue(file, text) {
  const known = existsSync(file) && readFileSync(file, 'utf8') === text && Date.now() - statSync(file).mtimeMs < DAY;
  if (!known) writeFileSync(file, text);
  return !known;
}
