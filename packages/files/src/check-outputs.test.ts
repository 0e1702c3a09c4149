import { link, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { byExtension } from './by-extension.js';
import { checkOutputs } from './check-outputs.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'outputs-'));
  await writeFile(at('photo.png'), 'the only copy');
});
afterEach(() => rm(directory, { recursive: true }));

const at = (name: string) => join(directory, name);

describe('checkOutputs', () => {
  it('lets new files pass', async () => {
    await checkOutputs([at('new.png')], { inputs: [at('photo.png'), at('missing.png')] });
    await checkOutputs([at('new/deep/a.png')], { makesFolders: true });
    expect(await readdir(directory)).toEqual(['photo.png']);
  });

  it('refuses what is there, unless it is forced or its own', async () => {
    await expect(checkOutputs([at('photo.png')])).rejects.toThrow(
      `${at('photo.png')} is there already; choose another name, or overwrite it with --force`,
    );
    await checkOutputs([at('photo.png')], { force: true });
    await checkOutputs([at('photo.png')], { own: true });
    for (const name of ['a', 'b', 'c']) await writeFile(at(name), '');
    await expect(checkOutputs(['photo.png', 'x', 'a', 'b', 'c'].map(at))).rejects.toThrow(
      `${at('photo.png')}, ${at('a')}, ${at('b')} and 1 more are there already; choose another folder`,
    );
  });

  it('refuses links, of its own too, unless it is forced', async () => {
    await symlink('photo.png', at('link'));
    await symlink('nowhere', at('dangling'));
    for (const name of ['link', 'dangling']) {
      for (const own of [false, true]) {
        await expect(checkOutputs([at(name)], { own })).rejects.toThrow(`${at(name)} is there already`);
      }
      await checkOutputs([at(name)], { force: true });
    }
  });

  it('refuses an input under whatever name, also when it is forced', async () => {
    await mkdir(at('folder'));
    await writeFile(at('folder/a.png'), 'a');
    await symlink('folder', at('alias'));
    await symlink('folder/a.png', at('symbolic.png'));
    await link(at('folder/a.png'), at('hard.png'));
    const names = [
      at('folder/a.png'),
      join(directory, 'folder', '..', 'alias', 'a.png'),
      at('symbolic.png'),
      at('hard.png'),
      relative(process.cwd(), at('folder/a.png')),
    ];
    for (const output of names) {
      for (const input of names) {
        for (const rules of [{}, { force: true }, { own: true }]) {
          await expect(checkOutputs([output], { ...rules, inputs: [at('photo.png'), input] })).rejects.toThrow(
            `${output} is also an input${output === input ? '' : `, as ${input}`}: choose another name`,
          );
        }
      }
    }
  });

  it('refuses folders and devices, also when it is forced', async () => {
    await mkdir(at('folder.png'));
    await symlink('/dev/null', at('null.png'));
    for (const name of ['folder.png', 'null.png']) {
      await expect(checkOutputs([at(name)], { force: true, own: true })).rejects.toThrow(
        `${at(name)} is there and is no file`,
      );
    }
  });

  it('refuses folders that are not there, are files, or that cannot be made', async () => {
    await expect(checkOutputs([at('none/a.png')])).rejects.toThrow(
      `${at('none/a.png')} cannot be written: there is no folder ${at('none')}`,
    );
    for (const makesFolders of [false, true]) {
      await expect(checkOutputs([at('photo.png/a.png')], { makesFolders })).rejects.toThrow(
        `${at('photo.png/a.png')} cannot be written: ${at('photo.png')} is no folder`,
      );
    }
    await symlink('none/a.png', at('dangling.png'));
    await expect(checkOutputs([at('dangling.png')], { force: true })).rejects.toThrow('there is no folder');
  });
});

describe('byExtension', () => {
  it('knows capitals, and names what there is', () => {
    expect(byExtension('a/B.JPG', { '.jpg': 1, '.png': 2 })).toBe(1);
    for (const path of ['a', 'a.gif', '.png', 'a.toString']) {
      expect(() => byExtension(path, { '.jpg': 1, '.png': 2 })).toThrow(
        `${path}: its extension must be one of .jpg, .png`,
      );
    }
  });
});
