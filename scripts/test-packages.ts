// npm run test:packages [-- --keep]: packs the packages, installs them from their archives into an empty project, and uses them
// there as somebody would who has no repository: types, the README's snippet in plain Node, the command, both engines.

import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { transformSync } from 'esbuild';
import { fencedBlocks, readDocument, repository } from './docs/fenced-blocks.js';

const { values: options } = parseArgs({ options: { keep: { type: 'boolean', default: false } } });
const { packageManager, devDependencies } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));

const folder = mkdtempSync(join(tmpdir(), 'sandwich-packages-'));
const project = join(folder, 'project');

/** Runs a program and ends everything when it fails. */
function run(cwd: string, program: string, ...args: string[]): SpawnSyncReturns<string> {
  const result = spawnSync(program, args, { cwd, encoding: 'utf8', env: { ...process.env, npm_config_yes: 'true' } });
  if (result.status !== 0) {
    throw new Error(`${[program, ...args].join(' ')}: ${result.error?.message ?? result.stdout + result.stderr}`);
  }
  return result;
}

function expectText(text: string, expected: RegExp, of: string): void {
  if (!expected.test(text)) throw new Error(`${of}: expected ${expected}, got:\n${text}`);
}

function step<T>(name: string, work: () => T): T {
  const begin = performance.now();
  const result = work();
  console.log(`${name} (${((performance.now() - begin) / 1000).toFixed(1)} s)`);
  return result;
}

/** All packages that are published: `workspace:` versions and `publishConfig` are resolved in their archives. */
function pack(): string[] {
  const archives = join(folder, 'archives');
  const members = ['--filter', './packages/*', '--filter', './data'];
  run(repository, 'npx', packageManager, '--recursive', ...members, 'pack', '--pack-destination', archives);
  return readdirSync(archives).map((name) => join(archives, name));
}

/** Without scripts: none is needed, and that of onnxruntime-node would fetch CUDA libraries. */
function install(archives: string[]): string[] {
  run(folder, 'mkdir', project);
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'project', private: true, type: 'module' }));
  const types = `@types/node@${devDependencies['@types/node']}`;
  run(project, 'npm', 'install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', ...archives, types);
  return readdirSync(join(project, 'node_modules/@sandwich')).map((name) => `@sandwich/${name}`);
}

/** The snippet of the README, and the types of every package, of which none may be broken; those of others may. */
function checkTypes(snippet: string, packages: string[]): void {
  writeFileSync(join(project, 'readme.ts'), snippet);
  writeFileSync(join(project, 'all.ts'), packages.map((name, i) => `export * as p${i} from '${name}';\n`).join(''));
  const compilerOptions = { module: 'nodenext', target: 'es2022', lib: ['es2023'], strict: true, noEmit: true };
  writeFileSync(
    join(project, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: { ...compilerOptions, types: ['node'] } }),
  );
  const { stdout } = spawnSync(join(repository, 'node_modules/.bin/tsc'), [], { cwd: project, encoding: 'utf8' });
  const errors = stdout.split('\n').filter((line) => /^(node_modules\/@sandwich|[\w-]+\.ts|error)/.test(line));
  if (errors.length > 0) throw new Error(`types: ${errors.join('\n')}`);
}

/** In plain Node: neither tsx nor a compiler. */
function runSnippet(snippet: string, engine: RegExp): void {
  const { code } = transformSync(`${snippet}\nconsole.log(Object.keys(grads).length, value.dataSync()[0]);`, {
    loader: 'ts',
  });
  writeFileSync(join(project, 'readme.js'), code);
  const { stdout, stderr } = run(project, 'node', 'readme.js');
  expectText(stderr, engine, 'the engine of the snippet');
  expectText(stdout, /^[1-9]\d* [\d.]+$/m, 'gradients and loss of the snippet');
}

/** The archives of a package and of all packages of ours that it depends on. */
function archivesOf(name: string, archives: readonly string[]): string[] {
  const folders = ['data', ...readdirSync(join(repository, 'packages')).map((folder) => `packages/${folder}`)];
  const described = folders.map((folder) => JSON.parse(readFileSync(join(repository, folder, 'package.json'), 'utf8')));
  const needed = new Set([name]);
  for (const each of needed) {
    const { dependencies = {} } = described.find((one) => one.name === each);
    for (const dependency of Object.keys(dependencies)) if (dependency.startsWith('@sandwich/')) needed.add(dependency);
  }
  return [...needed].map(
    (each) => archives.find((archive) => archive.includes(`${each.slice(1).replace('/', '-')}-`))!,
  );
}

/** What an application that encodes and decodes has to install, and that it does. */
function runApplication(archives: readonly string[]): void {
  const application = join(folder, 'application');
  run(folder, 'mkdir', application);
  writeFileSync(
    join(application, 'package.json'),
    JSON.stringify({ name: 'application', private: true, type: 'module' }),
  );
  const own = archivesOf('@sandwich/runtime', archives);
  run(application, 'npm', 'install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', ...own);
  // TensorFlow.js itself depends on yargs.
  for (const unneeded of ['leven', 'vega', '@expo-google-fonts', '@sandwich/cli', '@sandwich/inspector']) {
    if (existsSync(join(application, 'node_modules', unneeded)))
      throw new Error(`@sandwich/runtime installs ${unneeded}`);
  }
  writeFileSync(
    join(application, 'code.js'),
    `import { loadSandwich } from '@sandwich/runtime';
const sandwich = await loadSandwich(${JSON.stringify(join(repository, 'zoo/color-over-grayscale'))});
const data = Uint8Array.from({ length: 64 * 48 * 3 }, (_, i) => (i * 7) % 256);
const file = await sandwich.encode({ data, width: 64, height: 48, channels: 3 });
const { width, height } = await sandwich.decode(file);
console.log(file.length, width, height);
`,
  );
  expectText(
    run(application, 'node', 'code.js').stdout,
    /^[1-9]\d* 64 48$/m,
    'an application that encodes and decodes',
  );
}

const EXPERIMENT = `import { EncodeDecodeIntra, roundings } from '@sandwich/codec-proxy';
import { defineExperiment } from '@sandwich/models';

const network = { encoderFilters: [4], decoderFilters: [4, 4] };
export default defineExperiment({
  description: 'colour through a grayscale codec, by tiny networks',
  settings: { batchSize: 1, cropSize: 32 },
  sandwich: () => ({
    bottleneckChannels: 1,
    pre: network,
    post: network,
    proxy: new EncodeDecodeIntra({ roundingFn: roundings.ste, qstepInit: 14, minQstep: 1 }),
  }),
});
`;

/** The command, with an experiment of the project's own. */
function runCommand(): void {
  writeFileSync(join(project, 'mine.js'), EXPERIMENT);
  const sandwich = (...args: string[]) => run(project, 'npx', '--no-install', 'sandwich', ...args);
  expectText(sandwich('--help').stdout, /sandwich train/, 'sandwich --help');
  const images = ['--to', 'photos', '--count', '2', '--width', '64', '--height', '64'];
  sandwich('data', 'make', ...images);
  sandwich('train', 'mine.js', '--images', 'photos', '--steps', '1', '--run', 'run');
  const few = ['--qsteps', '16', '--metrics', 'psnr'];
  expectText(sandwich('eval', 'run', '--images', 'photos', ...few).stdout, /results\.json/, 'sandwich eval');
}

/** Threads, files beside the code and what is loaded only when needed. */
function runParts(packages: string[]): void {
  writeFileSync(
    join(project, 'parts.js'),
    `${packages.map((name, i) => `import * as p${i} from '${name}';`).join('\n')}
const packages = [${packages.map((_, i) => `p${i}`).join(', ')}];
if (packages.some((each) => Object.keys(each).length === 0)) throw new Error('a package exports nothing');
import { startRealCodec } from '@sandwich/codec-proxy';
import { codecs } from '@sandwich/codecs';
import { testCodec } from '@sandwich/codecs/testing';
import { manifest } from '@sandwich/data';
await testCodec(await codecs.webp());
const codec = await startRealCodec('webp');
const [{ size }] = codec.code([{ data: new Uint8Array(192), width: 8, height: 8, channels: 3 }], 50);
await codec.close();
console.log(size, manifest.kodak.files.length);
`,
  );
  expectText(run(project, 'node', 'parts.js').stdout, /^[1-9]\d* 24$/m, 'a codec in a thread, and the manifest');
}

try {
  const snippet = fencedBlocks(readDocument('README.md'), 'README.md').find(({ code }) =>
    /new Sandwich/.test(code),
  )!.code;
  step('build', () => run(repository, 'npm', 'run', 'build'));
  const archives = step('pack', pack);
  const packages = step(`install ${archives.length} packages`, () => install(archives));
  step('types', () => checkTypes(snippet, packages));
  step('threads and files', () => runParts(packages));
  step('the README, without libtorch', () => runSnippet(snippet, /^engine: wasm/m));
  step('the command', () => runCommand());
  step('an application, without command line and charts', () => runApplication(archives));
  const build = step('sandwich-engine-build', () =>
    spawnSync('npx', ['--no-install', 'sandwich-engine-build'], { cwd: project, encoding: 'utf8' }),
  );
  if (build.status === 0) step('the README, with libtorch', () => runSnippet(snippet, /^engine: torch/m));
  else expectText(build.stderr, /no libtorch found/, 'sandwich-engine-build');
  console.log(`${packages.join(', ')}: installed from their archives, they work`);
} catch (error) {
  console.error(`test:packages: ${(error as Error).message}`);
  process.exitCode = 1;
} finally {
  if (options.keep) console.log(folder);
  else rmSync(folder, { recursive: true, force: true });
}
