import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';
import type { SystemKind } from '../system.js';
import { describeKind, loadKind } from './load-kind.js';
import { registeredKind, registerKind } from './system-kinds.js';

const folder = useTemporaryFolder();
const home = process.cwd();
afterEach(() => process.chdir(home));

/** A module that registers a kind, as another copy of this package would. */
const moduleOf = (kind: string) =>
  `globalThis[Symbol.for('@sandwich/trainer system kinds')].set('${kind}', { name: '${kind}', module: import.meta.url });\n`;

const kindOf = (name: string, module: string): SystemKind => ({
  name,
  module,
  build() {
    throw new Error('nothing is built here');
  },
});

it('a file is found from the folder where the run was started, and beside the run', async () => {
  const run = join(folder(), 'run');
  await mkdir(run);
  await writeFile(join(folder(), 'here.mjs'), moduleOf('here'));
  await writeFile(join(run, 'there.mjs'), moduleOf('there'));
  process.chdir(folder());
  expect((await loadKind({ kind: 'here', module: 'here.mjs' }, run)).name).toBe('here');
  expect((await loadKind({ kind: 'there', module: 'there.mjs' }, run)).name).toBe('there');
  expect(describeKind({ kind: 'here' })).toEqual({ kind: 'here', module: 'here.mjs' });
});

it.each([
  ['of one entry', 'plain', './index.js'],
  ['for import alone', 'modern', { '.': { import: './index.js' } }],
])('a package %s is found from the working directory', async (_, name, exports) => {
  const directory = join(folder(), 'node_modules', `sandwich-kind-${name}`);
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'package.json'), JSON.stringify({ name, type: 'module', exports }));
  await writeFile(join(directory, 'index.js'), moduleOf(name));
  process.chdir(folder());
  expect((await loadKind({ kind: name, module: `sandwich-kind-${name}` }, folder())).name).toBe(name);
});

it('a module that is not there, fails or registers something else says what to import', async () => {
  const run = folder();
  const advice = `import the module that registers it before ${run} is loaded`;
  await writeFile(join(run, 'other.mjs'), moduleOf('something else'));
  await writeFile(join(run, 'broken.mjs'), "throw new Error('broken');\n");
  const load = (module: string) => loadKind({ kind: 'missing', module }, run);
  await expect(load('nowhere.mjs')).rejects.toThrow(`there is no file nowhere.mjs, neither here nor in ${run}`);
  await expect(load('no-such-package')).rejects.toThrow(
    /no-such-package, which registers it, cannot be loaded \(.*import the module/s,
  );
  await expect(load('broken.mjs')).rejects.toThrow(`cannot be loaded (broken): ${advice}`);
  await expect(load('other.mjs')).rejects.toThrow(/other\.mjs does not register \(registered are .*something else/);
});

it('a name is for one module', () => {
  const module = pathToFileURL(join(folder(), 'a.js')).href;
  const kind = registerKind(kindOf('unique', module));
  expect(registeredKind('unique')).toBe(kind);
  expect(() => registerKind(kindOf('unique', module))).not.toThrow();
  expect(() => registerKind(kindOf('unique', 'another'))).toThrow(
    `the kind of system 'unique' is registered by ${module} and again by another`,
  );
});
