import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;

/** Folders that commands of the documentation write to or expect pictures in, relative to the checkout. */
function foldersOfCommands(): string[] {
  const texts = ['README.md', ...readdirSync(`${root}docs`).map((name) => `docs/${name}`)]
    .filter((file) => file.endsWith('.md'))
    .map((file) => readFileSync(root + file, 'utf8'));
  const found = texts.flatMap((text) => [
    ...text.matchAll(/ --(?:images|to|figures|run|sweep) ([a-z][\w/-]*)(?=[\s`])/g),
  ]);
  return [...new Set(found.map(([, folder]) => folder))].sort();
}

it('has git ignore what the documentation’s commands write', () => {
  const folders = foldersOfCommands();
  expect(folders).toEqual(expect.arrayContaining(['photos', 'kodak', 'figures', 'runs/color', 'runs/sweep']));
  const { stdout } = spawnSync('git', ['check-ignore', '--stdin'], {
    cwd: root,
    encoding: 'utf8',
    input: folders.join('\n'),
  });
  expect(stdout.trim().split('\n').sort()).toEqual(folders);
});
