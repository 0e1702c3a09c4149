import {
  chmod,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFileAtomically, writeFilesAtomically } from './write-file-atomically.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'atomic-'));
});
afterEach(() => rm(directory, { recursive: true }));

const at = (name: string) => join(directory, name);

describe('writeFileAtomically', () => {
  it('replaces a file and leaves no other', async () => {
    await writeFileAtomically(at('a'), new Uint8Array([1, 2, 3]));
    await writeFileAtomically(at('a'), new Uint8Array([4]));
    expect([...(await readFile(at('a')))]).toEqual([4]);
    expect(await readdir(directory)).toEqual(['a']);
  });

  it('leaves nothing behind when it fails', async () => {
    await mkdir(join(at('a'), 'full'), { recursive: true });
    await expect(writeFileAtomically(at('a'), 'x')).rejects.toThrow(
      `${at('a')} cannot be written: it is there and is no file`,
    );
    await expect(writeFileAtomically(at('none/a'), 'x')).rejects.toThrow(
      `${at('none/a')} cannot be written: ENOENT: no such file or directory`,
    );
    expect(await readdir(directory)).toEqual(['a']);
  });

  it('writes names as long as the file system allows', async () => {
    const name = `${'ä'.repeat(127)}x`;
    expect(Buffer.byteLength(name)).toBe(255);
    await writeFileAtomically(at(name), 'long');
    expect(await readFile(at(name), 'utf8')).toBe('long');
    await expect(writeFileAtomically(at(`${name}x`), 'longer')).rejects.toThrow('ENAMETOOLONG: name too long');
    expect(await readdir(directory)).toEqual([name]);
  });

  it('writes the target of a symbolic link, and keeps the link', async () => {
    await mkdir(at('there/deep'), { recursive: true });
    await mkdir(at('here'));
    await writeFile(at('there/file'), 'old');
    await symlink('../there/deep', at('here/folder'));
    // Relative to where the folder lies, not to the path by which it is reached.
    await symlink('../file', at('there/deep/link'));
    await writeFileAtomically(at('here/folder/link'), 'new');
    expect(await readFile(at('there/file'), 'utf8')).toBe('new');
    expect(await readlink(at('there/deep/link'))).toBe('../file');

    await symlink('not-yet', at('dangling'));
    await writeFileAtomically(at('dangling'), 'made');
    expect(await readlink(at('dangling'))).toBe('not-yet');
    expect(await readFile(at('not-yet'), 'utf8')).toBe('made');

    await symlink('circle', at('circle'));
    await expect(writeFileAtomically(at('circle'), 'x')).rejects.toThrow('its symbolic links lead in a circle');
    expect((await readdir(directory)).sort()).toEqual(['circle', 'dangling', 'here', 'not-yet', 'there']);
    expect((await readdir(at('there'))).sort()).toEqual(['deep', 'file']);
  });

  it('keeps permissions, and the other names of a hard link', async () => {
    await writeFile(at('a'), 'old');
    await chmod(at('a'), 0o640);
    await link(at('a'), at('b'));
    await writeFileAtomically(at('a'), 'new');
    expect((await stat(at('a'))).mode & 0o777).toBe(0o640);
    expect([await readFile(at('a'), 'utf8'), await readFile(at('b'), 'utf8')]).toEqual(['new', 'old']);
  });

  it('does not put a file in the place of a device', async () => {
    await symlink('/dev/null', at('null'));
    await expect(writeFileAtomically(at('null'), 'x')).rejects.toThrow('it is there and is no file');
    expect((await stat('/dev/null')).isCharacterDevice()).toBe(true);
  });
});

describe('writeFilesAtomically', () => {
  it('changes none of the files when one cannot be written', async () => {
    await writeFile(at('a'), 'old');
    await mkdir(at('b'));
    await expect(writeFilesAtomically({ [at('a')]: 'new', [at('b')]: 'x' })).rejects.toThrow(
      `${at('b')} cannot be written`,
    );
    expect(await readFile(at('a'), 'utf8')).toBe('old');
    expect((await readdir(directory)).sort()).toEqual(['a', 'b']);
    await writeFilesAtomically({ [at('a')]: 'new', [at('c')]: 'x' });
    expect([await readFile(at('a'), 'utf8'), await readFile(at('c'), 'utf8')]).toEqual(['new', 'x']);
  });
});
