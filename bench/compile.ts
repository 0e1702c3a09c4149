import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

/** Other people's packages are imported from where the package that wants them has them. */
const packagesWhereTheyAre: Plugin = {
  name: 'packages where they are',
  setup({ onResolve, resolve }) {
    const OURS = /^(\.|\/|@sandwich\/)/;
    onResolve({ filter: /^[^.]/ }, async ({ path, pluginData, ...where }) => {
      if (pluginData === 'resolved' || where.kind === 'entry-point' || OURS.test(path)) return;
      const found = await resolve(path, { ...where, pluginData: 'resolved' });
      const isFile = found.path.startsWith('/') && found.errors.length === 0;
      return { path: isFile ? pathToFileURL(found.path).href : path, external: true };
    });
  },
};

/** Source files find what lies beside them by their own address. */
const addressesOfSources: Plugin = {
  name: 'addresses of sources',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
      loader: 'ts',
    }));
  },
};

/**
 * Compiles scripts beside this file for plain Node, as packages are that somebody installs: a loader that compiles
 * TypeScript while it is imported would count as ours.
 *
 * @returns the compiled files by the names of the scripts; they are removed when this process ends
 */
export async function compile(...scripts: string[]): Promise<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'sandwich-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const here = dirname(fileURLToPath(import.meta.url));
  await build({
    entryPoints: scripts.map((script) => join(here, script)),
    outbase: here,
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
    plugins: [packagesWhereTheyAre, addressesOfSources],
  });
  return Object.fromEntries(scripts.map((script) => [script, join(folder, script.replace(/ts$/, 'mjs'))]));
}
