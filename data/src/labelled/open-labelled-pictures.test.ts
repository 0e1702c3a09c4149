import { createHash } from 'node:crypto';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { loadSharp } from '@sandwich/pictures';
import { beforeEach, describe, expect, it } from 'vitest';
import { useTemporaryFolder } from '../../../packages/files/testing/temporary-folder.js';
import { tinyCifar } from '../../testing/tiny-labelled.js';
import type { LabelledOptions } from './labelled-options.js';
import { labelledSettings } from './labelled-settings.js';
import { openLabelledStream } from './labelled-stream.js';
import { openLabelledPictures } from './open-labelled-pictures.js';

const folder = useTemporaryFolder();
const data = process.env.SANDWICH_DATA;
let notes: string[];
beforeEach(() => {
  notes = [];
});

const note = (text: string) => notes.push(text);
const at = (...names: string[]) => join(folder(), ...names);
const open = (path: string, options: Partial<LabelledOptions> = {}) => openLabelledPictures(path, { note, ...options });

/** Writes a file of one colour, 4x3 pixels. */
async function paint(path: string, background: string): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  const sharp = await loadSharp();
  await sharp({ create: { width: 4, height: 3, channels: 3, background } })
    .png()
    .toFile(path);
}

async function write(name: string, text: string): Promise<string> {
  await writeFile(at(name), text);
  return at(name);
}

describe('folders by class', () => {
  it('have the labels of their sorted names', async () => {
    await paint(at('dog', 'b.png'), '#010203');
    await paint(at('dog', 'below', 'a.png'), '#040506');
    await paint(at('Zebra', 'z.png'), '#070809');
    await mkdir(at('cat'));
    await mkdir(at('.hidden'));
    await write('notes.txt', '');
    await write('dog/notes.txt', '');
    await symlink(at('dog'), at('wolf'));
    const pictures = await open(folder());
    expect(pictures.classes).toEqual(['Zebra', 'cat', 'dog', 'wolf']);
    expect(pictures.names.map((name) => name.slice(folder().length + 1))).toEqual([
      'Zebra/z.png',
      'dog/b.png',
      'dog/below/a.png',
      'wolf/b.png',
      'wolf/below/a.png',
    ]);
    expect([...pictures.labels]).toEqual([0, 2, 2, 3, 3]);
    expect(pictures.sizes[1]).toEqual({ width: 4, height: 3 });
    expect([...(await pictures.picture(2)).data.subarray(0, 6)]).toEqual([4, 5, 6, 4, 5, 6]);
    expect(pictures.description).toBe(`5 pictures of 4 classes of ${folder()}`);
    expect(notes).toEqual(['1 of 4 classes have no picture: cat']);
  });

  it('are of the classes that are given', async () => {
    await paint(at('dog', 'b.png'), 'red');
    expect([...(await open(folder(), { classes: ['cat', 'dog'] })).labels]).toEqual([1]);
    await expect(open(folder(), { classes: ['cat'] })).rejects.toThrow(`'dog' in ${folder()} is none of the 1 classes`);
  });

  it('are refused without images', async () => {
    await mkdir(at('cat'));
    await expect(open(folder())).rejects.toThrow(`the folders in ${folder()} hold no image`);
  });

  it('take gray pictures as RGB, and note what cannot be used', async () => {
    await paint(at('a', 'gray.png'), '#070707');
    const sharp = await loadSharp();
    const gray = await sharp(at('a', 'gray.png')).toColourspace('b-w').png().toBuffer();
    await writeFile(at('a', 'gray.png'), gray);
    await writeFile(at('a', 'empty.png'), '');
    const pictures = await open(folder());
    expect(pictures.names).toEqual([at('a', 'gray.png')]);
    expect([...(await pictures.picture(0)).data.subarray(0, 4)]).toEqual([7, 7, 7, 7]);
    expect(notes).toEqual([`skipped: ${at('a', 'empty.png')}: is empty (0 bytes)`]);
    await writeFile(at('a', 'gray.png'), '');
    await expect(open(folder())).rejects.toThrow('none of the 2 images is usable');
  });

  it('name a file that is overwritten while in use', async () => {
    await paint(at('a', 'one.png'), 'red');
    const pictures = await open(folder(), { cacheBytes: 0 });
    const sharp = await loadSharp();
    await sharp({ create: { width: 5, height: 3, channels: 3, background: 'red' } })
      .png()
      .toFile(at('a', 'one.png'));
    await expect(pictures.picture(0)).rejects.toThrow('was overwritten while in use: it is 5x3 of 8 bits');
  });
});

describe('CSV lists', () => {
  beforeEach(async () => {
    for (const name of ['a.png', 'b, c.png', 'below/#d.png']) await paint(at(name), 'red');
  });

  it('name classes by number or by name', async () => {
    const list = await write('list.csv', '\ufeffpath,label\r\n\r\n# said\r\nbelow/#d.png, 2\r\n"b, c.png",0\r\n');
    const pictures = await open(list);
    expect(pictures.names).toEqual([at('below', '#d.png'), at('b, c.png')]);
    expect([...pictures.labels]).toEqual([2, 0]);
    expect(pictures.classes).toEqual(['0', '1', '2']);
    expect(notes).toEqual(['1 of 3 classes have no picture: 1']);
    const named = await open(await write('named.csv', `a.png,dog\n${at('below', '#d.png')},cat\n`));
    expect([named.classes, [...named.labels]]).toEqual([
      ['cat', 'dog'],
      [1, 0],
    ]);
    await write('classes.txt', 'ant\ncat\ndog\n');
    expect([...(await open(at('named.csv'))).labels]).toEqual([2, 1]);
    expect([...(await open(list)).labels]).toEqual([2, 0]);
  });

  it('are refused with labels that are no class, by line', async () => {
    const list = await write('list.csv', 'a.png,0\n\na.png,cat\n');
    await expect(open(list)).rejects.toThrow(
      `${list}, line 3: the label 'cat' is none of the 1 classes, by name or by number from 0 on`,
    );
    await write('list.csv', 'a.png,-1\n');
    await expect(open(list, { classes: ['a', 'b'] })).rejects.toThrow(
      "line 1: the label '-1' is none of the 2 classes",
    );
    await write('list.csv', 'a.png,2\n');
    await expect(open(list, { classes: ['a', 'b'] })).rejects.toThrow("line 1: the label '2' is none");
  });

  it('are refused with other columns, broken quotes, or nothing', async () => {
    const list = await write('list.csv', 'a.png,1\na.png\n');
    await expect(open(list)).rejects.toThrow(`${list}, line 2: expected a path and a label, got 'a.png'`);
    await write('list.csv', 'a.png,1,2\n');
    await expect(open(list)).rejects.toThrow("line 1: expected a path and a label, got 'a.png,1,2'");
    await write('list.csv', 'a.png,\n');
    await expect(open(list)).rejects.toThrow("line 1: expected a path and a label, got 'a.png,'");
    await write('list.csv', '"a.png,1\n');
    await expect(open(list)).rejects.toThrow(`${list}: Quote Not Closed`);
    await write('list.csv', 'path,label\n');
    await expect(open(list)).rejects.toThrow(`${list} names no picture`);
    await write('list.csv', 'none.png,1\n');
    await expect(open(list)).rejects.toThrow(`${at('none.png')}: cannot be read (ENOENT)`);
  });
});

describe('files by number', () => {
  it('have the labels with which their names begin', async () => {
    for (const name of ['0002_two.png', '0_zero.png']) await paint(at(name), 'red');
    await write('notes.txt', '');
    const pictures = await open(folder());
    expect(pictures.names.map((name) => basename(name))).toEqual(['0002_two.png', '0_zero.png']);
    expect([...pictures.labels]).toEqual([2, 0]);
    await write('classes.txt', 'zero\none\n');
    await expect(open(folder())).rejects.toThrow('0002_two.png has the label 2; there are 2 classes, from 0 on');
    await paint(at('three.png'), 'red');
    await expect(open(folder())).rejects.toThrow(
      `the name of ${at('three.png')} must begin with the number of its class, unless each class has a folder of its own`,
    );
  });

  it.skipIf(data === undefined)('are read as Pillow does (needs SANDWICH_DATA)', async () => {
    const fixtures = new URL('../../fixtures/labelled-pictures.json', import.meta.url);
    const expected = JSON.parse(await readFile(fixtures, 'utf8'))['imagenet-sample'];
    const pictures = await open(join(data!, 'imagenet-sample'));
    expect(pictures.labels.length).toBe(expected.count);
    expect([...pictures.labels.subarray(0, 6)]).toEqual(expected.labels);
    expect(pictures.labels.reduce((sum, label) => sum + label, 0)).toBe(expected.labelSum);
    expect(pictures.classes.length).toBe(expected.largestLabel + 1);
    expect(notes).toEqual(['560 of 1000 classes have no picture: 1, 2, 3, 4, 5 and 555 more']);
    for (const [cropSize, key] of [
      [0, 'first6'],
      [224, 'middle224'],
    ] as const) {
      const settings = { ...labelledSettings, batchSize: 6, cropSize };
      const stream = openLabelledStream({ ...settings, pictures, seed: 1, purpose: 'validate', note });
      const { images } = (await stream.next())!.arrays;
      await stream.close();
      const hash = createHash('sha256').update(Uint8Array.from(images.values));
      expect(hash.digest('hex')).toBe(expected[key]);
    }
  });
});

describe('openLabelledPictures', () => {
  it('takes a glob of binary files', async () => {
    for (const [i, name] of ['data_batch_2.bin', 'data_batch_1.bin'].entries()) {
      await writeFile(at(name), tinyCifar([[i]]));
    }
    const escaped = folder().replace(/[()]/g, '\\$&');
    const pictures = await open(`${escaped}/data_batch_*.bin`);
    expect([...pictures.labels]).toEqual([1, 0]);
    expect(pictures.names.map((name) => basename(name))).toEqual([
      'data_batch_1.bin, picture 0',
      'data_batch_2.bin, picture 0',
    ]);
  });

  it('names paths where there is nothing for it', async () => {
    for (const path of [at('none'), at('none.bin'), at('none.csv')]) {
      await expect(open(path)).rejects.toThrow(`'${path}': no such file or folder`);
    }
    await write('a.txt', '');
    await expect(open(at('a.txt'))).rejects.toThrow(
      'neither a folder, a CSV list (.csv) nor a binary file of CIFAR (.bin)',
    );
    await mkdir(at('empty'));
    await expect(open(at('empty'))).rejects.toThrow(`${at('empty')} holds no image`);
  });
});
