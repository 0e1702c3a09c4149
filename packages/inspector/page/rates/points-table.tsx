import type { RateCurve, ShownMeasure } from '../../src/inspection.js';
import { DataTable } from '../controls/data-table.js';
import { fixed } from '../fixed.js';
import { arrowOf, directionOf, measureTitle } from '../measure-title.js';

interface PointsTableProps {
  curves: readonly RateCurve[];
  measures: readonly ShownMeasure[];
}

/** Every point of every curve in numbers. */
export function PointsTable({ curves, measures }: PointsTableProps) {
  return (
    <details class="card">
      <summary>All points as a table</summary>
      <DataTable
        label="All points"
        columns={[
          'Coder',
          'Setting',
          'bpp',
          'Estimated bpp',
          ...measures.map((measure) => ({
            text: `${measureTitle(measure)} ${arrowOf(measure)}`,
            title: directionOf(measure),
          })),
        ]}
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
