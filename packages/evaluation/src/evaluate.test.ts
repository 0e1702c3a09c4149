import type { Picture } from '@sandwich/pictures';
import { describe, expect, it, vi } from 'vitest';
import type { Coder } from './coder.js';
import { evaluate, evaluateAll } from './evaluate.js';
import type { Measure } from './measure.js';
import { psnrMeasures } from './measures/psnr.js';
import { meanGain } from './results/gains.js';

const gray = (...samples: number[]): Picture<Uint8Array> => ({
  data: Uint8Array.from(samples),
  width: samples.length,
  height: 1,
  channels: 1,
});
const items = [
  { name: 'a', item: gray(0, 1, 2, 3) },
  { name: 'b', item: gray(10, 14, 12, 8) },
];

/** Drops the lowest bits of samples; half the step stands in for them. `spent` bits a sample are lost on top. */
function dropBits(
  name: string,
  dropped: readonly number[],
  { spent = 0, group }: { spent?: number; group?: string } = {},
) {
  const code = vi.fn(async function* (item: Picture, settings: readonly number[]) {
    for (const setting of settings) {
      const step = 2 ** dropped[setting];
      const data = Uint8Array.from(item.data, (x) => Math.floor(x / step) * step + Math.floor(step / 2));
      const bits = item.data.length * (8 - dropped[setting] + spent);
      yield { setting, bits, estimatedBits: bits + 4, output: { ...item, data }, views: {} };
    }
  });
  const coder: Coder = {
    name,
    description: `${name}, PCM`,
    key: `pcm ${spent}`,
    group,
    settings: dropped.map((bits) => `${bits} bits`),
    pixels: ({ width, height }) => width * height,
    code,
  };
  return { coder, code };
}

const psnr = (meanSquaredError: number) => 10 * Math.log10(255 ** 2 / meanSquaredError);

describe('evaluate', () => {
  it('compares a coder with an anchor, by numbers made by hand', async () => {
    const seen: string[] = [];
    const results = await evaluate({
      candidate: dropBits('mine', [1, 2]).coder,
      anchors: [dropBits('theirs', [1, 2], { spent: 1 }).coder],
      items,
      measures: psnrMeasures,
      range: [6, 8],
      onItem: (name) => seen.push(name),
    });
    expect(seen).toEqual(['a', 'b']);
    // a: 1 1 3 3 of 0 1 2 3, and 2 2 2 2; b: 11 15 13 9 of 10 14 12 8, and 10 14 14 10.
    const [a, b] = [
      [psnr(0.5), psnr(1.5)],
      [psnr(1), psnr(2)],
    ];
    const means = [0, 1].map((i) => expect.closeTo((a[i] + b[i]) / 2, 10));
    const ofMeanError = [psnr(0.75), psnr(1.75)].map((value) => expect.closeTo(value, 10));
    expect(results).toMatchObject({
      version: 2,
      items: '2 items',
      range: [6, 8],
      reference: 'theirs',
      measures: [
        { key: 'psnr-rgb', label: 'mean PSNR', unit: 'dB', better: 'more', digits: 2 },
        { key: 'psnr-rgb-of-mean-error', label: 'PSNR of mean error', unit: 'dB', better: 'more', digits: 2 },
      ],
      compared: [],
    });
    expect(results.candidate).toEqual({
      name: 'mine',
      description: 'mine, PCM',
      key: 'pcm 0',
      settings: ['1 bits', '2 bits'],
      results: { bpp: [7, 6], 'bpp-estimated': [8, 7], 'psnr-rgb': means, 'psnr-rgb-of-mean-error': ofMeanError },
      items: [
        { item: 'a', results: columns([7, 6], [8, 7], a) },
        { item: 'b', results: columns([7, 6], [8, 7], b) },
      ],
    });
    // The anchor is the same curve, a bit a sample to the right.
    expect(results.anchors).toMatchObject([{ name: 'theirs', group: 'theirs', results: { bpp: [8, 7] } }]);
    const [first] = results.gains;
    expect(first).toMatchObject({ group: 'theirs', measure: 'psnr-rgb', range: [6, 8] });
    expect(first.at).toEqual([]);
    const [, , ofMean] = results.rateChanges;
    expect(results.rateChanges.map(({ bpp }) => bpp)).toEqual(
      [6, 6.447, 6.928, 7.445, 8].map((bpp) => expect.closeTo(bpp, 3)),
    );
    expect(ofMean).toMatchObject({ bits: { 'psnr-rgb': null }, percent: { 'psnr-rgb': null } });
    const last = results.rateChanges.at(-1)!;
    expect(last.bits['psnr-rgb']).toBeCloseTo(-1, 9);
    expect(last.percent['psnr-rgb']).toBeCloseTo(-12.5, 9);
  });

  const columns = (bpp: number[], estimated: number[], psnrs: number[]) => ({
    bpp,
    'bpp-estimated': estimated,
    'psnr-rgb': psnrs.map((value) => expect.closeTo(value, 10)),
    'psnr-rgb-of-mean-error': psnrs.map((value) => expect.closeTo(value, 10)),
  });

  it('measures coders of one key once, whoever names them, and each setting once', async () => {
    const [mine, again, plain, same] = [
      dropBits('mine', [0, 1, 2]),
      dropBits('also mine', [2, 3]),
      dropBits('plain', [1, 2], { spent: 1, group: 'PCM' }),
      dropBits('same', [1, 2], { spent: 1, group: 'another name' }),
    ];
    const perItem = vi.fn(psnrMeasures[0].perItem);
    const [first, second] = await evaluateAll(
      [
        { candidate: mine.coder, anchors: [plain.coder, same.coder], reference: 'PCM' },
        { candidate: again.coder, anchors: [same.coder] },
      ],
      { items, measures: [{ ...psnrMeasures[0], perItem }], range: [6, 8] },
    );
    expect(mine.code.mock.calls.map(([, settings]) => settings)).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ]);
    expect(again.code.mock.calls.map(([, settings]) => settings)).toEqual([[1], [1]]);
    expect(plain.code).toHaveBeenCalledTimes(2);
    expect(same.code).not.toHaveBeenCalled();
    // All outputs of an item at once.
    expect(perItem.mock.calls.map(([, outputs]) => outputs.length)).toEqual([6, 6]);
    expect(first.anchors[1].results).toEqual(first.anchors[0].results);
    expect(first.anchors.map(({ group }) => group)).toEqual(['PCM', 'another name']);
    expect(second.anchors[0]).toEqual(first.anchors[1]);
    expect(second.candidate.results.bpp).toEqual([6, 5]);
    expect(second.candidate.results['psnr-rgb'][0]).toBe(first.candidate.results['psnr-rgb'][2]);
  });

  it('gives no meaning to the order of anchors and measures', async () => {
    const anchors = ['one', 'two', 'three'].map((name, i) => dropBits(name, [1, 2, 3], { spent: 0.1 + 0.1 * i }).coder);
    const evaluated = (order: number[], measures: readonly Measure<Picture>[]) =>
      evaluate({
        candidate: dropBits('mine', [1, 2, 3]).coder,
        anchors: order.map((i) => anchors[i]),
        reference: 'two',
        items,
        measures,
        range: [5, 7],
      });
    const one = await evaluated([0, 1, 2], psnrMeasures);
    const other = await evaluated([2, 0, 1], [...psnrMeasures].reverse());
    expect(other.candidate).toEqual(one.candidate);
    const byName = <Each extends { group?: string; anchor?: string; measure?: string }>(list: Each[]) =>
      Object.fromEntries(list.map((each) => [`${each.group} ${each.anchor} ${each.measure}`, each]));
    expect(byName(other.gains)).toEqual(byName(one.gains));
    expect(byName(other.bdRates)).toEqual(byName(one.bdRates));
    expect([one, other].map(({ reference }) => reference)).toEqual(['two', 'two']);
    const gain = meanGain(one.gains, 'two', 'psnr-rgb')!;
    expect(gain).toBeGreaterThan(0);
    expect(gain).toBeLessThan(meanGain(one.gains, 'three', 'psnr-rgb')!);
  });

  it('turns gains of measures of which less is better', async () => {
    const distance: Measure<Picture> = {
      key: 'distance',
      label: 'distance',
      better: 'less',
      digits: 1,
      perItem: async ({ data }, outputs) => outputs.map((output) => [Math.abs(data[0] - output.data[0])]),
      aggregate: (all) => Math.max(...all.map(([value]) => value)),
    };
    const { gains, candidate } = await evaluate({
      candidate: dropBits('mine', [1, 2, 3]).coder,
      anchors: [dropBits('theirs', [1, 2, 3], { spent: 1 }).coder],
      items,
      measures: [distance],
      range: [6, 7],
    });
    expect(candidate.results.distance).toEqual([1, 2, 4]);
    const [{ at, mean }] = gains;
    // At 6 bits the candidate has 2, the anchor 4; at 7 bits 1 and 2.
    expect(at[0]).toMatchObject({ bpp: 6, candidate: 2, anchor: 4, gain: 2 });
    expect(at.at(-1)).toMatchObject({ candidate: 1, anchor: 2, gain: 1 });
    expect(mean).toBeGreaterThan(1);
  });

  it('takes items one at a time, and measures outputs of many pixels in parts', async () => {
    const events: string[] = [];
    async function* oneByOne() {
      for (const { name, item } of items) {
        events.push(`reads ${name}`);
        yield { name, item };
      }
    }
    const { coder } = dropBits('mine', [0, 1, 2, 3, 4]);
    // Three outputs are as many pixels as are kept waiting.
    const large = { ...coder, pixels: () => 2 ** 24 / 3 };
    const perItem: Measure<Picture>['perItem'] = async (item, outputs) => {
      events.push(`measures ${outputs.length}`);
      return psnrMeasures[0].perItem(item, outputs);
    };
    const { candidate } = await evaluate({
      candidate: large,
      anchors: [],
      items: oneByOne(),
      measures: [{ ...psnrMeasures[0], perItem }],
      range: [6, 8],
    });
    expect(events).toEqual(['reads a', 'measures 3', 'measures 2', 'reads b', 'measures 3', 'measures 2']);
    expect(candidate.results['psnr-rgb'][0]).toBe(100);
    expect(candidate.results['psnr-rgb'][1]).toBeCloseTo((psnr(0.5) + psnr(1)) / 2, 10);
  });

  it('has no value for a set in which an item has none', async () => {
    const some: Measure<Picture> = {
      ...psnrMeasures[0],
      perItem: async (item, outputs) => outputs.map(() => (item === items[0].item ? null : [3])),
    };
    const { candidate, bdRates } = await evaluate({
      candidate: dropBits('mine', [1]).coder,
      anchors: [dropBits('theirs', [1], { spent: 1 }).coder],
      items,
      measures: [some],
      range: [6, 7],
    });
    expect(candidate.results['psnr-rgb']).toEqual([null]);
    expect(candidate.items.map(({ results }) => results['psnr-rgb'])).toEqual([[null], [3]]);
    expect(bdRates).toMatchObject([{ percent: null, notes: ['one of the curves has no values'] }]);
  });

  const one = () => dropBits('one', [1]).coder;
  const common = { items, measures: psnrMeasures, range: [6, 8] as const };
  it.each([
    ['two coders of one name', { candidate: one(), anchors: [one()] }, "two coders are called 'one'"],
    [
      'an unknown reference',
      { candidate: one(), anchors: [dropBits('two', [1]).coder], reference: 'three' },
      "no anchor is of the group 'three'; there are two",
    ],
    [
      'groups of which none is the reference',
      { candidate: one(), anchors: ['two', 'three'].map((name) => dropBits(name, [1]).coder) },
      "say by 'reference' which of the groups two, three",
    ],
    ['items of one name', { candidate: one(), anchors: [], items: [items[0], items[0]] }, "two items are called 'a'"],
    ['no items', { candidate: one(), anchors: [], items: [] }, 'there are no items'],
    [
      'settings of one name',
      { candidate: dropBits('x', [1, 1]).coder, anchors: [] },
      "settings of x are called '1 bits'",
    ],
    [
      'a measure twice',
      { candidate: one(), anchors: [], measures: [psnrMeasures[0], psnrMeasures[0]] },
      "two measures have the key 'psnr-rgb'",
    ],
  ])('refuses %s', async (_, given, message) => {
    await expect(evaluate({ ...common, ...given })).rejects.toThrow(message);
  });
});
