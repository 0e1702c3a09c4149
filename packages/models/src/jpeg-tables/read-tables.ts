import { readFileSync } from 'node:fs';

/** Steps of luma and chroma, 64 each, row by row. */
export interface TablesOfFile {
  luma: number[];
  chroma: number[];
}

const isTable = (table: unknown): table is number[] =>
  Array.isArray(table) &&
  table.length === 64 &&
  table.every((step) => typeof step === 'number' && step >= 1 && step <= 255);

/**
 * The tables of a `tables.json` that `export` wrote.
 *
 * @throws Error where the file cannot be read or holds no two tables of 64 steps from 1 to 255
 */
export function readTables(file: string): TablesOfFile {
  const { luma, chroma } = JSON.parse(readFileSync(file, 'utf8')) ?? {};
  if (isTable(luma) && isTable(chroma)) return { luma, chroma };
  throw new Error('it holds no luma and chroma of 64 steps from 1 to 255 each');
}
