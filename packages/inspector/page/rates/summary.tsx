import type { RateResults } from '../../src/inspection.js';
import { DataTable } from '../data-table.js';

const signed = (value: number, digits: number) => `${value > 0 ? '+' : ''}${value.toFixed(digits)}`;
/** Gains have the colour of gains, losses another. */
const colourOf = (gain: number) => (gain > 0 ? 'gain-value' : gain < 0 ? 'loss-value' : '');
/** Below this part in common of two curves, a BD-rate is shown with it. */
const ENOUGH_OVERLAP = 0.75;

/** Gains, and BD-rates against each of the other systems in each of the measures. */
export function Summary({ results: { images, gains, bdRates, measures } }: { results: RateResults }) {
  const anchors = [...new Set(bdRates.map(({ anchor }) => anchor))];
  const cell = (name: string, key: string) => {
    const found = bdRates.find(({ anchor, measure }) => anchor === name && measure === key);
    if (!found || found.percent === null) return <span title={found?.notes.join('; ')}>–</span>;
    const { percent, overlap, notes } = found;
    const part =
      overlap !== null && overlap < ENOUGH_OVERLAP ? ` (over ${Number((100 * overlap).toPrecision(2))} %)` : '';
    return (
      <span class={colourOf(-percent)} title={notes.join('; ')}>
        {signed(percent, 1)} %{part}
      </span>
    );
  };
  return (
    <div class="summary">
      {gains.map(
        ({ anchor, label, range, mean }) =>
          mean !== null && (
            <section class="card figure" key={`${label} ${anchor}`}>
              <h2>Gain in {label}</h2>
              <p class={`big ${colourOf(mean)}`}>{signed(mean, 2)} dB</p>
              <p class="hint">
                over the {anchor}, {range[0]} to {range[1]} bpp, on {images}
              </p>
            </section>
          ),
      )}
      {anchors.length > 0 && (
        <section class="card">
          <h2>BD-rate: bits of the sandwich at equal quality, on {images}</h2>
          <DataTable
            label="BD-rates"
            columns={['Against', ...measures.map(({ label }) => label.replace(' dB', ''))]}
            rows={anchors.map((anchor) => ({ name: anchor, cells: measures.map(({ key }) => cell(anchor, key)) }))}
            turns
          />
        </section>
      )}
    </div>
  );
}
