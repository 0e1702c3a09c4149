// Builds the addon with one compiler call, when its source, libtorch or the Node-API version has changed.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { collectivesOf } from './c10d.mjs';
import { graphsOf } from './cuda.mjs';

const native = dirname(fileURLToPath(import.meta.url));
const defaultFolder = join(native, '../build');

/** libtorch's headers want C++20 from 2.10 on; its older ones do not compile as such with every compiler. */
function standard(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > 2 || (major === 2 && minor >= 10) ? 'c++20' : 'c++17';
}

/** Wheels before 2.7 were built with the old C++ ABI: the mangled names in libc10 tell. */
const usesNewAbi = (lib) => readFileSync(join(lib, 'libc10.so')).includes('__cxx11');

/** What a build depends on; an addon with the same stamp is up to date. */
function stampOf(libtorch) {
  const hash = createHash('sha256');
  const sources = readdirSync(native, { recursive: true }).filter((name) =>
    /^(build|c10d|cuda)\.mjs$|\.(cc|h)$/.test(name),
  );
  for (const name of sources.sort()) hash.update(name).update(readFileSync(join(native, name)));
  const source = hash.digest('hex');
  const { version, include, lib } = libtorch;
  return JSON.stringify(
    { source, version, include, lib, napi: process.versions.napi, architecture: process.arch },
    null,
    2,
  );
}

/** Tries the built addon in a process of its own, so that a bad one cannot take this one down. */
function whyNotLoadable(file) {
  const probe = spawnSync(process.execPath, ['-e', 'require(process.argv[1]).version()', file], { encoding: 'utf8' });
  if (probe.status === 0) return null;
  return /^Error: .*/m.exec(probe.stderr)?.[0] ?? (probe.stderr || `ended by ${probe.signal}`);
}

/** libtorch's libraries by name. CUDA's are linked although nothing refers to them: they register its kernels. */
function librariesOf(libtorch) {
  const cpu = ['torch_cpu', 'c10'];
  return existsSync(join(libtorch.lib, 'libtorch_cuda.so'))
    ? [['torch', 'torch_cuda', 'c10_cuda', ...cpu], cpu]
    : [cpu];
}

function compile(libtorch, libraries, { macros, include }, output) {
  const headers = createRequire(import.meta.url)('node-api-headers').include_dir;
  const compiler = process.env.CXX || 'g++';
  const result = spawnSync(
    compiler,
    [
      '-O2',
      `-std=${standard(libtorch.version)}`,
      '-shared',
      '-fPIC',
      '-w',
      // The same roundings on every processor: no multiplication and addition in one where an instruction for it exists.
      '-ffp-contract=off',
      // For the compiler alone: what OpenMP calls is in the copy of its runtime that libtorch brings, not in a second one.
      '-Wp,-fopenmp',
      '-DNAPI_VERSION=8',
      `-D_GLIBCXX_USE_CXX11_ABI=${usesNewAbi(libtorch.lib) ? 1 : 0}`,
      ...macros.map((name) => `-D${name}`),
      join(native, 'addon.cc'),
      '-o',
      output,
      `-I${headers}`,
      `-I${join(native, 'gloo')}`,
      ...[...libtorch.include, ...include].map((folder) => `-I${folder}`),
      `-L${libtorch.lib}`,
      `-Wl,-rpath,${libtorch.lib}`,
      // Node unloads an addon with the last worker that used it; libtorch, with threads of its own, must stay.
      '-Wl,-z,nodelete',
      // What libtorch lacks is to be found out now, not when it is called.
      '-Wl,-z,now',
      '-Wl,--no-as-needed',
      ...libraries.map((name) => `-l${name}`),
    ],
    { encoding: 'utf8' },
  );
  if (result.error)
    throw new Error(`${compiler} cannot be run (${result.error.message}); install a C++ compiler or set CXX`);
  if (result.status !== 0) throw new Error(`${compiler} failed:\n${result.stderr.split('\n').slice(0, 20).join('\n')}`);
}

/** What beyond the operators can be built with a libtorch, the most first. */
function featuresOf(libtorch, withCuda) {
  return graphsOf(libtorch, withCuda).flatMap((graphs) =>
    collectivesOf(libtorch, withCuda).map((collectives) => ({
      macros: [...graphs.macros, ...collectives.macros],
      include: [...new Set([...graphs.include, ...collectives.include])],
      note: [graphs.note, collectives.note].filter(Boolean).join('; ') || null,
    })),
  );
}

/**
 * Builds with as much of libtorch as compiles and loads.
 *
 * @returns {string | null} what the addon has to do without
 * @throws {Error} with the compiler's or linker's words
 */
function buildFullest(libtorch, output) {
  let noCuda = null;
  let reason;
  for (const libraries of librariesOf(libtorch)) {
    for (const features of featuresOf(libtorch, libraries.includes('torch_cuda'))) {
      try {
        compile(libtorch, libraries, features, output);
        reason = whyNotLoadable(output);
      } catch (error) {
        if (features.macros.length === 0) throw error;
        continue;
      }
      if (reason === null) return [noCuda, features.note].filter(Boolean).join('; ') || null;
      // A library that is missing is missing for all of them.
      if (!reason.includes('undefined symbol')) break;
    }
    noCuda = `without CUDA, whose libraries do not load: ${reason}`;
  }
  throw new Error(`the built addon does not load: ${reason}`);
}

/**
 * Builds the addon, `torch.node`, unless it is up to date.
 *
 * @param {import('./libtorch.mjs').Libtorch} libtorch
 * @param {string} [folder] where to
 * @returns {{ built: boolean, seconds: number, note: string | null }} `note`: what the addon has to do without
 * @throws {Error} with the compiler's or linker's words; an earlier addon for another libtorch is removed then
 */
export function buildAddon(libtorch, folder = defaultFolder) {
  const addon = join(folder, 'torch.node');
  const stampFile = join(folder, 'stamp.json');
  const stamp = stampOf(libtorch);
  if (existsSync(addon) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp)
    return { built: false, seconds: 0, note: null };
  const start = Date.now();
  rmSync(stampFile, { force: true });
  rmSync(addon, { force: true });
  mkdirSync(folder, { recursive: true });
  const output = join(folder, `torch.${process.pid}.node`);
  let note;
  try {
    note = buildFullest(libtorch, output);
    renameSync(output, addon);
  } finally {
    rmSync(output, { force: true });
  }
  writeFileSync(stampFile, stamp);
  return { built: true, seconds: (Date.now() - start) / 1000, note };
}
