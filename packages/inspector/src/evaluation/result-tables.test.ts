import { bdRatesOf, type CoderResults, gainsOf, meanPsnr, type Results, rateChangesOf } from '@sandwich/evaluation';
import { describe, expect, it } from 'vitest';
import { bdNotes, bdQualityTable, gainTables, pointTable, rateChangeTable, summaryTable } from './result-tables.js';

const psnr = meanPsnr;
const ssim = { key: 'ssim-rgb', label: 'SSIM', better: 'more' as const, digits: 4 };
const lpips = { key: 'lpips', label: 'LPIPS alex', better: 'less' as const, digits: 4 };

const rates = [0.25, 0.5, 1, 2, 4];
const coder = (name: string, psnrShift: number, lpipsShift = 0, group?: string): CoderResults => ({
  name,
  description: '',
  group,
  settings: rates.map((_, i) => `${i}`),
  results: {
    bpp: rates,
    'bpp-estimated': rates.map(() => null),
    'psnr-rgb': rates.map((bpp) => 30 + psnrShift + 3 * Math.log2(bpp)),
    'ssim-rgb': rates.map(() => null),
    lpips: rates.map((bpp) => 0.3 - lpipsShift - 0.05 * Math.log2(bpp)),
  },
  items: [],
});

function resultsOf(
  candidate: CoderResults,
  anchors: CoderResults[],
  measures = [psnr, ssim, lpips],
  reference = anchors[0].group ?? anchors[0].name,
): Results {
  const range = [0.5, 8] as const;
  return {
    version: 2,
    items: 'two',
    range,
    measures,
    candidate,
    anchors,
    reference,
    compared: [],
    gains: gainsOf(candidate, anchors, measures, range),
    bdRates: bdRatesOf(candidate, anchors, measures),
    rateChanges: rateChangesOf(candidate, anchors, measures, range),
  };
}

const rowsOf = (table: string) => table.split('\n').slice(2);

describe('tables of results', () => {
  // Ours needs half the bits for a PSNR, a quarter for an LPIPS, and has no SSIM.
  const results = resultsOf(coder('ours', 3, 0.1), [
    coder('flat', 0, 0, 'plain codec'),
    coder('worse', -1, -0.01, 'plain codec'),
  ]);

  it('tell the change of bits and of quality', () => {
    const rows = rowsOf(rateChangeTable(results));
    expect(rows[1]).toMatch(/^plain codec, 1\.000 bpp +-50\.0 % +- +-75\.0 %$/);
    expect(rows[5]).toMatch(/^BD-rate, flat +-50\.0 % \(over 60 %\) +- +-75\.0 % \(over 33 %\)$/);
    expect(rows[6]).toMatch(/^BD-rate, worse +-60\.3 %/);
    expect(rowsOf(bdQualityTable(results))[0]).toMatch(/^BD, flat +\+3\.00 +- +-0\.1000$/);
    expect(bdNotes(results.bdRates)).toBe('');
    const far = coder('far', 60);
    expect(bdNotes(resultsOf(far, results.anchors, [psnr]).bdRates)).toMatch(
      /^flat, psnr-rgb: bdRate: the curves do not overlap in quality: /,
    );
  });

  it('tell gains over each group, the reference first, with their sign', () => {
    const other = coder('colour', 4, 0, 'ordinary');
    const both = resultsOf(results.candidate, [...results.anchors, other], [psnr, lpips], 'ordinary');
    const [first, second] = gainTables(both).split('\n\n');
    expect(first.split('\n')[0]).toBe('gain over ordinary, positive where better');
    expect(first.split('\n')[1]).toMatch(/^bpp +mean PSNR dB +LPIPS alex$/);
    expect(first.split('\n').at(-1)).toMatch(/^mean +-1\.00 +\+0\.1000$/);
    expect(second.split('\n')[3]).toMatch(/^0\.500 +\+3\.00 +\+0\.1000$/);
    expect(second.split('\n').at(-1)).toMatch(/^mean +\+3\.00 +\+0\.1000$/);
    const summary = rowsOf(summaryTable([{ label: 'WebP', results: both }]));
    expect(summary).toEqual([
      expect.stringMatching(/^WebP +ordinary +-1\.00 +\+0\.1000$/),
      expect.stringMatching(/^WebP +plain codec +\+3\.00 +\+0\.1000$/),
    ]);
  });

  it('have a dash where there is no gain', () => {
    const far = coder('far', 0);
    const beyond = { ...far, results: { ...far.results, bpp: rates.map((bpp) => 100 * bpp) } };
    expect(gainTables(resultsOf(beyond, results.anchors, [psnr]))).toMatch(/\nmean +-$/);
  });

  it('tell long names apart, and say over how little a BD-rate is averaged', () => {
    const names = ['mbt2018-mean, published (first/a.json)', 'mbt2018-mean, published (other/a.json)'];
    const above = resultsOf(
      coder('ours', 11.99),
      names.map((name) => coder(name, 0)),
      [psnr],
    );
    // 0.01 of 23.99 dB, beyond sixteenfold rates.
    expect(above.bdRates[0].overlap?.quality).toBeCloseTo(0.01 / 23.99, 9);
    const rows = rowsOf(rateChangeTable({ ...above, rateChanges: [] }));
    expect(rows[0]).not.toBe(rows[1]);
    for (const row of rows) expect(row).toMatch(/ -9\d\.\d % \(over 0\.042 %\)$/);
    const points = rowsOf(pointTable(above));
    expect(new Set(points.map((row) => row.split(/ {2,}/)[0])).size).toBe(3);
  });

  it('name what tells rows apart in full', () => {
    const names = ['JPEG, flat tables, full size', 'JPEG, Annex K tables, full size', 'JPEG, Annex K tables'];
    const all = resultsOf(
      coder('ours', 1),
      names.map((name, i) => coder(name, -i)),
      [psnr],
    );
    for (const name of names) {
      expect(pointTable(all)).toContain(`\n${name}  `);
      expect(rateChangeTable(all)).toContain(`\nBD-rate, ${name}  `);
      expect(bdQualityTable(all)).toContain(`\nBD, ${name}  `);
      expect(summaryTable([{ label: name, results: all }])).toContain(`\n${name}  `);
      expect(gainTables(all)).toContain(`gain over ${name}, `);
    }
  });

  it('have a row for each point', () => {
    const two = ({ results: columns, ...rest }: CoderResults): CoderResults => ({
      ...rest,
      results: { bpp: columns.bpp.slice(0, 2), 'psnr-rgb': columns['psnr-rgb'].slice(0, 2) },
    });
    const published = { name: 'a published curve of a very long name', description: '', results: { bpp: [1] } };
    const shown = resultsOf(two(coder('ours', 6)), [two(coder('flat', 0))], [psnr]);
    const rows = rowsOf(pointTable({ ...shown, compared: [published] }));
    expect(rows.map((row) => row.split(/ {2,}/))).toEqual([
      ['ours', '0', '0.250', '30.00'],
      ['ours', '1', '0.500', '33.00'],
      ['flat', '0', '0.250', '24.00'],
      ['flat', '1', '0.500', '27.00'],
      ['a published curve of a very long name', '1.000'],
    ]);
  });
});
