#!/usr/bin/env node
// sandwich-engine-build [--libtorch-zip <file or url> [--sha256 <hash>]]: builds the addon of the torch engine where the
// package was installed from a registry. In the repository `npm run setup` does it, and more.

import { parseArgs } from 'node:util';
import { buildAddon } from './build.mjs';
import { locateLibtorch } from './libtorch.mjs';
import { unpackLibtorch } from './unpack.mjs';

const log = (text) => process.stderr.write(`sandwich-engine-build: ${text}\n`);

try {
  const { values } = parseArgs({ options: { 'libtorch-zip': { type: 'string' }, sha256: { type: 'string' } } });
  const { 'libtorch-zip': source, sha256 } = values;
  if (sha256 !== undefined && !source) throw new Error('--sha256 goes with --libtorch-zip');
  if (source) log(`libtorch lies in ${await unpackLibtorch(source, { sha256, log })}`);
  const libtorch = locateLibtorch();
  if (libtorch === null)
    throw new Error(
      'no libtorch found: install it (Debian, Ubuntu: apt-get install libtorch-dev libopenblas0-pthread; or pip install ' +
        'torch; or --libtorch-zip <file or url> --sha256 <hash>), or set LIBTORCH to its folder; without it the wasm engine serves',
    );
  const { built, seconds, note } = buildAddon(libtorch);
  const what = built ? `built in ${seconds.toFixed(0)} s` : 'is up to date';
  log(`addon ${what}, libtorch ${libtorch.version} from ${libtorch.origin}`);
  if (note) log(note);
} catch (error) {
  log(error.message);
  process.exitCode = 1;
}
