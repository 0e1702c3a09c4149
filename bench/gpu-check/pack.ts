// npm run pack:gpu-check [-- <folder>]: a folder that checks the engine on a GPU, on a machine without Node, npm and network. It needs
// a libtorch with CUDA (a Python wheel, or LIBTORCH) and a C++ compiler there, and is started by `sh run.sh`.
// npm run check:gpu [-- <options of check.ts>]: packs it and runs it here.

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build, type Plugin } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const MOST_BYTES = 64 * 2 ** 20;

/** Sources find what lies beside them by their own address, which is below the packed folder then. */
const addressesOfSources: Plugin = {
  name: 'addresses of sources',
  setup({ onLoad }) {
    onLoad({ filter: /^\/.*\.(ts|mjs)$/ }, ({ path }) => {
      if (path.includes('/node_modules/')) return undefined;
      const text = readFileSync(path, 'utf8');
      const address = `globalThis.addressInPack(${JSON.stringify(relative(root, path))})`;
      return { contents: text.replaceAll('import.meta.url', address), loader: path.endsWith('.ts') ? 'ts' : 'js' };
    });
  },
};

const options: BuildOptions = {
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  outExtension: { '.js': '.mjs' },
  logLevel: 'error',
  // What these would do, pictures, charts and other engines, the check does not.
  external: [
    'sharp',
    'onnxruntime-node',
    '@tensorflow/tfjs-node',
    '@tensorflow/tfjs-node-gpu',
    '@resvg/resvg-js',
    'esbuild',
  ],
  plugins: [addressesOfSources],
  banner: {
    js: `import { createRequire as requireOfPack } from 'node:module';
const require = requireOfPack(import.meta.url);
globalThis.addressInPack ??= (path) => new URL('../' + path, import.meta.url).href;`,
  },
};

/** Tests of the engine that need no other process and no file. */
const TESTS = [
  'kernels',
  'in-float32',
  'adam-steps',
  'recording/record-step',
  'gradients',
  'gradients/backpropagation',
];

function testsSource(): string {
  const entries = TESTS.map(
    (name) => `${JSON.stringify(name)}: () => import('${root}/packages/engine/src/${name}.test.ts')`,
  );
  return `import { runTests } from '${here}/run-tests.js';\nawait runTests({ ${entries.join(', ')} });\n`;
}

async function bundle(folder: string): Promise<void> {
  const programs = join(folder, 'programs');
  const script = (name: string) => join(here, `${name}.ts`);
  await build({
    ...options,
    entryPoints: ['check', 'steps', 'exchange'].map(script),
    outdir: programs,
  });
  const alias = { vitest: join(here, 'vitest-in-pack.ts') };
  await build({
    ...options,
    stdin: { contents: testsSource(), resolveDir: here, sourcefile: 'tests.ts', loader: 'ts' },
    outdir: programs,
    entryNames: 'tests',
    alias,
  });
  const { bundleConformance } = await import(join(root, 'packages/engine/conformance/bundle.mjs'));
  await bundleConformance('torch', join(folder, 'packages/engine/build/conformance-torch.cjs'));
}

/** Files and folders that the programs read. */
const COPIED = [
  'packages/engine/native',
  'packages/engine/conformance/run.mjs',
  'packages/engine/conformance/known-failures.json',
  'packages/engine/fixtures',
  'data/manifest.json',
  'bench/peers/step.py',
  'bench/gpu-check/peers.py',
];
/** What set-up's compiler call and the conformance tests import. */
const PACKAGES: [name: string, from: string][] = [
  ['node-api-headers', 'packages/engine'],
  ['jasmine-core', '.'],
];

function copyFiles(folder: string): void {
  for (const path of COPIED) cpSync(join(root, path), join(folder, path), { recursive: true });
  for (const [name, from] of PACKAGES) {
    const manifest = createRequire(join(root, from, 'package.json')).resolve(`${name}/package.json`);
    cpSync(dirname(manifest), join(folder, 'node_modules', name), { recursive: true, dereference: true });
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  cpSync(join(here, 'run.sh'), join(folder, 'run.sh'));
}

/** Node itself; it must not need libraries that a bare machine lacks. */
function copyNode(folder: string): void {
  const { stdout } = spawnSync('ldd', [process.execPath], { encoding: 'utf8' });
  const unusual = (stdout ?? '')
    .split('\n')
    .map((line) => line.trim().split(' ')[0])
    .filter(
      (name) => name && !/^(linux-vdso|libc|libm|libdl|libpthread|libstdc\+\+|libgcc_s|libatomic|\/lib)/.test(name),
    );
  if (unusual.length > 0) {
    throw new Error(`${process.execPath} needs ${unusual.join(', ')}; pack with a Node of nodejs.org, which does not`);
  }
  const stripped = join(folder, 'node');
  cpSync(process.execPath, stripped, { dereference: true });
  spawnSync('strip', [stripped]);
  writeFileSync(join(folder, 'node.gz'), gzipSync(readFileSync(stripped), { level: 9 }));
  rmSync(stripped);
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

const [first, ...rest] = process.argv.slice(2);
const run = first === '--run';
const folder = resolve((!run && first) || join(root, 'build/gpu-check'));
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
await bundle(folder);
copyFiles(folder);
copyNode(folder);
const size = sizeOf(folder);
process.stderr.write(`gpu-check: ${folder}, ${(size / 2 ** 20).toFixed(1)} MiB\n`);
if (size > MOST_BYTES) throw new Error(`the folder is larger than ${MOST_BYTES / 2 ** 20} MiB`);
if (run) {
  const { status } = spawnSync('sh', [join(folder, 'run.sh'), ...rest], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
