import type { MeasureDescription, ShownCoding, ShownRate } from '../../src/inspection.js';
import { DataTable } from '../data-table.js';
import { fixed } from '../fixed.js';

interface MeasuresTableProps {
  rate: ShownRate;
  measures: readonly MeasureDescription[];
}

const isNumber = (value: number | null | undefined): value is number => typeof value === 'number';

function isBetter({ key, lessIsBetter }: MeasureDescription, own: ShownCoding, other: ShownCoding): boolean {
  const [a, b] = [own.measures[key], other.measures[key]];
  return isNumber(a) && isNumber(b) && (lessIsBetter ? a < b : a > b);
}

/** Rate and measures of the sandwich and of the codec without networks; the better of each measure stands out. */
export function MeasuresTable({ rate: { sandwich, plain }, measures }: MeasuresTableProps) {
  const row = (name: string, own: ShownCoding, other: ShownCoding) => ({
    name,
    cells: [
      own.setting,
      own.bpp.toFixed(3),
      fixed(own.estimatedBpp, 3),
      ...measures.map((measure) => {
        const value = fixed(own.measures[measure.key], measure.digits);
        return isBetter(measure, own, other) ? <strong class="better">{value}</strong> : value;
      }),
    ],
  });
  return (
    <DataTable
      label="Rate and quality of what is shown"
      columns={[
        'System',
        'Setting',
        'bpp',
        'Estimated bpp',
        ...measures.map(({ label, lessIsBetter }) => `${label} ${lessIsBetter ? '↓' : '↑'}`),
      ]}
      rows={[row('Sandwich', sandwich, plain), row(plain.name, plain, sandwich)]}
      turns
    />
  );
}
