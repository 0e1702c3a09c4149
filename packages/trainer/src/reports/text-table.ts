/**
 * Lays out a table for a terminal: columns of numbers are aligned right, the others left.
 *
 * @returns lines without a last line break
 * @throws RangeError if a row has not as many cells as the header
 * @example
 * textTable(['image', 'bpp'], [['kodim01', '0.512'], ['mean', '0.48']])
 * // image      bpp
 * // -------  -----
 * // kodim01  0.512
 * // mean      0.48
 */
export function textTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  for (const row of rows) {
    if (row.length !== header.length) {
      throw new RangeError(
        `textTable: the row [${row.join(', ')}] has ${row.length} cells, the header ${header.length}`,
      );
    }
  }
  const columns = header.map((title, i) => {
    const cells = rows.map((row) => row[i]);
    const width = Math.max(...[title, ...cells].map((cell) => [...cell].length));
    return { width, isNumeric: cells.length > 0 && cells.every(isNumber) };
  });
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => {
        const space = ' '.repeat(columns[i].width - [...cell].length);
        return columns[i].isNumeric ? space + cell : cell + space;
      })
      .join('  ')
      .trimEnd();
  const rule = columns.map(({ width }) => '-'.repeat(width));
  return [line(header), line(rule), ...rows.map(line)].join('\n');
}

/** Whether a cell is a number, or stands for one that is missing: `12`, `+0.5`, `-3.1 %`, `-`, `` . */
const isNumber = (cell: string) => /^([+-]?[\d.]+(e[+-]?\d+)?( ?%)?|[+-]?Infinity|NaN|-|)$/.test(cell);
