import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findImages } from './find-images.js';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'find (images) '));
  await mkdir(join(directory, 'below', 'deeper'), { recursive: true });
  for (const name of [
    'b.png',
    'a.JPG',
    'notes.txt',
    'below/c.webp',
    'below/deeper/d.tiff',
    'below/e.jpeg',
    'f.png.txt',
  ]) {
    await writeFile(join(directory, name), '');
  }
});
afterEach(() => rm(directory, { recursive: true }));

describe('findImages', () => {
  it('lists the images of a folder and of all below it, sorted', async () => {
    const names = ['a.JPG', 'b.png', 'below/c.webp', 'below/deeper/d.tiff', 'below/e.jpeg'];
    expect(await findImages(directory)).toEqual(names.map((name) => join(directory, name)));
    expect(await findImages(`${directory}/`)).toEqual(names.map((name) => join(directory, name)));
  });

  it('takes a glob', async () => {
    const escaped = directory.replace(/[()]/g, '\\$&');
    expect(await findImages(`${escaped}/below/*`)).toEqual(
      ['below/c.webp', 'below/e.jpeg'].map((name) => join(directory, name)),
    );
    expect(await findImages(`${escaped}/**/*.{png,tiff}`)).toEqual(
      ['b.png', 'below/deeper/d.tiff'].map((name) => join(directory, name)),
    );
  });

  it('takes a single file', async () => {
    const file = join(directory, 'b.png');
    expect(await findImages(file)).toEqual([file]);
  });

  it('takes a list, in its order, with paths relative to it', async () => {
    const list = join(directory, 'below', 'chosen.TXT');
    await writeFile(
      list,
      `# chosen\r\n../b.png\n\n  deeper/d.tiff  \n#c.webp\n${join(directory, 'a.JPG')}\nmissing.png`,
    );
    const names = ['b.png', 'below/deeper/d.tiff', 'a.JPG', 'below/missing.png'];
    expect(await findImages(list)).toEqual(names.map((name) => join(directory, name)));
    await writeFile(list, '# nothing\n');
    await expect(findImages(list)).rejects.toThrow(`findImages: '${list}': the list names no file`);
  });

  it('has every file once, by its shortest path, whatever links lead to it', async () => {
    const names = ['a.JPG', 'b.png', 'below/c.webp', 'below/deeper/d.tiff', 'below/e.jpeg'];
    const paths = names.map((name) => join(directory, name));
    await symlink('..', join(directory, 'below', 'deeper', 'up'));
    await symlink(directory, join(directory, 'above'));
    await symlink('../b.png', join(directory, 'below', 'again.png'));
    await symlink('nowhere.png', join(directory, 'broken.png'));
    expect((await findImages(directory)).filter((path) => !path.endsWith('broken.png'))).toEqual(paths);
    expect(await findImages(`${directory.replace(/[()]/g, '\\$&')}/**/*.{tiff,webp}`)).toEqual(paths.slice(2, 4));
    const list = join(directory, 'list.txt');
    await writeFile(list, 'below/again.png\nbelow/e.jpeg\nb.png\nbelow/e.jpeg\n');
    expect(await findImages(list)).toEqual([join(directory, 'below', 'again.png'), paths[4]]);
  });

  it('follows links to other folders, but none that leads up or round', async () => {
    const [pictures, other] = ['pictures', 'other'].map((name) => join(directory, name));
    for (const folder of [pictures, other]) {
      await mkdir(folder);
      await writeFile(join(folder, 'own.png'), '');
    }
    await symlink('..', join(pictures, 'up'));
    await symlink('/', join(pictures, 'root'));
    await symlink('../other', join(pictures, 'others'));
    await symlink('..', join(other, 'up'));
    await symlink('../pictures', join(other, 'round'));
    const names = ['others/own.png', 'own.png'].map((name) => join(pictures, name));
    expect(await findImages(pictures)).toEqual(names);
    await symlink(pictures, join(directory, 'named'));
    expect(await findImages(join(directory, 'named'))).toEqual(names.map((file) => file.replace('pictures', 'named')));
    await rm(join(pictures, 'root'));
    expect(await findImages(`${pictures.replace(/[()]/g, '\\$&')}/**/*.png`)).toEqual(names);
  });

  it('names a path where there is no image', async () => {
    const empty = join(directory, 'empty');
    await mkdir(empty);
    await expect(findImages(empty)).rejects.toThrow(`findImages: '${empty}': the folder holds no image (png, jpg,`);
    const nowhere = join(directory, 'nowhere');
    await expect(findImages(nowhere)).rejects.toThrow(`findImages: '${nowhere}': no such file or folder`);
  });
});
