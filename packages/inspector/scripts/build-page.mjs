// node scripts/build-page.mjs: builds dist/page.html, unless it is of these sources already.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const page = join(root, 'dist/page.html');
const stamp = join(root, 'dist/.page-stamp');

const filesIn = (path) =>
  statSync(path).isDirectory()
    ? readdirSync(path)
        .sort()
        .flatMap((name) => filesIn(join(path, name)))
    : [path];

/** One hash of everything that the page is made of: its sources, the tools and the libraries by their versions. */
function hashOfSources() {
  const { resolve } = createRequire(import.meta.url);
  const hash = createHash('sha256');
  for (const source of [
    'page',
    'src/chart',
    'src/inspection.ts',
    'src/overlap-note.ts',
    'src/shared-sources.ts',
    'vite.config.ts',
  ]) {
    for (const file of filesIn(join(root, source))) {
      if (!file.includes('.test.')) hash.update(file.slice(root.length)).update(readFileSync(file));
    }
  }
  for (const library of ['preact', 'vega', 'vite']) hash.update(resolve(library));
  return hash.digest('hex');
}

/** @returns whether it had to be built */
export async function buildPage() {
  const hash = hashOfSources();
  if (existsSync(page) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return false;
  const { build } = await import('vite');
  await build({ configFile: join(root, 'vite.config.ts') });
  writeFileSync(stamp, hash);
  return true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildPage();
