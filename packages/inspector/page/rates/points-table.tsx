import type { MeasureDescription, RateCurve } from '../../src/inspection.js';
import { DataTable } from '../data-table.js';
import { fixed } from '../fixed.js';

interface PointsTableProps {
  curves: readonly RateCurve[];
  measures: readonly MeasureDescription[];
}

/** Every point of every curve in numbers. */
export function PointsTable({ curves, measures }: PointsTableProps) {
  return (
    <details class="card">
      <summary>All points as a table</summary>
      <DataTable
        label="All points"
        columns={['System', 'Setting', 'bpp', 'Estimated bpp', ...measures.map(({ label }) => label)]}
        rows={curves.flatMap(({ name, points }) =>
          points.map(({ setting, bpp, estimatedBpp, measures: values }) => ({
            name,
            cells: [
              setting,
              bpp.toFixed(3),
              fixed(estimatedBpp, 3),
              ...measures.map(({ key, digits }) => fixed(values[key], digits)),
            ],
          })),
        )}
      />
    </details>
  );
}
