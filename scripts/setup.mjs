// npm run setup [-- --no-system] [-- --browser] [-- --libtorch-zip <file or url> [--sha256 <hex>]]: dependencies, libtorch, the
// native addon, the page of `sandwich inspect`, for the HEIC and JPEG XL codecs their command-line tools and, for tests of the
// page, Chromium. Instant when there is nothing to do.
//
// The libtorch part never fails an installation: without it the WebAssembly engine serves. Only a --libtorch-zip that
// cannot be used does, before anything was changed.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { canInstall, install, isDue, isInstalled } from './system-packages.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = join(root, 'node_modules');
const log = (text) => process.stderr.write(`setup: ${text}\n`);
const fail = (text) => {
  log(text);
  process.exit(1);
};

const LIBTORCH_PACKAGES = ['libtorch-dev', 'libopenblas0-pthread'];
const HOW_TO =
  'for training at full speed install libtorch (Debian, Ubuntu: apt-get install libtorch-dev libopenblas0-pthread; ' +
  'or pip install torch; or set LIBTORCH to its folder; or, without root, npm run setup -- --libtorch-zip <file or ' +
  'url> --sha256 <hash>), then run npm run setup again';

/** Program -> its package. Newer systems keep libheif's HEVC encoder in a package of its own. */
const CODEC_TOOLS = { 'heif-enc': 'libheif-examples', cjxl: 'libjxl-tools' };
const HEVC_ENCODER = 'libheif-plugin-x265';

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        'no-system': { type: 'boolean', default: false },
        browser: { type: 'boolean', default: false },
        'libtorch-zip': { type: 'string' },
        sha256: { type: 'string' },
      },
    });
    if (values.sha256 !== undefined && !values['libtorch-zip']) throw new Error('--sha256 goes with --libtorch-zip');
    return values;
  } catch (error) {
    return fail(
      `${error.message}; known are --no-system (never install system packages), --browser (install Chromium for tests), --libtorch-zip <file or url> (unpack ` +
        'libtorch from an archive or a wheel) and --sha256 <hash> (what that must hash to)',
    );
  }
}

/** pnpm, at the version that package.json pins, unless node_modules is already what the lock file says. */
function installDependencies() {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'pnpm-lock.yaml')))
    .digest('hex');
  const stampFile = join(modules, '.setup-stamp');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === lock) return;
  log(`installing dependencies with ${packageManager}`);
  const { status, error } = spawnSync('npx', ['--yes', packageManager, 'install', '--frozen-lockfile'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) fail(`installing dependencies failed${error ? `: ${error.message}` : ''}; see the lines above`);
  writeFileSync(stampFile, lock);
}

async function unpack(source, sha256) {
  const { unpackLibtorch } = await import('../packages/engine/native/unpack.mjs');
  try {
    log(`libtorch lies in ${await unpackLibtorch(source, { sha256, log })}`);
  } catch (error) {
    fail(`--libtorch-zip ${source}: ${error.message}`);
  }
}

async function prepareEngine(systemAllowed) {
  const { locateLibtorch } = await import('../packages/engine/native/libtorch.mjs');
  const { buildAddon } = await import('../packages/engine/native/build.mjs');
  let libtorch = locateLibtorch();
  const packages = LIBTORCH_PACKAGES.join(' and ');
  if (!libtorch && systemAllowed && canInstall() && isDue(join(modules, '.setup-libtorch'), packages)) {
    log(`no libtorch found: installing the system packages ${packages} (forbid it with --no-system)`);
    if (!install(LIBTORCH_PACKAGES)) log('apt-get install failed, see the lines above; it is tried again after a day');
    libtorch = locateLibtorch();
  }
  if (!libtorch) {
    log(`no libtorch found, the wasm engine will serve; ${HOW_TO}`);
    return;
  }
  const { built, seconds, note } = buildAddon(libtorch);
  if (built) log(`addon built in ${seconds.toFixed(0)} s against libtorch ${libtorch.version} from ${libtorch.origin}`);
  if (note) log(note);
}

/** Two of the codecs need them, nothing else does: what is missing is installed or, once a day, advised. */
function prepareCodecTools(systemAllowed) {
  const programs = Object.keys(CODEC_TOOLS).filter((program) => !isInstalled(program));
  if (programs.length === 0) return;
  const packages = programs.map((program) => CODEC_TOOLS[program]).join(' and ');
  const mayInstall = systemAllowed && canInstall();
  if (!isDue(join(modules, '.setup-codec-tools'), `${mayInstall ? 'install' : 'advise'} ${packages}`)) return;
  if (mayInstall) {
    log(`${programs.join(' and ')} not found: installing the system packages ${packages} (forbid it with --no-system)`);
    const optional = programs.includes('heif-enc') ? [HEVC_ENCODER] : [];
    if (
      install(
        programs.map((program) => CODEC_TOOLS[program]),
        optional,
      )
    )
      return;
    log('apt-get install failed, see the lines above; it is tried again after a day');
  }
  log(`the heic and jxl codecs want the programs of ${packages} (Debian, Ubuntu: apt-get install them)`);
}

/** The tests of the page drive it, and are skipped without it. */
function prepareBrowser(systemAllowed) {
  if (['chromium', 'chromium-browser', 'google-chrome'].some(isInstalled) || !systemAllowed || !canInstall()) return;
  if (!isDue(join(modules, '.setup-browser'), 'install')) return;
  log('no Chromium found: installing the system package chromium for tests (forbid it with --no-system)');
  if (!install(['chromium'])) log('apt-get install failed, see the lines above; it is tried again after a day');
}

async function prepareInspector() {
  const { buildPage } = await import('../packages/inspector/scripts/build-page.mjs');
  if (await buildPage()) log('page of sandwich inspect built');
}

const options = readOptions();
installDependencies();
if (options['libtorch-zip']) await unpack(options['libtorch-zip'], options.sha256);
try {
  await prepareEngine(!options['no-system']);
} catch (error) {
  const isBuilt = existsSync(join(root, 'packages/engine/build/torch.node'));
  const consequence = isBuilt ? 'the torch engine stays as it was built before' : 'the wasm engine will serve';
  log(`the torch engine cannot be prepared, ${consequence}: ${error.message}`);
}
prepareCodecTools(!options['no-system']);
if (options.browser) prepareBrowser(!options['no-system']);
try {
  await prepareInspector();
} catch (error) {
  log(`the page of sandwich inspect cannot be built, that command will not work: ${error.message}`);
}
