import type { ShownMeasure, ShownResults } from '../../src/inspection.js';
import { capital } from '../capital.js';
import { BdRateCell, Overlap } from '../controls/bd-rate-cell.js';
import { DataTable } from '../controls/data-table.js';
import { Difference, verdictOf } from '../controls/difference.js';
import { fixed } from '../fixed.js';
import { measureTitle } from '../measure-title.js';

interface SummaryProps {
  /** Which of several runs this is about. */
  title?: string;
  results: ShownResults;
}

const SAVED = ['saved', 'lost'] as const;

/** Gains, and how bits and quality differ from each anchor in each of the measures. */
export function Summary({ title, results }: SummaryProps) {
  const { items, gains, bdRates, rateChanges, measures } = results;
  const anchors = [...new Set(bdRates.map(({ anchor }) => anchor))];
  const columns = measures.map(({ label }) => capital(label));
  const delta = (anchor: string, { key, digits, unit, better }: ShownMeasure) => {
    const found = bdRates.find((each) => each.anchor === anchor && each.measure === key);
    if (!found || found.delta === null) return '–';
    return (
      <span title={found.notes.join('; ')}>
        <Difference value={found.delta} {...{ digits, unit, better }} />
        <Overlap share={found.overlap?.rate} />
      </span>
    );
  };
  const change = (percent: number | null | undefined) =>
    percent === null || percent === undefined ? (
      '–'
    ) : (
      <Difference value={percent} digits={1} unit="%" better="less" words={SAVED} />
    );
  const hasAny = gains.some(({ mean }) => mean !== null) || anchors.length > 0;
  return (
    <>
      {title && <h2 class="run-heading">{title}</h2>}
      {title && !hasAny && <p class="hint">Nothing was compared on the items that are shown.</p>}
      <div class="gains">
        {gains.map((gain) => (
          <GainCard key={`${gain.measure} ${gain.anchor}`} {...{ gain, measures, items }} />
        ))}
      </div>
      {anchors.length > 0 && (
        <section class="card tables">
          <h2>Bits at equal quality (BD-rate), on {items}</h2>
          <DataTable
            label="BD-rates"
            columns={['Against', ...columns]}
            rows={anchors.map((anchor) => ({
              name: capital(anchor),
              cells: measures.map(({ key }) => <BdRateCell key={key} {...{ results, anchor, measure: key }} />),
            }))}
            turns
          />
          <h2>Quality at equal bits (BD), on {items}</h2>
          <DataTable
            label="Quality at equal bits"
            columns={['Against', ...measures.map(measureTitle)]}
            rows={anchors.map((anchor) => ({
              name: capital(anchor),
              cells: measures.map((measure) => delta(anchor, measure)),
            }))}
            turns
          />
        </section>
      )}
      {rateChanges.length > 0 && (
        <details class="card">
          <summary>Bits at equal quality, rate by rate</summary>
          <DataTable
            label="Bits at equal quality, by rate"
            columns={['Against', 'its bpp', ...columns]}
            rows={rateChanges.map(({ anchor, bpp, percent }) => ({
              name: capital(anchor),
              cells: [fixed(bpp, 3), ...measures.map(({ key }) => change(percent[key]))],
            }))}
          />
        </details>
      )}
    </>
  );
}

interface GainCardProps {
  gain: ShownResults['gains'][number];
  measures: readonly ShownMeasure[];
  items: string;
}

const GAIN_DIGITS = 2;

/** One mean difference, large. */
function GainCard({ gain: { anchor, measure: key, range, mean }, measures, items }: GainCardProps) {
  const { label, unit, better, digits } = measures.find((measure) => measure.key === key) ?? {
    label: key,
    unit: undefined,
    better: 'more' as const,
    digits: GAIN_DIGITS,
  };
  if (mean === null) return null;
  const word = { '1': 'Gain', '0': 'No difference', '-1': 'Loss' }[verdictOf(mean, digits, better)];
  return (
    <section class="card figure">
      <h2>
        {word} in {label}
      </h2>
      <p class="big">
        <Difference value={mean} {...{ digits, unit, better }} />
      </p>
      <p class="hint">
        against the {anchor}, {range[0]} to {range[1]} bpp, on {items}
      </p>
    </section>
  );
}
