import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { COMPILED } from './compiled-file.js';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const target = join(root, COMPILED);
/** Says of which sources the compiled ones are. */
const stamp = join(target, 'stamp.json');
const folders = ['data', ...readdirSync(join(root, 'packages')).map((name) => join('packages', name))];

/** What a command imports by name: packages, experiments of tests, and the command itself. */
const entries = () => [
  ...folders.flatMap((folder) => ['src', 'src/testing'].map((room) => join(folder, room, 'index.ts'))),
  ...[
    'published-sandwich',
    'smooth-sandwich',
    'tiny-sandwich',
    'toy',
    'compiled/import-compiled',
    'compiled/sandwich',
  ].map((name) => `packages/trainer/testing/${name}.ts`),
];

/** All sources of the packages and of what their tests have in common, with the times at which they were changed. */
const sources = (): string[] =>
  folders
    .flatMap((folder) => [join(folder, 'src'), join(folder, 'testing')])
    .filter((part) => existsSync(join(root, part)))
    .flatMap((part) =>
      readdirSync(join(root, part), { recursive: true, encoding: 'utf8' }).map((name) => join(part, name)),
    )
    .filter((file) => file.endsWith('.ts') && !/\.(test|d)\.ts$/.test(file))
    .map((file) => `${file} ${statSync(join(root, file)).mtimeMs}`);

/** Joins our own modules, which take themselves to lie where their sources do; those of others are imported from where they are. */
const ownModules: Plugin = {
  name: 'own-modules',
  setup({ onLoad, onResolve, resolve }) {
    onResolve({ filter: /^[^./]/ }, async ({ path, kind, resolveDir, pluginData }) => {
      if (kind === 'entry-point' || path.startsWith('@sandwich/') || pluginData === ownModules) return undefined;
      const found = await resolve(path, { kind, resolveDir, pluginData: ownModules });
      return {
        path: found.external || found.errors.length > 0 ? path : pathToFileURL(found.path).href,
        external: true,
      };
    });
    onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
      loader: 'ts',
    }));
  },
};

function write(file: string, contents: string | Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true });
  // Others may be writing it, too, or reading.
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, contents);
  renameSync(partial, file);
}

/** Compiles the sources of all packages into a few files, if any has changed since: a thousand take a second to be imported. */
export async function compileSources(): Promise<void> {
  const current = JSON.stringify(sources());
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === current) return;
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: entries().filter((file) => existsSync(join(root, file))),
    outbase: root,
    outdir: target,
    bundle: true,
    splitting: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: [],
    logLevel: 'error',
    plugins: [ownModules],
  });
  write(join(target, 'package.json'), '{ "type": "module" }\n');
  for (const { path, contents } of outputFiles) write(path, contents);
  const written = new Set(outputFiles.map(({ path }) => path));
  const parts = readdirSync(target).filter((name) => name.startsWith('chunk-'));
  for (const name of parts) if (!written.has(join(target, name))) rmSync(join(target, name), { force: true });
  write(stamp, current);
}
