import type { RateResults } from '../../src/inspection.js';
import { DataTable } from '../data-table.js';

const signed = (value: number, digits: number) => `${value > 0 ? '+' : ''}${value.toFixed(digits)}`;

/** The gain, and BD-rates against each of the other systems in each of the measures. */
export function Summary({ results: { gain, bdRates, measures } }: { results: RateResults }) {
  const anchors = [...new Set(bdRates.map(({ anchor }) => anchor))];
  const cell = (name: string, key: string) => {
    const found = bdRates.find(({ anchor, measure }) => anchor === name && measure === key);
    const text = found && found.percent !== null ? `${signed(found.percent, 1)} %` : '–';
    return <span title={found?.notes.join('; ')}>{text}</span>;
  };
  return (
    <div class="summary">
      {gain.mean !== null && (
        <section class="card figure">
          <h2>Mean gain in PSNR</h2>
          <p class="big">{signed(gain.mean, 2)} dB</p>
          <p class="hint">
            over the better plain codec, {gain.range[0]} to {gain.range[1]} bpp
          </p>
        </section>
      )}
      {anchors.length > 0 && (
        <section class="card">
          <h2>BD-rate: bits of the sandwich at equal quality</h2>
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
