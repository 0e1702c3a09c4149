import { useMemo, useState } from 'preact/hooks';
import type { RateResults } from '../../src/inspection.js';
import type { ChartPosition } from '../charts/chart-data.js';
import { LineChart } from '../charts/line-chart.js';
import { SaveButtons } from '../charts/save-buttons.js';
import { useChartTheme } from '../charts/use-chart-theme.js';
import { Segmented } from '../segmented.js';
import { Legend } from './legend.js';
import { PointsTable } from './points-table.js';
import { rateCurves } from './rate-curves.js';
import { Summary } from './summary.js';

const HEIGHT = 440;

/** Rate-distortion curves of an evaluation. */
export function RatesView({ title, results }: { title: string; results: RateResults | null }) {
  return results === null ? (
    <p class="empty">There are no rate-distortion curves of this run.</p>
  ) : (
    <Rates title={title} results={results} />
  );
}

function Rates({ title, results }: { title: string; results: RateResults }) {
  const { measures, sets, description } = results;
  const [measureKey, setMeasure] = useState(measures[0].key);
  const [setIndex, setSet] = useState(0);
  const [isLog, setLog] = useState(true);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [position, setPosition] = useState<ChartPosition | null>(null);
  const theme = useChartTheme();
  const measure = measures.find(({ key }) => key === measureKey)!;
  const { curves } = sets[setIndex];
  const drawn = useMemo(() => rateCurves(curves, measure, theme.colours), [curves, measure, theme.background]);
  const shown = useMemo(() => drawn.filter(({ name }) => !hidden.has(name)), [drawn, hidden]);

  const toggle = (name: string) => {
    const next = new Set(hidden);
    if (!next.delete(name)) next.add(name);
    setHidden(next);
    setPosition(null);
  };
  const axes = {
    xLabel: 'bits per pixel (real files)',
    yLabel: `${measure.label}, RGB${measure.lessIsBetter ? ' (less is better)' : ''}`,
    logX: isLog,
  };
  return (
    <div class="rates">
      <div class="toolbar">
        <Segmented
          label="Measure"
          value={measureKey}
          options={measures.map(({ key, label }) => ({ value: key, text: label }))}
          onChange={(key) => {
            setMeasure(key);
            setPosition(null);
          }}
        />
        <Segmented
          label="Rate axis"
          value={isLog ? 'log' : 'linear'}
          options={[
            { value: 'log', text: 'Log' },
            { value: 'linear', text: 'Linear' },
          ]}
          onChange={(value) => setLog(value === 'log')}
        />
        {sets.length > 1 && (
          <select
            aria-label="Images"
            value={setIndex}
            onChange={(event) => {
              setSet(Number(event.currentTarget.value));
              setPosition(null);
            }}
          >
            {sets.map(({ name }, i) => (
              <option key={`${i} ${name}`} value={i}>
                {name}
              </option>
            ))}
          </select>
        )}
        <SaveButtons
          name={`rate-${measureKey}`}
          options={() => ({ ...axes, title: `${title}, ${sets[setIndex].name}`, series: shown })}
        />
      </div>
      <section class="card">
        {shown.some(({ points }) => points.length > 0) ? (
          <LineChart
            {...axes}
            label={`${measure.label} over bits per pixel, ${sets[setIndex].name}`}
            curves={shown}
            height={HEIGHT}
            position={position}
            onPosition={setPosition}
          />
        ) : (
          <p class="empty">No curve is chosen.</p>
        )}
        <Legend curves={drawn} hidden={hidden} onToggle={toggle} />
      </section>
      <Summary results={results} />
      <PointsTable curves={curves} measures={measures} />
      <p class="hint">{description}</p>
    </div>
  );
}
