import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { annexKTables } from '@sandwich/codecs';
import { startEngine } from '@sandwich/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Sandwich } from '../sandwich.js';
import { overTables } from './over-tables.js';

const folder = mkdtempSync(join(tmpdir(), 'tables-'));
const file = (name: string, content: unknown): string => {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(content));
  return path;
};
const annexK = { luma: Array.from(annexKTables.luma), chroma: Array.from(annexKTables.chroma) };
const settings = {
  network: 'slim',
  initialScaler: 0,
  seed: 1,
  gradient: 'straight-through' as const,
  rateOf: 'rounded' as const,
  forward: 'proxy' as const,
  tables: file('annex-k.json', annexK),
  tableScale: 1,
};

beforeAll(async () => {
  await startEngine();
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('overTables', () => {
  it('has the tables of the file, times a factor, in files', () => {
    const model = new Sandwich(overTables({ ...settings, tableScale: 1.5 }, '4:2:0'));
    const tables = model.proxy.files?.tables;
    // Annex K begins 16 11 10 for luma, 17 18 24 for chroma.
    expect(Array.from(tables!().luma).slice(0, 3)).toEqual([24, 17, 15]);
    expect(Array.from(tables!().chroma).slice(0, 3)).toEqual([26, 27, 36]);
    expect(Array.from(tables!(2).luma).slice(0, 3)).toEqual([48, 33, 30]);
    expect(model.proxy.files?.layout.subsampling).toBe('4:2:0');
    expect(Object.keys(model.parameters).filter((path) => path.startsWith('proxy/'))).toEqual([]);
    model.dispose();
  });

  it.each([
    ['a table too few', { luma: annexK.luma }],
    ['a step of 0', { ...annexK, chroma: annexK.chroma.map((step, i) => (i === 5 ? 0 : step)) }],
    ['63 steps', { ...annexK, luma: annexK.luma.slice(1) }],
    ['steps that are words', { ...annexK, luma: annexK.luma.map(String) }],
    ['null', null],
  ])('refuses a file with %s', (name, content) => {
    const tables = file('wrong.json', content);
    const message = `tables must be flat or a tables.json that export wrote, got '${tables}': it holds no luma and chroma of 64 steps`;
    expect(() => overTables({ ...settings, tables }), name).toThrow(message);
  });

  it('refuses a file that is not there, and a factor that is not positive', () => {
    expect(() => overTables({ ...settings, tables: 'flatt' })).toThrow("got 'flatt': ENOENT");
    for (const tableScale of [0, -1, Number.NaN, Infinity])
      expect(() => overTables({ ...settings, tableScale })).toThrow(
        `tableScale must be positive and finite, got ${tableScale}`,
      );
  });
});
