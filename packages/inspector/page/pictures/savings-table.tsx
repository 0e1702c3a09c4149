import type { ShownComparison, ShownMeasure, ShownResults } from '../../src/inspection.js';
import { capital } from '../capital.js';
import { BdRateCell } from '../controls/bd-rate-cell.js';
import { DataTable } from '../controls/data-table.js';
import { Difference, signed } from '../controls/difference.js';

interface SavingsTableProps {
  item: string;
  comparison: ShownComparison;
  measures: readonly ShownMeasure[];
  results: ShownResults | null;
  /** Key of the measure in which quality is equal over all items. */
  measureKey: string;
}

const WORDS = ['saved', 'lost'] as const;

/** Bytes that the candidate saves against each anchor at equal quality: of the item, and over all items that were measured. */
export function SavingsTable({ item, comparison, measures, results, measureKey }: SavingsTableProps) {
  const { candidate, anchors } = comparison;
  if (anchors.length === 0) return null;
  const labelOf = (key: string) => measures.find((measure) => measure.key === key)?.label ?? key;
  const overall = results && (results.measures.find(({ key }) => key === measureKey) ?? results.measures[0]);
  const ofItem = (bits: number | null) => {
    if (bits === null) return <span title="None of the anchor's settings has the candidate's quality.">–</span>;
    const [bytes, percent] = [(candidate.bits - bits) / 8, 100 * (candidate.bits / bits - 1)];
    return (
      <Difference
        value={bytes}
        digits={0}
        unit="bytes"
        note={`(${signed(percent, 1)} %)`}
        better="less"
        words={WORDS}
      />
    );
  };
  const [{ equalQuality }] = anchors;
  return (
    <section class="card">
      <h2>Bytes of {candidate.coder} at equal quality</h2>
      <DataTable
        label="Bytes at equal quality"
        columns={[
          'Against',
          `${item}, ${candidate.setting}, at equal ${labelOf(equalQuality.measure)}`,
          ...(overall ? [`${results.items}, at equal ${overall.label} (BD-rate)`] : []),
        ]}
        rows={anchors.map(({ coder, equalQuality: { bits } }) => ({
          name: capital(coder),
          cells: [
            ofItem(bits),
            ...(overall ? [<BdRateCell key="all" {...{ results, anchor: coder, measure: overall.key }} />] : []),
          ],
        }))}
        wraps
      />
    </section>
  );
}
