import { readFileSync } from 'node:fs';
import type { Picture } from '@sandwich/pictures';
import { describe, expect, it, vi } from 'vitest';
import { evaluate } from '../evaluate.js';
import type { Measure } from '../measure.js';
import { accuracy, type LabelledPicture } from './accuracy.js';
import { meanIou } from './mean-iou.js';
import { ofPicture, ofPictures } from './of-parts.js';
import { meanErrorPsnr, meanPsnr } from './psnr.js';
import { recognitionMeasure } from './recognition.js';

/** Values that numpy computes in float64, written by `fixtures/make_measures.py`. */
const expected: {
  psnr: number[];
  meanPsnr: number;
  psnrOfMeanError: number;
  top1: number;
  top3: number;
  meanIou: number;
  meanIouOfItems: number[];
} = JSON.parse(readFileSync(new URL('../../fixtures/measures.json', import.meta.url), 'utf8'));

const ITEMS = 6;
const CLASSES = 5;
const indices = Array.from({ length: ITEMS }, (_, i) => i);

const pictureOf = (samples: (n: number) => number): Picture<Uint8Array> => ({
  data: Uint8Array.from({ length: 3 * 8 * 6 }, (_, n) => Math.min(Math.max(samples(n), 0), 255)),
  width: 8,
  height: 6,
  channels: 3,
});
const pictures = indices.map((i) => pictureOf((n) => (17 * n + 31 * i) % 256));
const outputs = indices.map((i) => pictureOf((n) => ((17 * n + 31 * i) % 256) + ((n * (i + 4)) % (2 * i + 3)) - i));

/** A measure of items with one output each. */
async function measured<Item>(measure: Measure<Item>, items: readonly Item[], out: readonly Item[]) {
  const needs: number[][] = [];
  for (const [i, item] of items.entries()) needs.push(...((await measure.perItem(item, [out[i]])) as number[][]));
  return { all: measure.aggregate(needs), each: needs.map((need) => measure.aggregate([need])) };
}

describe('PSNR', () => {
  it('is a mean of PSNRs, or the PSNR of a mean, as numpy has it', async () => {
    const mean = await measured(meanPsnr, pictures, outputs);
    expect(mean.all).toBeCloseTo(expected.meanPsnr, 10);
    for (const [i, value] of mean.each.entries()) expect(value).toBeCloseTo(expected.psnr[i], 10);
    expect((await measured(meanErrorPsnr, pictures, outputs)).all).toBeCloseTo(expected.psnrOfMeanError, 10);
    expect(expected.meanPsnr - expected.psnrOfMeanError).toBeGreaterThan(1);
  });

  it('refuses an output of another size', async () => {
    const narrow = { ...pictures[0], width: 6, height: 8 };
    await expect(meanPsnr.perItem(pictures[0], [narrow])).rejects.toThrow(
      'PSNR: the original is 8 x 6 x 3, the output 6 x 8 x 3',
    );
  });
});

describe('labelled pictures', () => {
  const scoresOf = (i: number) => Array.from({ length: CLASSES }, (_, c) => (37 * i * i + 11 * c * (i + 2)) % 29);
  const classify = async (given: readonly Picture[]) =>
    given.map((picture) => scoresOf(pictures.findIndex(({ data }) => data === picture.data)));
  const items = pictures.map((picture, i) => ({ picture, label: (2 * i + 1) % CLASSES }));

  it.each([
    [1, 'top1' as const],
    [3, 'top3' as const],
  ])('have a top-%i accuracy', async (k, name) => {
    expect((await measured(accuracy(classify, { k }), items, items)).all).toBeCloseTo(expected[name], 12);
  });

  it('have an accuracy in percent where coders take pictures without labels', async () => {
    const labels = new Map(items.map(({ picture, label }) => [picture, label]));
    const judge = { name: 'some_net', measures: [accuracy(classify), accuracy(classify, { k: 3 })] };
    const measure = recognitionMeasure(judge, labels);
    expect(measure).toMatchObject({ key: 'accuracy-some_net', better: 'more', unit: '%' });
    expect((await measured(measure, pictures, pictures)).all).toBeCloseTo(100 * expected.top1, 10);
    await expect(async () => measure.perItem({ ...pictures[0] }, [pictures[0]])).rejects.toThrow(
      'accuracy-some_net: a picture has no label',
    );
  });

  it('need a score for their label', async () => {
    await expect(accuracy(classify).perItem({ ...items[0], label: 5 }, [items[0]])).rejects.toThrow(
      'there is no class 5 among 5',
    );
  });

  it('have a mean IoU of all pixels together, which is no mean over items', async () => {
    const segmented = pictures.map((picture, i) => ({
      picture,
      labels: Array.from({ length: 48 }, (_, n) => ((n + i) % 7 === 0 ? 255 : Math.floor((n * (i + 1)) / 5) % 4)),
    }));
    const segment = async (given: readonly Picture[]) =>
      given.map((picture) => {
        const i = pictures.findIndex(({ data }) => data === picture.data);
        return Array.from({ length: 48 }, (_, n) => Math.floor((n * (i + 2)) / 6) % CLASSES);
      });
    const { all, each } = await measured(meanIou(segment, { classes: CLASSES }), segmented, segmented);
    expect(all).toBeCloseTo(expected.meanIou, 12);
    for (const [i, value] of each.entries()) expect(value).toBeCloseTo(expected.meanIouOfItems[i], 12);
    const mean = each.reduce((sum, value) => sum + value, 0) / ITEMS;
    expect(Math.abs(all - mean)).toBeGreaterThan(1e-3);
  });

  it('are measured by what a classifier sees in them, and as pictures', async () => {
    const seen = vi.fn(classify);
    const results = await evaluate({
      candidate: {
        name: 'none',
        description: '',
        key: 'none',
        settings: ['as it is'],
        pixels: ({ picture: { width, height } }: (typeof items)[number]) => width * height,
        async *code(item) {
          yield { setting: 0, bits: 96, output: item, views: {} };
        },
      },
      anchors: [],
      items: items.map((item, i) => ({ name: `${i}`, item })),
      measures: [accuracy(seen), ofPicture(meanPsnr, ({ picture }: LabelledPicture) => picture)],
      range: [1, 2],
    });
    expect(seen).toHaveBeenCalledTimes(ITEMS);
    expect(results.candidate.results).toEqual({
      bpp: [2],
      'bpp-estimated': [null],
      'top-1': [expect.closeTo(expected.top1, 12)],
      'psnr-rgb': [100],
    });
    expect(results.candidate.items.map(({ results: { 'top-1': value } }) => value)).toContainEqual([0]);
  });
});

describe('clips', () => {
  it('count the mean over their frames', async () => {
    const clip = (frames: Picture[]) => ({ frames });
    const measure = ofPictures(meanPsnr, ({ frames }: { frames: Picture[] }) => frames);
    const [value] = await measure.perItem(clip(pictures.slice(0, 2)), [clip(outputs.slice(0, 2))]);
    expect(value![0]).toBeCloseTo((expected.psnr[0] + expected.psnr[1]) / 2, 10);
    await expect(measure.perItem(clip(pictures), [clip(outputs.slice(1))])).rejects.toThrow(
      'psnr-rgb: 6 pictures came back as 5',
    );
  });
});
