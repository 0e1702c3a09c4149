import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transformSync } from 'esbuild';
import { COMPILED, compiledFile } from './compiled-file.js';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const folderOf = (name: string) => join(root, name === 'data' ? name : join('packages', name));

/** The sources of a package and of what its tests have in common. */
const sourcesIn = (folder: string): string[] =>
  ['src', 'testing']
    .map((part) => join(folder, part))
    .filter((part) => existsSync(part))
    .flatMap((part) => readdirSync(part, { recursive: true, encoding: 'utf8' }).map((name) => join(part, name)))
    .filter((file) => file.endsWith('.ts') && !/\.(test|d)\.ts$/.test(file));

/** A source as JavaScript that takes itself to lie where the source does, and imports other packages as they are compiled. */
function compile(file: string): string {
  const { code } = transformSync(readFileSync(file, 'utf8'), {
    loader: 'ts',
    target: 'node20',
    define: { 'import.meta.url': JSON.stringify(pathToFileURL(file).href) },
  });
  return code.replace(
    /(\bfrom |\bimport |\bimport\()"@sandwich\/([\w-]+)(?:\/(\w+))?"/g,
    (_, before, name, room = '') =>
      `${before}"${pathToFileURL(compiledFile(join(folderOf(name), 'src', room, 'index.ts'))!)}"`,
  );
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  // Others may be writing it, too, or reading.
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, text);
  renameSync(partial, file);
}

/** Compiles the sources of all packages that have changed since they were compiled last. */
export function compileSources(): void {
  for (const name of [...readdirSync(join(root, 'packages')), 'data']) {
    const described = join(folderOf(name), COMPILED, 'package.json');
    if (!existsSync(described)) write(described, '{ "type": "module" }\n');
    for (const source of sourcesIn(folderOf(name))) {
      const target = compiledFile(source)!;
      const since = statSync(target, { throwIfNoEntry: false })?.mtimeMs ?? 0;
      if (statSync(source).mtimeMs >= since) write(target, compile(source));
    }
  }
}
