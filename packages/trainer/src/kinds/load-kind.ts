import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { reasonOf } from '../reason-of.js';
import type { System, SystemKind } from '../system.js';
import { registeredKind, registeredKinds } from './system-kinds.js';

/** What a run's configuration says of the kind of its system. */
export interface KindDescription {
  kind: string;
  /** The module that registers it: a package, or a file, relative to the folder where the run was started. */
  module: string;
}

/** How a module is written down: files relative to the working directory, packages by their names. */
const writtenModule = (module: string): string =>
  module.startsWith('file:') ? relative(process.cwd(), fileURLToPath(module)) : module;

const isFile = (module: string): boolean => /^[./]|\.[cm]?[jt]s$/.test(module);

/** The file that `exports` of a package names for `import`. */
function importedFile(exports: unknown): string | undefined {
  if (typeof exports === 'string') return exports;
  const conditions = Object.entries(exports ?? {}).filter(([name]) =>
    ['.', 'node', 'import', 'default'].includes(name),
  );
  for (const [, target] of conditions) {
    const file = importedFile(target);
    if (file !== undefined) return file;
  }
  return undefined;
}

/** The entry of a package as the working directory sees it; `require.resolve` finds none of packages that are for `import` alone. */
function packageEntry(name: string): string {
  const require = createRequire(pathToFileURL(join(process.cwd(), 'file')));
  try {
    return require.resolve(name);
  } catch (error) {
    const folders = (require.resolve.paths(name) ?? []).map((folder) => join(folder, name));
    const folder = folders.find((path) => existsSync(join(path, 'package.json')));
    const file = folder && importedFile(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).exports);
    if (!file) throw error;
    return join(folder, file);
  }
}

/** Where a module lies: a file beside the working directory or beside the run, or a package as the working directory sees it. */
function addressOf(module: string, run: string): string {
  if (!isFile(module)) return packageEntry(module);
  const file = [resolve(module), resolve(run, module)].find((path) => existsSync(path));
  if (file === undefined) throw new Error(`there is no file ${module}, neither here nor in ${run}`);
  return file;
}

/**
 * The kind that a system says it is of.
 *
 * @throws Error when no module has registered it
 */
export function kindOf({ kind }: Pick<System, 'kind'>): SystemKind {
  const registered = registeredKind(kind);
  if (registered === undefined) {
    throw new Error(
      `the kind of system '${kind}' is not registered; call registerKind({ name: '${kind}', ... }) in the module that builds it` +
        ` (registered are ${registeredKinds().join(', ') || 'none'})`,
    );
  }
  return registered;
}

/** What a configuration says of the kind of a system. @throws Error as `kindOf` */
export function describeKind(system: Pick<System, 'kind'>): KindDescription {
  const { name, module } = kindOf(system);
  return { kind: name, module: writtenModule(module) };
}

/**
 * Finds the kind of a run's system; imports the module that registers it where that has not been done.
 *
 * @param run its directory
 * @throws Error that says what to import, when the module is not there, fails, or does not register the kind
 */
export async function loadKind({ kind, module }: KindDescription, run: string): Promise<SystemKind> {
  const registered = registeredKind(kind);
  if (registered) return registered;
  const advice = `import the module that registers it before ${run} is loaded`;
  try {
    await import(pathToFileURL(addressOf(module, run)).href);
  } catch (error) {
    throw new Error(
      `${run} holds a system of the kind '${kind}', and ${module}, which registers it, cannot be loaded (${reasonOf(error)}): ${advice}`,
      { cause: error },
    );
  }
  const loaded = registeredKind(kind);
  if (loaded) return loaded;
  throw new Error(
    `${run} holds a system of the kind '${kind}', which ${module} does not register (registered are ` +
      `${registeredKinds().join(', ') || 'none'}): ${advice}`,
  );
}
