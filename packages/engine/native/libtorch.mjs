// Finds libtorch: the folder that LIBTORCH names, a Python `torch` wheel, or the system's development package.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} Libtorch
 * @property {string} origin    where it was found, for people
 * @property {string} version
 * @property {string[]} include header folders
 * @property {string} lib       library folder
 */

const VERSION_HEADER = 'torch/csrc/api/include/torch/version.h';

/** Reads a libtorch laid out as include/ and lib/; null when the folder does not hold one. */
function inspect(origin, include, lib) {
  const versionHeader = join(include, VERSION_HEADER);
  if (!existsSync(versionHeader) || !existsSync(join(lib, 'libtorch_cpu.so'))) return null;
  const header = readFileSync(versionHeader, 'utf8');
  const version = ['MAJOR', 'MINOR', 'PATCH']
    .map((part) => new RegExp(`TORCH_VERSION_${part} (\\d+)`).exec(header)?.[1])
    .join('.');
  return { origin, version, include: [include, join(include, 'torch/csrc/api/include')], lib };
}

/** The folder of an installed Python wheel, found without importing it. Debian's own package is the system's libtorch. */
function pythonWheel() {
  const code =
    'import importlib.util as u; s = u.find_spec("torch"); print(s.submodule_search_locations[0] if s else "")';
  try {
    const folder = execFileSync('python3', ['-c', code], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    return folder && !realpathSync(folder).startsWith('/usr/lib/python3/dist-packages') ? folder : null;
  } catch {
    return null;
  }
}

/** @returns {Libtorch | null} */
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
 * @throws {Error} when LIBTORCH names a folder that holds no libtorch
 */
export function locateLibtorch() {
  const { LIBTORCH } = process.env;
  if (LIBTORCH) {
    const found = inspect(`LIBTORCH=${LIBTORCH}`, join(LIBTORCH, 'include'), join(LIBTORCH, 'lib'));
    if (!found)
      throw new Error(
        `LIBTORCH=${LIBTORCH} holds no libtorch: include/${VERSION_HEADER} or lib/libtorch_cpu.so is missing`,
      );
    return found;
  }
  const wheel = pythonWheel();
  const fromWheel = wheel && inspect(`the Python wheel in ${wheel}`, join(wheel, 'include'), join(wheel, 'lib'));
  return fromWheel || systemLibtorch();
}
