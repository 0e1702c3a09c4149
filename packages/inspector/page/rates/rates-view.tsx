import { useMemo, useState } from 'preact/hooks';
import type { ShownMeasure, ShownRun } from '../../src/inspection.js';
import type { ChartPosition } from '../charts/chart-data.js';
import { LineChart } from '../charts/line-chart.js';
import { SaveButtons } from '../charts/save-buttons.js';
import { useChartTheme } from '../charts/use-chart-theme.js';
import { Choice } from '../controls/choice.js';
import { Segmented } from '../controls/segmented.js';
import { useLinked, useLinkedChoice } from '../link/use-linked.js';
import { directionOf, measureTitle } from '../measure-title.js';
import { Legend } from './legend.js';
import { PointsTable } from './points-table.js';
import { curvesOfSet, rateCurves } from './rate-curves.js';
import { Summary } from './summary.js';

const HEIGHT = 440;

interface RatesViewProps {
  title: string;
  runs: readonly ShownRun[];
}

/** Rate-distortion curves of the evaluations of all runs. */
export function RatesView({ title, runs }: RatesViewProps) {
  const evaluated = runs.filter(({ results }) => results !== null);
  return evaluated.length === 0 ? (
    <p class="empty">There are no rate-distortion curves{runs.length > 1 ? '' : ' of this run'}.</p>
  ) : (
    <Rates title={title} runs={evaluated} />
  );
}

/** The first of those of one key. */
const distinct = (measures: readonly ShownMeasure[]): ShownMeasure[] =>
  [...new Map([...measures].reverse().map((measure) => [measure.key, measure])).values()].reverse();

function Rates({ title, runs }: RatesViewProps) {
  const measures = distinct(runs.flatMap(({ results }) => results!.measures));
  const sets = [...new Set(runs.flatMap(({ results }) => results!.sets.map(({ name }) => name)))];
  const [measureKey, setMeasure] = useLinkedChoice(
    'measure',
    measures.map(({ key }) => key),
  );
  const [set, setSet] = useLinkedChoice('set', sets);
  const [axis, setAxis] = useLinkedChoice('rate', ['log', 'linear'] as const);
  const [chosenRun] = useLinked('run', '');
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [position, setPosition] = useState<ChartPosition | null>(null);
  const theme = useChartTheme();
  const measure = measures.find(({ key }) => key === measureKey)!;
  const curves = useMemo(() => curvesOfSet(runs, set), [set]);
  const drawn = useMemo(() => rateCurves(curves, measure, theme.colours), [curves, measureKey, theme.background]);
  const shown = useMemo(() => drawn.filter(({ name }) => !hidden.has(name)), [drawn, hidden]);
  const missing = runs.filter(({ id }) => !curves.some((curve) => curve.runs.includes(id)));

  const toggle = (name: string) => {
    const next = new Set(hidden);
    if (!next.delete(name)) next.add(name);
    setHidden(next);
    setPosition(null);
  };
  const axes = {
    xLabel: 'bits per pixel (real files)',
    yLabel: `${measureTitle(measure)}${measure.better === 'less' ? ` (${directionOf(measure)})` : ''}`,
    logX: axis === 'log',
  };
  return (
    <div class="rates">
      <div class="toolbar">
        <Choice
          label="Measure"
          value={measureKey}
          options={measures.map((each) => ({ value: each.key, text: measureTitle(each), title: directionOf(each) }))}
          onChange={(key) => {
            setMeasure(key);
            setPosition(null);
          }}
        />
        <Segmented
          label="Rate axis"
          value={axis}
          options={[
            { value: 'log', text: 'Log' },
            { value: 'linear', text: 'Linear' },
          ]}
          onChange={setAxis}
        />
        {sets.length > 1 && (
          <select
            aria-label="Items"
            value={set}
            onChange={(event) => {
              setSet(event.currentTarget.value);
              setPosition(null);
            }}
          >
            {sets.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        )}
        <SaveButtons
          name={`rate-${measureKey}`}
          options={() => ({ ...axes, title: `${title}, ${set}`, series: shown })}
        />
      </div>
      <section class="card">
        {shown.some(({ points }) => points.length > 0) ? (
          <LineChart
            {...axes}
            label={`${measure.label} over bits per pixel, ${set}`}
            curves={shown}
            height={HEIGHT}
            position={position}
            onPosition={setPosition}
          />
        ) : (
          <p class="empty">No curve is chosen.</p>
        )}
        <Legend curves={drawn} hidden={hidden} onToggle={toggle} />
        {missing.length > 0 && (
          <p class="hint">Not measured on these items: {missing.map(({ id }) => id).join(', ')}.</p>
        )}
      </section>
      {[...runs]
        .sort((a, b) => Number(b.id === chosenRun) - Number(a.id === chosenRun))
        .map(({ id, results }) => (
          <Summary key={id} title={runs.length > 1 ? id : undefined} results={results!} />
        ))}
      <PointsTable curves={curves} measures={measures} />
      {runs.map(({ id, results }) => (
        <p key={id} class="hint">
          {runs.length > 1 && `${id}: `}
          {results!.description}
        </p>
      ))}
    </div>
  );
}
