import type { ComponentChildren } from 'preact';
import { useNarrow } from '../hooks/use-narrow.js';

export interface Row {
  name: string;
  cells: readonly ComponentChildren[];
}

/** A heading, and what is said of it when it is pointed at. */
export type Column = string | { text: string; title: string };

interface DataTableProps {
  /** What the table shows, for those who do not see it. */
  label: string;
  /** Titles of the rows' names, then of each cell. */
  columns: readonly [string, ...Column[]];
  rows: readonly Row[];
  /** Narrow pages show rows as columns: for tables of few rows. */
  turns?: boolean;
  /** Headings and cells are broken into lines on narrow pages. */
  wraps?: boolean;
}

/** More rows than this would not fit beside each other. */
const MOST_TURNED = 3;

const textOf = (column: Column): string => (typeof column === 'string' ? column : column.text);
const titleOf = (column: Column): string | undefined => (typeof column === 'string' ? undefined : column.title);

/** A table of numbers, which scrolls where it is too wide. */
export function DataTable({
  label,
  columns,
  rows,
  turns = false,
  wraps = turns && rows.length <= MOST_TURNED,
}: DataTableProps) {
  const turned = useNarrow() && turns && rows.length <= MOST_TURNED;
  const [corner, ...names] = columns;
  const shownColumns: readonly Column[] = turned ? [corner, ...rows.map(({ name }) => name)] : columns;
  const shownRows: readonly { name: Column; cells: readonly ComponentChildren[] }[] = turned
    ? names.map((name, i) => ({ name, cells: rows.map(({ cells }) => cells[i]) }))
    : rows;
  return (
    <div class={`table-box ${wraps ? 'wraps' : ''}`}>
      <table aria-label={label}>
        <thead>
          <tr>
            {shownColumns.map((column, i) => (
              <th scope="col" key={`${i} ${textOf(column)}`} title={titleOf(column)}>
                {textOf(column)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shownRows.map(({ name, cells }, i) => (
            <tr key={`${i} ${textOf(name)}`}>
              <th scope="row" title={titleOf(name)}>
                {textOf(name)}
              </th>
              {cells.map((cell, k) => (
                <td key={`${k} ${textOf(shownColumns[k + 1])}`}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
