// Bundles TFJS's tests with the engine around one copy of TFJS.

import { copyFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const folderOf = (name, from = import.meta.url) => dirname(createRequire(from).resolve(`${name}/package.json`));

/**
 * @param {string} engine
 * @param {string} outfile in a folder `build` beside the folder `src` of the engine
 */
export async function bundleConformance(engine, outfile) {
  await build({
    entryPoints: [join(here, 'entry.mjs')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    // Otherwise `sideEffects` in TFJS's package.json drops every test.
    ignoreAnnotations: true,
    alias: {
      '@tensorflow/tfjs-core': folderOf('@tensorflow/tfjs-core', join(folderOf('@tensorflow/tfjs'), 'package.json')),
    },
    nodePaths: [join(here, '../../../node_modules')],
    define: { ENGINE: JSON.stringify(engine), 'import.meta.url': 'addressOfEngine' },
    // The engine looks for its addon beside its sources.
    banner: {
      js: "const addressOfEngine = require('node:url').pathToFileURL(require('node:path').join(__dirname, '../src/torch/addon.ts')).href;",
    },
    logLevel: 'error',
  });
  if (engine !== 'wasm') return;
  // TFJS looks for them beside its code.
  const binaries = join(folderOf('@tensorflow/tfjs-backend-wasm'), 'dist');
  for (const variant of ['', '-simd', '-threaded-simd']) {
    const name = `tfjs-backend-wasm${variant}.wasm`;
    copyFileSync(join(binaries, name), join(dirname(outfile), name));
  }
}
