import type { QuantizationTables } from '@sandwich/codecs';
import type { JpegTables } from './jpeg-tables.js';
import { tableRows } from './table-rows.js';

const aligned = (row: readonly number[]) => row.map((entry) => `${entry}`.padStart(4)).join('');

/** Rows of both tables, with the origin and the names of the tables as comments. */
const commented = ({ luma, chroma }: QuantizationTables, origin: Record<string, string>): string => {
  const comments = Object.entries(origin).map(([key, value]) => `# ${key}: ${value.replaceAll('\n', ' ')}`);
  const table = (name: string, entries: ArrayLike<number>) => [`# ${name}`, ...tableRows(entries).map(aligned)];
  return `${[...comments, ...table('luma', luma), '', ...table('chroma', chroma)].join('\n')}\n`;
};

/** Numbers of a JSON list, eight to a line. */
const lines = (table: ArrayLike<number>, indent: string) =>
  tableRows(table)
    .map((row) => `${indent}${row.join(', ')}`)
    .join(',\n');

const json = ({ luma, chroma }: QuantizationTables, fields: Record<string, unknown>): string => {
  const head = Object.entries(fields).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`);
  const table = (name: string, entries: ArrayLike<number>) => `  "${name}": [\n${lines(entries, '    ')}\n  ]`;
  return `{\n${head.join('')}${table('luma', luma)},\n${table('chroma', chroma)}\n}\n`;
};

const pillow = ({ luma, chroma }: QuantizationTables): string =>
  `[\n  [\n${lines(luma, '    ')}\n  ],\n  [\n${lines(chroma, '    ')}\n  ]\n]\n`;

/** A header of C, whose arrays libjpeg takes as they are: `jpeg_add_quant_table(cinfo, 0, luma, 100, TRUE)`. */
const header = ({ luma, chroma }: QuantizationTables, origin: Record<string, string>): string => {
  const comments = Object.entries(origin).map(([key, value]) => `// ${key}: ${value.replaceAll('\n', ' ')}`);
  const array = (name: string, table: ArrayLike<number>) =>
    `static const unsigned int ${name}[64] = {\n${lines(table, '  ')}\n};`;
  return `${[...comments, '#pragma once', '', array('luma', luma), '', array('chroma', chroma)].join('\n')}\n`;
};

/**
 * Learned tables in the formats of other programs, as files by name. All hold rounded entries of 1 to 255 row by row: entry `8 v + u` belongs to
 * vertical frequency v, horizontal u.
 *
 * - `tables.json`: `luma` and `chroma`, 64 entries each; the chroma of the files, and where the tables come from.
 * - `tables.txt`: for `cjpeg -qtables tables.txt -qslots 0,1`. With `-quality` other than 50, cjpeg scales them.
 * - `pillow.json`: a list of two lists, for `image.save(…, qtables=json.load(…))`. Pillow 12 scales tables by the quality that is given with them,
 *   so give none.
 * - `tables.h`: arrays for a program in C.
 *
 * @param origin what is to be told of the tables, by name
 */
export function exportedTables(
  system: Pick<JpegTables, 'fileTables'> & { architecture: Pick<JpegTables['architecture'], 'subsampling'> },
  origin: Record<string, string> = {},
): Record<string, Uint8Array> {
  const tables = system.fileTables();
  const { subsampling } = system.architecture;
  const texts = {
    'tables.json': json(tables, { ...origin, subsampling }),
    'tables.txt': commented(tables, { ...origin, subsampling }),
    'pillow.json': pillow(tables),
    'tables.h': header(tables, { ...origin, subsampling }),
  };
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, new TextEncoder().encode(text)]));
}
