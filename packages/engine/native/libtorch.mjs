// Finds libtorch: the folder that LIBTORCH names, one that set-up has unpacked, a Python `torch` wheel, or the system's
// development package.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * @typedef {object} Libtorch
 * @property {string} origin    where it was found, for people
 * @property {string} version
 * @property {string[]} include header folders
 * @property {string} lib       library folder
 */

/** The oldest that the addon is built and tested with. */
const OLDEST = [1, 13];

/** Where the version is defined, in newer ones and in older ones. */
const VERSION_HEADERS = ['torch/headeronly/version.h', 'torch/csrc/api/include/torch/version.h'];

/** Where set-up keeps what it has unpacked; `libtorch` in it is a link to the one in use. */
export const cacheFolder = () => join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'sandwich');

/** The three numbers in a folder of libtorch's headers; null when they are not there. */
export function versionIn(include) {
  for (const name of VERSION_HEADERS) {
    if (!existsSync(join(include, name))) continue;
    const header = readFileSync(join(include, name), 'utf8');
    const parts = ['MAJOR', 'MINOR', 'PATCH'].map(
      (part) => new RegExp(`define TORCH_VERSION_${part} (\\d+)`).exec(header)?.[1],
    );
    if (parts.every((part) => part !== undefined)) return parts.join('.');
  }
  return null;
}

/** Reads a libtorch laid out as include/ and lib/; null when the folder does not hold one. */
function inspect(origin, include, lib) {
  const version = versionIn(include);
  if (version === null || !existsSync(join(lib, 'libtorch_cpu.so'))) return null;
  return { origin, version, include: [include, join(include, 'torch/csrc/api/include')], lib };
}

const inspectFolder = (origin, folder) => inspect(origin, join(folder, 'include'), join(folder, 'lib'));

/** Why a libtorch cannot be used; null when it can. */
export function obstacle({ version, origin }) {
  const [major, minor] = version.split('.').map(Number);
  const old = major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
  return old ? `libtorch ${version} (${origin}) is too old: ${OLDEST.join('.')} or newer is needed` : null;
}

function unpackedLibtorch() {
  const link = join(cacheFolder(), 'libtorch');
  if (!existsSync(link)) return null;
  const folder = realpathSync(link);
  return inspectFolder(`the archive unpacked in ${folder}`, folder);
}

/** An installed Python wheel, found without importing it. Debian's own package is the system's libtorch, not a wheel. */
function wheelLibtorch() {
  const code =
    'import importlib.util as u; s = u.find_spec("torch"); print(s.submodule_search_locations[0] if s else "")';
  let folder;
  try {
    // In / : a folder of the same name in the working directory is no package.
    const output = execFileSync('python3', ['-c', code], {
      cwd: '/',
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    folder = realpathSync(output.trim());
  } catch {
    return null;
  }
  if (folder.startsWith('/usr/lib/python3/dist-packages')) return null;
  return inspectFolder(`the Python wheel in ${folder}`, folder);
}

function systemLibtorch() {
  const folders = [
    '/usr/lib',
    ...readdirSync('/usr/lib')
      .filter((name) => /-linux-gnu/.test(name))
      .map((name) => `/usr/lib/${name}`),
  ];
  for (const lib of folders) {
    const found = inspect('the system', '/usr/include', lib);
    if (found) return found;
  }
  return null;
}

/**
 * @returns {Libtorch | null}
 * @throws {Error} when LIBTORCH names a folder that holds no libtorch, and when all that there is, is too old
 */
export function locateLibtorch() {
  const { LIBTORCH } = process.env;
  if (LIBTORCH) {
    const found = inspectFolder(`LIBTORCH=${LIBTORCH}`, LIBTORCH);
    if (!found)
      throw new Error(
        `LIBTORCH=${LIBTORCH} holds no libtorch: include/${VERSION_HEADERS[1]} or lib/libtorch_cpu.so is missing`,
      );
    const reason = obstacle(found);
    if (reason) throw new Error(reason);
    return found;
  }
  const refused = [];
  for (const locate of [unpackedLibtorch, wheelLibtorch, systemLibtorch]) {
    const found = locate();
    const reason = found && obstacle(found);
    if (found && !reason) return found;
    if (reason) refused.push(reason);
  }
  if (refused.length > 0) throw new Error(refused.join('; '));
  return null;
}
