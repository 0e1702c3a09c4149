// Builds the addon with one compiler call, when its source, libtorch or the Node-API version has changed.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const native = dirname(fileURLToPath(import.meta.url));
const source = join(native, 'addon.cc');
const build = join(native, '../build');
const addon = join(build, 'torch.node');
const stampFile = join(build, 'stamp.json');

/** libtorch's headers want C++20 from 2.10 on; its older ones do not compile as such with every compiler. */
function standard(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > 2 || (major === 2 && minor >= 10) ? 'c++20' : 'c++17';
}

/** Wheels before 2.7 were built with the old C++ ABI: the mangled names in libc10 tell. */
const usesNewAbi = (lib) => readFileSync(join(lib, 'libc10.so')).includes('__cxx11');

/** What a build depends on; an addon with the same stamp is up to date. */
export function stampOf(libtorch) {
  const hash = createHash('sha256')
    .update(readFileSync(source))
    .update(readFileSync(fileURLToPath(import.meta.url)))
    .digest('hex');
  return JSON.stringify({ source: hash, libtorch, napi: process.versions.napi, architecture: process.arch }, null, 2);
}

const isCurrent = (stamp) => existsSync(addon) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;

/** Tries the built addon in a process of its own, so that a bad one cannot take this one down. */
function loads(file) {
  const probe = spawnSync(process.execPath, ['-e', 'require(process.argv[1]).version()', file], { encoding: 'utf8' });
  return { ok: probe.status === 0, reason: probe.stderr || `ended by ${probe.signal}` };
}

/**
 * Builds the addon unless it is up to date.
 *
 * @param {import('./libtorch.mjs').Libtorch} libtorch
 * @returns {{ built: boolean, seconds: number }}
 * @throws {Error} with the compiler's or linker's words; an earlier addon for another libtorch is removed then
 */
export function buildAddon(libtorch) {
  const stamp = stampOf(libtorch);
  if (isCurrent(stamp)) return { built: false, seconds: 0 };
  const start = Date.now();
  rmSync(stampFile, { force: true });
  rmSync(addon, { force: true });
  mkdirSync(build, { recursive: true });
  const headers = createRequire(import.meta.url)('node-api-headers').include_dir;
  const output = join(build, `torch.${process.pid}.node`);
  const cuda = existsSync(join(libtorch.lib, 'libtorch_cuda.so')) ? ['-ltorch_cuda', '-lc10_cuda'] : [];
  const compiler = process.env.CXX ?? 'g++';
  const result = spawnSync(
    compiler,
    [
      '-O2',
      `-std=${standard(libtorch.version)}`,
      '-shared',
      '-fPIC',
      '-w',
      '-DNAPI_VERSION=8',
      `-D_GLIBCXX_USE_CXX11_ABI=${usesNewAbi(libtorch.lib) ? 1 : 0}`,
      source,
      '-o',
      output,
      `-I${headers}`,
      ...libtorch.include.map((folder) => `-I${folder}`),
      `-L${libtorch.lib}`,
      `-Wl,-rpath,${libtorch.lib}`,
      '-Wl,--no-as-needed',
      '-ltorch',
      '-ltorch_cpu',
      ...cuda,
      '-lc10',
    ],
    { encoding: 'utf8' },
  );
  try {
    if (result.error)
      throw new Error(`${compiler} cannot be run (${result.error.message}); install a C++ compiler or set CXX`);
    if (result.status !== 0)
      throw new Error(`${compiler} failed:\n${result.stderr.split('\n').slice(0, 20).join('\n')}`);
    const probe = loads(output);
    if (!probe.ok) throw new Error(`the built addon does not load:\n${probe.reason}`);
    renameSync(output, addon);
  } finally {
    rmSync(output, { force: true });
  }
  writeFileSync(stampFile, stamp);
  return { built: true, seconds: (Date.now() - start) / 1000 };
}
