import { wrappedText } from './wrapped-text.js';

/** What stands between two columns. */
const GAP = '  ';

/** How lines after the first of a cell begin, so that they do not look like a row. */
const INDENT = '  ';

interface Column {
  width: number;
  isNumeric: boolean;
}

/**
 * Lays out a table for a terminal: columns of numbers are aligned right, the others left. Where the table is wider than the terminal, names
 * and titles are broken between words into several lines; nothing is cut.
 *
 * @param options its `width` is that of the terminal, in columns; default those of standard output, without a limit where that is none
 * @returns lines without a last line break
 * @throws RangeError if a row has not as many cells as the header
 * @example
 * textTable(['image', 'bpp'], [['kodim01', '0.512'], ['mean', '0.48']])
 * // image      bpp
 * // -------  -----
 * // kodim01  0.512
 * // mean      0.48
 */
export function textTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  { width = process.stdout.columns || Number.POSITIVE_INFINITY }: { width?: number } = {},
): string {
  for (const row of rows) {
    if (row.length !== header.length) {
      throw new RangeError(
        `textTable: the row [${row.join(', ')}] has ${row.length} cells, the header ${header.length}`,
      );
    }
  }
  const columns = columnsWithin(header, rows, width);
  const rule = columns.map((column) => '-'.repeat(column.width));
  return [header, rule, ...rows].flatMap((cells) => linesOf(cells, columns)).join('\n');
}

const lengthOf = (text: string): number => [...text].length;
const longest = (texts: readonly string[]): number => Math.max(0, ...texts.map(lengthOf));

/** Columns as wide as their cells, or where that is too wide for the terminal as narrow as their words allow. */
function columnsWithin(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  width: number,
): readonly Column[] {
  const columns = header.map((title, i) => {
    const cells = rows.map((row) => row[i]);
    const isNumeric = cells.length > 0 && cells.every(isNumber);
    const words = [title, ...(isNumeric ? [] : cells)].flatMap((text) => text.split(' '));
    const least = Math.max(INDENT.length + longest(words), isNumeric ? longest(cells) : 0);
    return { width: longest([title, ...cells]), least, isNumeric };
  });
  const total = () => columns.reduce((sum, column) => sum + column.width, GAP.length * (columns.length - 1));
  while (total() > width) {
    const [widest] = columns.filter((column) => column.width > column.least).sort((a, b) => b.width - a.width);
    if (!widest) break;
    widest.width--;
  }
  return columns;
}

/** A row, of as many lines as its tallest cell; numbers stand in the first. */
function linesOf(cells: readonly string[], columns: readonly Column[]): string[] {
  const wrapped = cells.map((cell, i) => wrappedText(cell, columns[i].width, INDENT));
  const height = Math.max(...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    columns
      .map(({ width, isNumeric }, i) => {
        const text = wrapped[i][line] ?? '';
        const space = ' '.repeat(Math.max(width - lengthOf(text), 0));
        return isNumeric ? space + text : text + space;
      })
      .join(GAP)
      .trimEnd(),
  );
}

/** Whether a cell is a number, or stands for one that is missing: `12`, `+0.5`, `-3.1 %`, `-`, `` . */
const isNumber = (cell: string) => /^([+-]?[\d.]+(e[+-]?\d+)?( ?%)?|[+-]?Infinity|NaN|-|)$/.test(cell);
