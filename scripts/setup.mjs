// npm run setup [-- --no-system]: dependencies, libtorch and the native addon. Instant when there is nothing to do.
//
// The libtorch part never fails an installation: without it the WebAssembly engine serves.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const log = (text) => process.stderr.write(`setup: ${text}\n`);

const SYSTEM_PACKAGES = ['libtorch-dev', 'libopenblas0-pthread'];
const HOW_TO =
  'for training at full speed install libtorch (Debian, Ubuntu: apt-get install libtorch-dev libopenblas0-pthread; ' +
  'or pip install torch; or unpack it and set LIBTORCH), then run npm run setup again';

const unknown = process.argv.slice(2).filter((argument) => argument !== '--no-system');
if (unknown.length > 0) {
  log(`unknown argument ${unknown.join(' ')}; known is --no-system (never install system packages)`);
  process.exit(1);
}
const systemAllowed = !process.argv.includes('--no-system');

/** pnpm, at the version that package.json pins, unless node_modules is already what the lock file says. */
function installDependencies() {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'pnpm-lock.yaml')))
    .digest('hex');
  const stampFile = join(root, 'node_modules/.setup-stamp');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === lock) return;
  log(`installing dependencies with ${packageManager}`);
  const { status, error } = spawnSync('npx', ['--yes', packageManager, 'install', '--frozen-lockfile'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) {
    log(`installing dependencies failed${error ? `: ${error.message}` : ''}; see the lines above`);
    process.exit(1);
  }
  writeFileSync(stampFile, lock);
}

const isDebian = () => existsSync('/etc/debian_version') && spawnSync('apt-get', ['--version']).status === 0;

function installSystemLibtorch() {
  log(
    `no libtorch found: installing the system packages ${SYSTEM_PACKAGES.join(' and ')} (forbid it with --no-system)`,
  );
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) =>
    spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 2], env: environment }).status === 0;
  apt('update');
  if (!apt('install', '-y', '--no-install-recommends', ...SYSTEM_PACKAGES))
    log('apt-get install failed; see the lines above');
}

async function prepareEngine() {
  const { locateLibtorch } = await import('../packages/engine/native/libtorch.mjs');
  const { buildAddon } = await import('../packages/engine/native/build.mjs');
  let libtorch = locateLibtorch();
  if (!libtorch && systemAllowed && isDebian() && process.getuid?.() === 0) {
    installSystemLibtorch();
    libtorch = locateLibtorch();
  }
  if (!libtorch) {
    log(`no libtorch found, the wasm engine will serve; ${HOW_TO}`);
    return;
  }
  const { built, seconds } = buildAddon(libtorch);
  if (built) log(`addon built in ${seconds.toFixed(0)} s against libtorch ${libtorch.version} from ${libtorch.origin}`);
}

installDependencies();
try {
  await prepareEngine();
} catch (error) {
  log(`the torch engine is not available, the wasm engine will serve: ${error.message}`);
}
