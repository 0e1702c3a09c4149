import type { ComponentChildren } from 'preact';
import { useNarrow } from './use-narrow.js';

export interface Row {
  name: string;
  cells: readonly ComponentChildren[];
}

interface DataTableProps {
  /** What the table shows, for those who do not see it. */
  label: string;
  /** Of the rows' names, then of each cell. */
  columns: readonly [string, ...string[]];
  rows: readonly Row[];
  /** Narrow pages show rows as columns: for tables of few rows. */
  turns?: boolean;
}

/** A table of numbers, which scrolls where it is too wide. */
export function DataTable({ label, columns, rows, turns = false }: DataTableProps) {
  const turned = useNarrow() && turns;
  const [corner, ...names] = columns;
  const shownColumns = turned ? [corner, ...rows.map(({ name }) => name)] : columns;
  const shownRows: readonly Row[] = turned
    ? names.map((name, i) => ({ name, cells: rows.map(({ cells }) => cells[i]) }))
    : rows;
  return (
    <div class="table-box">
      <table aria-label={label}>
        <thead>
          <tr>
            {shownColumns.map((name) => (
              <th scope="col" key={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shownRows.map(({ name, cells }, i) => (
            <tr key={`${i} ${name}`}>
              <th scope="row">{name}</th>
              {cells.map((cell, k) => (
                <td key={shownColumns[k + 1]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
