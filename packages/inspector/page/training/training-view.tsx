import { useState } from 'preact/hooks';
import type { TrainingCurve } from '../../src/inspection.js';
import { Segmented } from '../segmented.js';
import { describeMetric } from './describe-metric.js';
import { TrainingChart } from './training-chart.js';

/** The curves of a training, over steps or time. */
export function TrainingView({ title, curves }: { title: string; curves: readonly TrainingCurve[] }) {
  const [axis, setAxis] = useState<'step' | 'time'>('step');
  const [isLog, setLog] = useState(false);
  const [smoothing, setSmoothing] = useState(0.6);
  /** Where the pointer is, in all of the charts at once. */
  const [at, setAt] = useState<number | null>(null);
  if (curves.length === 0) return <p class="empty">There are no training curves of this run.</p>;

  const ordered = [...curves].sort((a, b) => describeMetric(a.key).order - describeMetric(b.key).order);
  const chart = (curve: TrainingCurve) => (
    <TrainingChart key={curve.key} {...{ title, curve, axis, isLog, smoothing, at }} onAt={setAt} />
  );
  const [main, other] = [true, false].map((wanted) =>
    ordered.filter(({ key }) => describeMetric(key).isMain === wanted),
  );
  return (
    <div class="training">
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
          value={isLog ? 'log' : 'linear'}
          options={[
            { value: 'linear', text: 'Linear' },
            { value: 'log', text: 'Log' },
          ]}
          onChange={(value) => setLog(value === 'log')}
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
      </div>
      <div class="chart-grid">{main.map(chart)}</div>
      {other.length > 0 && (
        <details>
          <summary>{other.length} more</summary>
          <div class="chart-grid">{other.map(chart)}</div>
        </details>
      )}
    </div>
  );
}
