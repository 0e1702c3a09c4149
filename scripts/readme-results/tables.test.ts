import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useTemporaryFolder } from '../../packages/trainer/testing/temporary-folder.js';
import { fillDocuments } from './documents.js';
import { gainText, percentText } from './figures.js';
import { resultTables } from './tables.js';
import { readZoo } from './zoo-results.js';

const zoo = useTemporaryFolder();

const psnr = { key: 'psnr-rgb', label: 'mean PSNR', unit: 'dB', better: 'more', digits: 2 };
const ofMeanError = { ...psnr, key: 'psnr-rgb-of-mean-error', label: 'PSNR of mean error' };
const coder = (name: string, group?: string) => ({
  name,
  description: '',
  group,
  settings: [],
  results: { bpp: [] },
  items: [{ item: 'a.png' }, { item: 'b.png' }],
});
const gain = (group: string, measure: string, mean: number, at: [bpp: number, gain: number][] = []) => ({
  group,
  measure,
  range: [0.3, 1],
  mean,
  at: at.map(([bpp, value]) => ({ bpp, candidate: 30, anchor: 30 - value, gain: value })),
});
const bdRate = (anchor: string, percent: number | null, quality: number) => ({
  anchor,
  measure: 'psnr-rgb',
  percent,
  delta: null,
  overlap: { quality, rate: 1 },
  notes: [],
});

/** Half a decibel over the plain codec, which turns to a loss; an ordinary file is better. */
const results = {
  version: 2,
  items: '2 of 24 images of kodak',
  range: [0.3, 1],
  codec: { name: 'webp', format: 'WebP', description: '', settings: {} },
  measures: [psnr, ofMeanError],
  candidate: coder('sandwich'),
  anchors: [coder('flat', 'plain codec'), coder('annex k', 'plain codec'), coder('4:2:0', 'ordinary JPEG')],
  reference: 'ordinary JPEG',
  compared: [],
  gains: [
    gain('plain codec', 'psnr-rgb', 0.504, [
      [0.3, 1.234],
      [0.4, 0.9],
      [0.5, 0.5],
      [0.7, 0.2],
      [1, -0.316],
    ]),
    gain('plain codec', 'psnr-rgb-of-mean-error', 0.25),
    gain('ordinary JPEG', 'psnr-rgb', -1.5, [[0.45, -1.5]]),
    gain('ordinary JPEG', 'psnr-rgb-of-mean-error', -1.75),
  ],
  bdRates: [bdRate('flat', -10.04, 0.5), bdRate('annex k', -20, 0.9), bdRate('4:2:0', null, 0)],
  rateChanges: [
    { group: 'plain codec', bpp: 0.3, bits: {}, percent: { 'psnr-rgb': -12.34, 'psnr-rgb-of-mean-error': null } },
    { group: 'plain codec', bpp: 1, bits: {}, percent: { 'psnr-rgb': 7.89, 'psnr-rgb-of-mean-error': 5 } },
    { group: 'ordinary JPEG', bpp: 0.3, bits: {}, percent: { 'psnr-rgb': null, 'psnr-rgb-of-mean-error': null } },
  ],
};

function state(network: string, ...files: string[]): void {
  mkdirSync(join(zoo(), network));
  for (const file of files) writeFileSync(join(zoo(), network, file), JSON.stringify(results));
}

const rowsOf = (table: string) => table.split('\n').slice(2);

describe('tables of stated results', () => {
  it('show both means of PSNR, against what, and losses in bold', async () => {
    state('color-over-grayscale', 'results.json', 'results-webp.json', 'results-clic.json', 'config.json');
    const tables = resultTables(await readZoo(zoo()));
    const ordinary =
      '| ordinary JPEG | 2 | 0.45 to 0.45 | **-1.50** | **-1.50** | **-1.50** | **-1.50** | **-1.75** | - |';
    const plain = '| plain codec | 2 | 0.30 to 1.00 | 1.23 | 0.50 | **-0.32** | 0.50 | 0.25 | -10.0 (over 50 %) |';
    const rows = [`| \`color-over-grayscale\` ${ordinary}`, `| \`color-over-grayscale\` ${plain}`];
    expect(rowsOf(tables.kodak)).toEqual(rows);
    expect(rowsOf(tables.clic)).toEqual(rows);
    expect(rowsOf(tables['gray-codecs'])).toEqual([
      `| WebP ${ordinary}`,
      `| WebP ${plain}`,
      `| WebP ${ordinary}`,
      `| WebP ${plain}`,
    ]);
    expect([tables.lpips, tables.bits]).toEqual(['No results are stated yet.', 'No results are stated yet.']);
  });

  it('show how bits change at each rate and on average', async () => {
    state('lpips-jpeg', 'results.json');
    state('color-over-420', 'results.json');
    const tables = resultTables(await readZoo(zoo()));
    expect(rowsOf(tables.bits)).toEqual([
      '| `color-over-420` | ordinary JPEG | 2 | - | - |',
      '| `color-over-420` | plain codec | 2 | -12.3 | **+7.9** |',
    ]);
    expect(rowsOf(tables.lpips)).toEqual([
      '| plain codec at 0.30 bpp | -12.3 | - |',
      '| plain codec at 1.00 bpp | **+7.9** | **+5.0** |',
      '| BD-rate, flat | -10.0 (over 50 %) | - |',
      '| BD-rate, annex k | -20.0 | - |',
    ]);
    expect(tables.trellis).toBe('No results are stated yet.');
  });

  it('name a file that holds no results', async () => {
    state('color-over-420', 'results.json');
    writeFileSync(join(zoo(), 'color-over-420', 'results-avif.json'), '{}');
    await expect(readZoo(zoo())).rejects.toThrow(/results-avif\.json cannot be read/);
  });
});

it('figures that are shown as nothing are no losses', () => {
  expect([gainText(-0.004), gainText(0.004), gainText(null), percentText(0.04), percentText(-0.04)]).toEqual([
    '0.00',
    '0.00',
    '-',
    '0.0',
    '0.0',
  ]);
});

it('README and docs/ hold the tables of what zoo/ states (else: npm run readme-results)', async () => {
  for (const { file, text, filled } of await fillDocuments()) expect(text, file).toBe(filled);
});
