import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { documents, readDocument, repository } from './fenced-blocks.js';

/** What GitHub makes of a heading. */
const anchor = (heading: string) =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');

const anchors = (file: string) => [...readDocument(file).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchor(heading));

/** Every package has one. */
const readmes = ['data', ...readdirSync(join(repository, 'packages')).map((name) => `packages/${name}`)].map(
  (folder) => `${folder}/README.md`,
);

describe('links from a document to files and headings', () => {
  it.each([...documents(), ...readmes, 'CHANGELOG.md'])('%s', (file) => {
    for (const [, target] of readDocument(file).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
      const [path, name] = target.split('#');
      const linked = path === '' ? file : join(dirname(file), path);
      // docs/api is made by `npm run docs:api`.
      if (linked.startsWith('docs/api')) continue;
      expect(existsSync(join(repository, linked)), `${file} links to ${target}`).toBe(true);
      if (name !== undefined) expect(anchors(linked), `${file} links to ${target}`).toContain(name);
    }
  });
});
