import { useMemo, useState } from 'preact/hooks';
import type { ShownRun } from '../../src/inspection.js';
import { useChartTheme } from '../charts/use-chart-theme.js';
import { Segmented } from '../controls/segmented.js';
import { useLinkedChoice, useLinkedNumber } from '../link/use-linked.js';
import { type RunTrainingCurve, TrainingChart, type TrainingPlace } from './training-chart.js';
import { TrainingPictures } from './training-pictures.js';

interface TrainingViewProps {
  title: string;
  runs: readonly ShownRun[];
  /** Whose pictures are shown. */
  run: ShownRun;
}

/** The curves of all trainings, over steps or time, and pictures of one. */
export function TrainingView(props: TrainingViewProps) {
  const { runs, run } = props;
  const hasCurves = runs.some(({ training }) => training.length > 0);
  return (
    <div class="training">
      {hasCurves ? (
        <Curves {...props} />
      ) : (
        <p class="empty">There are no training curves{runs.length > 1 ? '' : ' of this run'}.</p>
      )}
      <TrainingPictures run={run} />
    </div>
  );
}

/** The curves of each scalar, in the order of the first run that has it. */
function byScalar(runs: readonly ShownRun[], colours: readonly string[]): RunTrainingCurve[][] {
  const all = runs.flatMap(({ id, training }, i) =>
    training.map((curve): RunTrainingCurve => ({ run: id, colour: colours[i % colours.length], curve })),
  );
  const keys = [...new Set(all.map(({ curve }) => curve.key))];
  return keys.map((key) => all.filter(({ curve }) => curve.key === key));
}

function Curves({ title, runs }: TrainingViewProps) {
  const [axis, setAxis] = useLinkedChoice('axis', ['step', 'time'] as const);
  const [values, setValues] = useLinkedChoice('values', ['linear', 'log'] as const);
  const [smoothing, setSmoothing] = useLinkedNumber('smoothing', 0.6, { least: 0, most: 0.98 });
  const [at, setAt] = useState<TrainingPlace | null>(null);
  const { colours, background } = useChartTheme();
  const trained = runs.filter(({ training }) => training.length > 0);
  const scalars = useMemo(() => byScalar(trained, colours), [background]);

  const chart = (curves: RunTrainingCurve[]) => (
    <TrainingChart
      key={curves[0].curve.key}
      {...{ title, curves, axis, smoothing, at }}
      isLog={values === 'log'}
      onAt={setAt}
    />
  );
  const [main, other] = [true, false].map((wanted) => scalars.filter(([{ curve }]) => curve.isMain === wanted));
  return (
    <>
      <div class="toolbar">
        <Segmented
          label="Horizontal axis"
          value={axis}
          options={[
            { value: 'step', text: 'Steps' },
            { value: 'time', text: 'Time' },
          ]}
          onChange={(value) => {
            setAxis(value);
            setAt(null);
          }}
        />
        <Segmented
          label="Vertical axis"
          value={values}
          options={[
            { value: 'linear', text: 'Linear' },
            { value: 'log', text: 'Log' },
          ]}
          onChange={setValues}
        />
        <label class="range">
          Smoothing
          <input
            type="range"
            min={0}
            max={0.98}
            step={0.02}
            value={smoothing}
            onInput={(event) => setSmoothing(event.currentTarget.valueAsNumber)}
          />
          <output>{smoothing.toFixed(2)}</output>
        </label>
        {trained.length > 1 && (
          <ul class="run-colours" aria-label="Runs">
            {trained.map(({ id }, i) => (
              <li key={id}>
                <span class="swatch" style={{ background: colours[i % colours.length] }} />
                {id}
              </li>
            ))}
          </ul>
        )}
      </div>
      <div class="chart-grid">{main.map(chart)}</div>
      {other.length > 0 && (
        <details>
          <summary>{other.length} more</summary>
          <div class="chart-grid">{other.map(chart)}</div>
        </details>
      )}
    </>
  );
}
