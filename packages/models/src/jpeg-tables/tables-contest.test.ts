import { decodeJpeg, encodeJpeg, jpegSize, scaledTables } from '@sandwich/codecs';
import { startEngine } from '@sandwich/engine';
import type { Coder, Coding } from '@sandwich/evaluation';
import { beforeAll, describe, expect, it } from 'vitest';
import { patternImage } from '../../../trainer/testing/pattern-image.js';
import { JpegTables } from './jpeg-tables.js';
import { tableHeatMaps } from './table-heat-maps.js';
import { rampTables } from './table-ramp.js';
import { tablesContest } from './tables-contest.js';

beforeAll(() => startEngine());

const picture = patternImage(64, 48);
const ask = { label: 'a training', key: 'key', range: [1, 3] as const, items: [picture], note: () => {} };

async function codings(coder: Coder, names: string[]): Promise<Coding[]> {
  const indices = names.map((name) => {
    expect(coder.settings).toContain(name);
    return coder.settings.indexOf(name);
  });
  const found: Coding[] = [];
  for await (const coding of coder.code(picture, indices)) found.push(coding);
  return found;
}

describe('tablesContest', () => {
  it('measures files of the tables at several scales beside those of three kinds that need no learning', async () => {
    const system = new JpegTables({ initial: { quality: 50 }, subsampling: '4:2:0' });
    const { candidate, anchors, reference, codec } = tablesContest(system, {
      ...ask,
      settings: { qualities: [60] },
      again: () => ['tables x 1'],
    });
    expect(anchors.map(({ name }) => name)).toEqual([
      'ramp of slope 0.2',
      'ramp of slope 0.15',
      'ramp of slope 0.05',
      'flat tables',
      'Annex K',
    ]);
    expect([reference, codec?.settings.subsampling]).toEqual(['best ramp', '4:2:0']);

    // With Annex K's own tables the candidate is the anchor.
    const files = { subsampling: '4:2:0', optimizeHuffman: true } as const;
    const expected = encodeJpeg(picture, { quality: 50, ...files });
    const [own] = await codings(candidate, ['tables x 1']);
    expect(own.bits).toBe(8 * expected.length);
    expect(own.output).toEqual(await decodeJpeg(expected));
    const [annexK] = await codings(anchors[4], ['quality 60']);
    expect(annexK.bits).toBe(8 * jpegSize(picture, { quality: 60, ...files }));
    const [name] = anchors[3].settings;
    const [flat] = await codings(anchors[3], [name]);
    const table = new Array(64).fill(Number(/^flat (\d+)$/.exec(name)?.[1]));
    expect(flat.bits).toBe(8 * jpegSize(picture, { tables: { luma: table, chroma: table }, ...files }));
    system.dispose();
  });

  it('chooses settings that bracket the range of rates', async () => {
    const system = new JpegTables({ initial: { flat: 40 } });
    const { candidate, anchors } = tablesContest(system, ask);
    for (const coder of [candidate, ...anchors]) {
      const { settings } = coder;
      const rates = (await codings(coder, [settings[0], settings.at(-1)!])).map(({ bits }) => bits / (64 * 48));
      // By no more than a step of a table or of quality beyond what is asked for.
      expect(rates[0] / 3, coder.name).toBeGreaterThan(1);
      expect(rates[0] / 3, coder.name).toBeLessThan(1.5);
      expect(rates[1], coder.name).toBeLessThan(1);
      expect(rates[1], coder.name).toBeGreaterThan(0.6);
    }
    system.dispose();
  });

  it('takes means of the luma table and qualities that are asked for, or the scales of earlier results', () => {
    const system = new JpegTables({ initial: { flat: 20 } });
    const settings = { qsteps: [10, 30], qualities: [40] };
    const asked = tablesContest(system, { ...ask, settings });
    expect(asked.candidate.settings).toEqual(['tables x 0.5', 'tables x 1.5']);
    expect(asked.anchors[4].settings).toEqual(['quality 40']);
    const again = tablesContest(system, { ...ask, again: () => ['tables x 2', 'tables x 0.25'] });
    expect(again.candidate.settings).toEqual(['tables x 2', 'tables x 0.25']);
    expect(() => tablesContest(system, { ...ask, codecs: ['webp'] })).toThrow(
      "quantisation tables are those of JPEG, not of 'webp'; leave out --codec",
    );
    system.dispose();
  });

  it('has anchors in the order of rising rate for pictures', async () => {
    const system = new JpegTables();
    const { anchors } = tablesContest(system, { ...ask, purpose: 'pictures' });
    for (const anchor of anchors) {
      const { settings } = anchor;
      const some = [0.1, 0.5, 0.9].map((share) => settings[Math.floor(share * settings.length)]);
      const bits = (await codings(anchor, some)).map((coding) => coding.bits);
      expect(bits, anchor.name).toEqual(bits.toSorted((a, b) => a - b));
    }
    system.dispose();
  });
});

describe('rampTables', () => {
  it('grow with the sum of both frequencies', () => {
    const { luma, chroma } = rampTables(10, { slope: 0.1, chroma: 1.5 });
    // (v, u) = (0, 0), (0, 3), (3, 0), (7, 7): 10, 13, 13 and 24.
    expect([0, 3, 24, 63].map((i) => Number(luma[i].toFixed(9)))).toEqual([10, 13, 13, 24]);
    expect(chroma[63]).toBeCloseTo(36, 10);
  });
});

describe('tableHeatMaps', () => {
  it('show learned tables beside those of Annex K that take as many bits', () => {
    const system = new JpegTables({ initial: { flat: 25 } });
    const [luma, chroma] = tableHeatMaps(system, [picture]);
    expect([luma, chroma].map(({ title }) => title)).toEqual([
      'Quantisation table of luma',
      'Quantisation table of chroma',
    ]);
    const [learned, annexK, ratio] = luma.maps;
    expect(learned.rows).toEqual(new Array(8).fill(new Array(8).fill(25)));
    const files = { subsampling: '4:4:4', optimizeHuffman: true } as const;
    const flat = jpegSize(picture, { tables: system.fileTables(), ...files });
    const standard = jpegSize(picture, {
      tables: { luma: annexK.rows.flat(), chroma: chroma.maps[1].rows.flat() },
      ...files,
    });
    expect(Math.abs(standard / flat - 1)).toBeLessThan(0.01);
    expect(ratio.rows[2][5]).toBe(25 / annexK.rows[2][5]);
    system.dispose();
  });

  it('show sensitivities, and the steps that are proportional to 1 over their roots', () => {
    const system = new JpegTables({ initial: { flat: 20 } });
    const sensitivities = {
      luma: Array.from({ length: 64 }, (_, i) => (i < 32 ? 4 : 1)),
      chroma: Array.from({ length: 64 }, () => 2),
    };
    const [luma, chroma] = tableHeatMaps(system, [], sensitivities);
    expect(luma.maps.length).toBe(6);
    const [shown, steps, ratio] = luma.maps.slice(3).map(({ rows }) => rows.flat());
    expect([shown[0], shown[63]]).toEqual([1000, 250]);
    // Means of the logarithms of 1/2 and 1, and of 1 / sqrt(2), are equal: 20 stands at a sensitivity of 2.
    expect(steps[0]).toBeCloseTo(20 / Math.SQRT2, 10);
    expect(steps[63]).toBeCloseTo(20 * Math.SQRT2, 10);
    expect(ratio[0]).toBeCloseTo(Math.SQRT2, 10);
    const ofChroma = chroma.maps.slice(3).map(({ rows }) => rows[2][5]);
    expect(ofChroma).toEqual([500, expect.closeTo(20, 10), expect.closeTo(1, 10)]);
    system.dispose();
  });

  it('scale Annex K to the same mean where there are no pictures', () => {
    const system = new JpegTables({ initial: { quality: 75 } });
    const [{ maps }] = tableHeatMaps(system, []);
    expect(maps[1].title).toBe('Annex K of equal mean (times 0.50)');
    expect(maps[0].rows.flat()).toEqual(Array.from(scaledTables(75).luma));
    system.dispose();
  });
});
