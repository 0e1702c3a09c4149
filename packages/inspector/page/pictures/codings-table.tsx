import type { ShownCoding, ShownComparison, ShownMeasure } from '../../src/inspection.js';
import { capital } from '../capital.js';
import { DataTable } from '../controls/data-table.js';
import { Difference } from '../controls/difference.js';
import { fixed } from '../fixed.js';
import { arrowOf, directionOf, measureTitle } from '../measure-title.js';

interface CodingsTableProps {
  comparison: ShownComparison;
  /** What other runs made of it. */
  others: readonly { run: string; coding: ShownCoding }[];
  measures: readonly ShownMeasure[];
  /** Denominator of bits per pixel. */
  pixels: number;
}

const isNumber = (value: number | null | undefined): value is number => typeof value === 'number';

/** Rate and measures of the candidate, of the anchors and of other runs; below each value of those how the candidate differs from it. */
export function CodingsTable({ comparison: { candidate, anchors }, others, measures, pixels }: CodingsTableProps) {
  const cell = ({ key, digits, better }: ShownMeasure, coding: ShownCoding) => {
    const [value, own] = [coding.measures[key], candidate.measures[key]];
    if (coding === candidate || !isNumber(value) || !isNumber(own)) return fixed(value, digits);
    return (
      <span class="compared">
        {value.toFixed(digits)}
        <Difference value={own - value} digits={digits} better={better} />
      </span>
    );
  };
  const row = (coding: ShownCoding, run?: string) => ({
    name: capital(run === undefined ? coding.coder : `${coding.coder} · ${run}`),
    cells: [
      coding.setting,
      Math.round(coding.bits / 8).toLocaleString('en'),
      (coding.bits / pixels).toFixed(3),
      coding.estimatedBits === null ? '–' : (coding.estimatedBits / pixels).toFixed(3),
      ...measures.map((measure) => cell(measure, coding)),
    ],
  });
  return (
    <section class="card">
      <DataTable
        label="Rate and quality of what is shown"
        columns={[
          'Coder',
          'Setting',
          'Bytes',
          'bpp',
          'Estimated bpp',
          ...measures.map((measure) => ({
            text: `${measureTitle(measure)} ${arrowOf(measure)}`,
            title: directionOf(measure),
          })),
        ]}
        rows={[
          ...[candidate, ...anchors].map((coding) => row(coding)),
          ...others.map(({ coding, run }) => row(coding, run)),
        ]}
        turns
      />
      {anchors.length + others.length > 0 && (
        <p class="hint">
          Below each value of the others: how {candidate.coder} differs from it. ↑ more is better, ↓ less is better.
        </p>
      )}
    </section>
  );
}
