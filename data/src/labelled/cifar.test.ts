import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useTemporaryFolder } from '../../../packages/files/testing/temporary-folder.js';
import { tinyCifar } from '../../testing/tiny-labelled.js';
import { readCifar } from './cifar.js';

const folder = useTemporaryFolder();
const data = process.env.SANDWICH_DATA;

const quiet = { note: () => {} };

async function write(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder(), name);
  await writeFile(path, bytes);
  return path;
}

describe('readCifar', () => {
  it('reads labels and pictures, several files one after the other', async () => {
    const first = await write('a.bin', tinyCifar([[3], [0]]));
    const second = await write('b.bin', tinyCifar([[9]]));
    const pictures = await readCifar([first, second], quiet);
    expect(pictures.description).toBe('3 pictures of 10 classes of 2 files such as a.bin');
    expect([...pictures.labels]).toEqual([3, 0, 9]);
    expect(pictures.names).toEqual([`${first}, picture 0`, `${first}, picture 1`, `${second}, picture 0`]);
    expect(pictures.sizes[2]).toEqual({ width: 32, height: 32 });
    const { data, width, height, channels } = await pictures.picture(1);
    expect([width, height, channels, data.length]).toEqual([32, 32, 3, 3072]);
    // Pixel 33 is the second of the second row: 1 + 33, and 50 more for each channel.
    expect([...data.subarray(0, 6), ...data.subarray(99, 102)]).toEqual([1, 51, 101, 2, 52, 102, 34, 84, 134]);
  });

  it('takes the names of classes from a file beside it, or as they are given', async () => {
    const file = await write('a.bin', tinyCifar([[1]]));
    expect((await readCifar([file], quiet)).classes).toEqual([...'0123456789']);
    await write('batches.meta.txt', Buffer.from('cat\ndog\r\n\n'));
    expect((await readCifar([file], quiet)).classes).toEqual(['cat', 'dog']);
    expect((await readCifar([file], { ...quiet, classes: ['x', 'y', 'z'] })).classes).toEqual(['x', 'y', 'z']);
  });

  it('takes the fine labels of CIFAR-100', async () => {
    const pictures = await readCifar(
      [
        await write(
          'train.bin',
          tinyCifar([
            [19, 42],
            [3, 99],
          ]),
        ),
      ],
      quiet,
    );
    expect([...pictures.labels]).toEqual([42, 99]);
    expect(pictures.classes.length).toBe(100);
    expect([...(await pictures.picture(0)).data.subarray(0, 3)]).toEqual([0, 50, 100]);
  });

  it('notes classes without pictures', async () => {
    const notes: string[] = [];
    const file = await write('a.bin', tinyCifar([[0], [2]]));
    await readCifar([file], { note: (text) => notes.push(text) });
    await readCifar([file], { note: (text) => notes.push(text), classes: ['a', 'b', 'c'] });
    expect(notes).toEqual([
      '8 of 10 classes have no picture: 1, 3, 4, 5, 6 and 3 more',
      '1 of 3 classes have no picture: b',
    ]);
  });

  it('names labels that are no class, and files of other sizes', async () => {
    const file = await write('a.bin', tinyCifar([[0], [10]]));
    await expect(readCifar([file], quiet)).rejects.toThrow(
      `${file}, picture 1 has the label 10; there are 10 classes, from 0 on`,
    );
    const cut = await write('cut.bin', tinyCifar([[0]]).subarray(1));
    await expect(readCifar([cut], quiet)).rejects.toThrow(
      `${cut} has 3072 bytes, which are no whole number of pictures of 3073 bytes (CIFAR-10) or 3074 bytes (CIFAR-100)`,
    );
    await expect(readCifar([await write('empty.bin', new Uint8Array())], quiet)).rejects.toThrow('has 0 bytes');
    const other = await write('other.bin', tinyCifar([[0, 1]]));
    await expect(readCifar([await write('good.bin', tinyCifar([[0]])), other], quiet)).rejects.toThrow(
      `${other} is of CIFAR-100, and ${join(folder(), 'good.bin')} of CIFAR-10`,
    );
  });

  it.skipIf(data === undefined).each(['test.bin', 'train.bin'])(
    'reads %s as numpy does (needs SANDWICH_DATA)',
    async (name) => {
      const fixtures = new URL('../../fixtures/labelled-pictures.json', import.meta.url);
      const expected = JSON.parse(await readFile(fixtures, 'utf8'))[name];
      const pictures = await readCifar([join(data!, 'cifar10', name)], quiet);
      expect(pictures.classes.slice(0, 4)).toEqual(['airplane', 'automobile', 'bird', 'cat']);
      expect(pictures.labels.length).toBe(expected.count);
      expect([...pictures.labels.subarray(0, 20)]).toEqual(expected.labels);
      const perClass = Array<number>(10).fill(0);
      for (const label of pictures.labels) perClass[label]++;
      expect(perClass).toEqual(expected.perClass);
      const hash = createHash('sha256');
      for (let i = 0; i < expected.count; i++) hash.update((await pictures.picture(i)).data);
      expect(hash.digest('hex')).toBe(expected.all);
    },
  );
});
