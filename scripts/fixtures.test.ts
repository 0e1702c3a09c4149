import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const isScript = (name: string) => /\.(py|sh|ts|mjs)$/.test(name);

/** What lies in the folders of fixtures, files and folders, by folder. */
const folders = new Map<string, Set<string>>();
for (const file of execFileSync('git', ['ls-files', '*/fixtures/*'], { cwd: root, encoding: 'utf8' }).split('\n')) {
  const [, folder, name] = /^(.*?\/fixtures)\/([^/]+)/.exec(file) ?? [];
  if (folder === undefined) continue;
  folders.set(folder, (folders.get(folder) ?? new Set()).add(name));
}

describe('fixtures', () => {
  it('are found', () => {
    expect([...folders.keys()]).toContain('packages/unets/src/fixtures');
  });

  it.each([...folders])('of %s are each made by a script beside them, which names it', (folder, names) => {
    const scripts = [...names].filter(isScript).map((name) => readFileSync(join(root, folder, name), 'utf8'));
    const stem = (name: string) => name.split('.', 1)[0];
    const unmade = [...names].filter(
      (name) => !isScript(name) && !scripts.some((script) => script.includes(stem(name))),
    );
    expect(unmade).toEqual([]);
  });
});
