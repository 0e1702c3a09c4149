import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LabelledPictures } from '@sandwich/data';
import { startEngine } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { useTemporaryFolder } from '../../../../files/testing/temporary-folder.js';
import type { Recogniser } from '../../classifiers/recogniser.js';
import { dctSensitivities } from './dct-sensitivities.js';
import { magnitudeTables, readSensitivities, sensitivityTables } from './sensitivity-tables.js';

const folder = useTemporaryFolder();
beforeAll(() => startEngine());

/** Says how bright an image is, and loses as much. */
const brightness: Recogniser = {
  name: 'brightness',
  classes: 1,
  smallestSide: 1,
  apply: (images) => images.mean([1, 2, 3]).expandDims(1),
  loss: (output) => output.squeeze([1]),
  measures: [],
  dispose() {},
};

const pictures: LabelledPictures = {
  description: 'three greys',
  classes: ['grey'],
  labels: Int32Array.from([0, 0, 0]),
  names: ['a', 'b', 'c'],
  sizes: new Array(3).fill({ width: 16, height: 8 }),
  picture: async (i) => ({ data: new Uint8Array(16 * 8 * 3).fill(50 * i + 20), width: 16, height: 8, channels: 3 }),
};

describe('sensitivities', () => {
  it('are mean squared gradients by DCT coefficients', async () => {
    const measured = await dctSensitivities([brightness], pictures, { batchSize: 2, counts: true, note() {} });
    const { luma, chroma, magnitudes, counts } = measured;
    // A DC coefficient more brightens the 64 pixels of its block, half of the picture, by 1/8; Cb and Cr change two of three colours.
    expect(luma[0]).toBeCloseTo((1 / 16) ** 2, 7);
    const blue = (1.772 - 0.344136) / 3 / 16;
    const red = (1.402 - 0.714136) / 3 / 16;
    expect(chroma[0]).toBeCloseTo((blue ** 2 + red ** 2) / 2, 7);
    for (const value of [...luma.slice(1), ...chroma.slice(1)]) expect(value).toBeLessThan(1e-9);
    // Greys of 20, 70 and 120 are 108, 58 and 8 below 128, of which a DC coefficient is 8 times as much.
    expect(magnitudes!.luma[0]).toBeCloseTo((8 * (108 + 58 + 8)) / 3, 2);
    for (const value of [...magnitudes!.luma.slice(1), ...magnitudes!.chroma]) expect(value).toBeLessThan(1e-3);
    // Two blocks of each picture, and two planes of chroma.
    const dc = Array.from({ length: 865 }, (_, m) => ([864, 464, 64].includes(m) ? 2 : 0));
    expect(counts!.luma).toEqual([dc, ...new Array(63).fill([6])]);
    expect(counts!.chroma).toEqual(new Array(64).fill([12]));
    expect(await dctSensitivities([brightness], pictures, { batchSize: 2, note() {} })).toEqual({
      luma,
      chroma,
      magnitudes,
    });
  });

  it('make tables whose steps are in proportion to a power of them', () => {
    const luma = Array.from({ length: 64 }, (_, i) => (i === 0 ? 4 : 1));
    const chroma = new Array<number>(64).fill(0.25);
    const tables = sensitivityTables({ luma, chroma }, 16, 0.5);
    expect(tables.luma[1] / tables.luma[0]).toBeCloseTo(2, 10);
    expect(tables.chroma[0] / tables.luma[1]).toBeCloseTo(2, 10);
    const steps = [...Array.from(tables.luma), ...Array.from(tables.chroma)];
    expect(Math.exp(steps.reduce((sum, step) => sum + Math.log(step), 0) / 128)).toBeCloseTo(16, 8);
    expect(Math.max(...Array.from(sensitivityTables({ luma, chroma }, 200, 1).chroma))).toBe(255);
  });

  it('come with magnitudes, of which JPEG-DL makes tables', () => {
    const ones = new Array<number>(64).fill(1);
    const magnitudes = { luma: ones.map((_, i) => 640 / (i + 1)), chroma: ones.map(() => 1e5) };
    const tables = magnitudeTables({ luma: ones, chroma: ones, magnitudes }, 11);
    expect(tables.luma.slice(0, 2)).toEqual([40, 20]);
    expect([tables.luma[63], tables.chroma[0]]).toEqual([1, 255]);
    expect(magnitudeTables({ luma: ones, chroma: ones, magnitudes }, 9).luma[0]).toBe(80);
    expect(() => magnitudeTables({ luma: ones, chroma: ones }, 11)).toThrow('measure again');
  });

  it('are read from a file, or it is said what is wrong with it', async () => {
    const file = join(folder(), 'sensitivities.json');
    const luma = new Array<number>(64).fill(1);
    await writeFile(file, JSON.stringify({ luma, chroma: luma }));
    expect(readSensitivities(file).luma).toEqual(luma);
    await writeFile(file, JSON.stringify({ luma, chroma: [1, 2] }));
    expect(() => readSensitivities(file)).toThrow(`sensitivities ${file}: chroma must be 64 positive numbers`);
    // Chroma of gray pictures has no magnitude.
    const zeros = luma.map(() => 0);
    await writeFile(file, JSON.stringify({ luma, chroma: luma, magnitudes: { luma, chroma: zeros } }));
    expect(magnitudeTables(readSensitivities(file), 11).chroma).toEqual(luma);
    await writeFile(file, JSON.stringify({ luma, chroma: luma, magnitudes: { luma, chroma: [-1] } }));
    expect(() => readSensitivities(file)).toThrow('magnitudes.chroma must be 64 numbers that are not negative');
  });
});
