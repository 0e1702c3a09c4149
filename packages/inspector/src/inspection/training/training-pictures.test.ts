import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Picture, writePicture } from '@sandwich/pictures';
import { describe, expect, it } from 'vitest';
import { useTemporaryFolder } from '../../../../trainer/testing/temporary-folder.js';
import { readTrainingPictures, spreadToEnds } from './training-pictures.js';

const folder = useTemporaryFolder();
const gray = (value: number): Picture<Uint8Array> => ({
  data: new Uint8Array(12).fill(value),
  width: 4,
  height: 3,
  channels: 1,
});
const write = (step: number, name: string) =>
  writePicture(join(folder(), `step-${String(step).padStart(7, '0')}-${name}.png`), gray(step % 256));

describe('readTrainingPictures', () => {
  it('reads the pictures of each step by their names', async () => {
    for (const step of [10, 1, 250]) for (const name of ['input', 'two-words']) await write(step, name);
    await write(250, 'comesLate');
    await writeFile(join(folder(), 'notes.txt'), 'no picture');
    const { pictures, unreadable } = await readTrainingPictures(folder());
    expect(unreadable).toEqual([]);
    expect(pictures!.total).toBe(3);
    expect(pictures!.steps.map(({ step, views }) => [step, views.map(({ name }) => name)])).toEqual([
      [1, ['input', 'two-words']],
      [10, ['input', 'two-words']],
      [250, ['comes late', 'input', 'two-words']],
    ]);
    const [{ views }] = pictures!.steps;
    expect(views[0].picture).toMatchObject({ width: 4, height: 3, scale: 1 });
    expect(views[0].picture.source).toMatch(/^data:image\/webp;base64,/);
  });

  it('keeps few steps of many, the first and the last among them', async () => {
    for (let step = 1; step <= 9; step++) await write(step, 'input');
    const { pictures } = await readTrainingPictures(folder(), 4);
    expect(pictures!.steps.map(({ step }) => step)).toEqual([1, 4, 6, 9]);
    expect(pictures!.total).toBe(9);
  });

  it('leaves out what is damaged, and says which', async () => {
    await write(1, 'input');
    await writeFile(join(folder(), 'step-0000001-output.png'), 'cut short');
    const { pictures, unreadable } = await readTrainingPictures(folder());
    expect(pictures!.steps[0].views.map(({ name }) => name)).toEqual(['input']);
    expect(unreadable).toEqual(['step-0000001-output.png']);
  });

  it('finds nothing where there is none', async () => {
    expect(await readTrainingPictures(join(folder(), 'nowhere'))).toEqual({ pictures: null, unreadable: [] });
    await mkdir(join(folder(), 'empty'));
    expect(await readTrainingPictures(join(folder(), 'empty'))).toEqual({ pictures: null, unreadable: [] });
  });
});

it('spreadToEnds', () => {
  expect(spreadToEnds([1, 2, 3], 5)).toEqual([1, 2, 3]);
  expect(spreadToEnds([1, 2, 3, 4, 5], 3)).toEqual([1, 3, 5]);
  expect(
    spreadToEnds(
      Array.from({ length: 100 }, (_, i) => i),
      12,
    ).at(-1),
  ).toBe(99);
});
