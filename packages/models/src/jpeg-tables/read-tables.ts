import { readFileSync } from 'node:fs';

/** Steps of luma and chroma, 64 each, row by row. */
export interface TablesOfFile {
  luma: number[];
  chroma: number[];
}

/** Whether these are 64 steps from 1 to 255, not necessarily whole. */
export const isTable = (table: unknown): table is number[] =>
  Array.isArray(table) &&
  table.length === 64 &&
  table.every((step) => typeof step === 'number' && step >= 1 && step <= 255);

/**
 * The tables of a `tables.json` that `export` wrote.
 *
 * @param file what a setting says
 * @param setting its name, and which words it takes besides files, for the message
 * @throws Error naming the setting where the file cannot be read or holds no two tables of 64 steps from 1 to 255
 */
export function readTables(file: string, setting: { name: string; words: readonly string[] }): TablesOfFile {
  try {
    const { luma, chroma } = JSON.parse(readFileSync(file, 'utf8')) ?? {};
    if (isTable(luma) && isTable(chroma)) return { luma, chroma };
    throw new Error('it holds no luma and chroma of 64 steps from 1 to 255 each');
  } catch (error) {
    const known = `${setting.words.join(', ')} or a tables.json that export wrote`;
    throw new Error(`${setting.name} must be ${known}, got '${file}': ${(error as Error).message}`, { cause: error });
  }
}
