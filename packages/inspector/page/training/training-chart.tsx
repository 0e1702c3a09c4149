import { useMemo } from 'preact/hooks';
import type { TrainingCurve } from '../../src/inspection.js';
import type { ChartCurve, ChartPosition } from '../charts/chart-data.js';
import { LineChart } from '../charts/line-chart.js';
import { SaveButtons } from '../charts/save-buttons.js';
import { useChartTheme } from '../charts/use-chart-theme.js';
import { describeMetric } from './describe-metric.js';
import { clock, significant } from './format.js';
import { smooth } from './smooth.js';

interface TrainingChartProps {
  title: string;
  curve: TrainingCurve;
  axis: 'step' | 'time';
  /** Logarithmic values, where all are positive. */
  isLog: boolean;
  smoothing: number;
  /** Where on the axis the pointer is, in whichever chart. */
  at: number | null;
  onAt(at: number | null): void;
}

const HEIGHT = 240;
const RAW_OPACITY = 0.3;
const SECONDS_A_MINUTE = 60;

function nearest(values: readonly number[], target: number): number {
  const distances = values.map((value) => Math.abs(value - target));
  return distances.indexOf(Math.min(...distances));
}

/** One scalar of a training: smoothed, and pale as it was. */
export function TrainingChart({ title, curve, axis, isLog, at, onAt, ...props }: TrainingChartProps) {
  const { key, steps, seconds, values } = curve;
  const { label, isExact } = describeMetric(key);
  const smoothing = isExact ? 0 : props.smoothing;
  const [colour] = useChartTheme().colours;
  const xs = useMemo(
    () => (axis === 'step' ? steps : seconds.map((second) => second / SECONDS_A_MINUTE)),
    [steps, seconds, axis],
  );
  const curves = useMemo<ChartCurve[]>(() => {
    const smoothed = smooth(values, smoothing);
    const details = (i: number): [string, string][] => [
      ['value', significant(values[i])],
      ...(smoothing > 0 ? [['smoothed', significant(smoothed[i])] as [string, string]] : []),
      ['step', String(Math.round(steps[i]))],
      ['time', clock(seconds[i])],
    ];
    const line = (name: string, ys: readonly number[]) => ({
      name,
      colour,
      points: ys.map((y, i) => ({ x: xs[i], y, details: details(i) })),
    });
    return smoothing > 0
      ? [{ ...line(`${label}, raw`, values), opacity: RAW_OPACITY, silent: true }, line(label, smoothed)]
      : [line(label, values)];
  }, [curve, xs, smoothing, colour]);

  const main = curves.length - 1;
  const position: ChartPosition | null = at === null ? null : { curve: main, point: nearest(xs, at) };
  const axes = {
    xLabel: axis === 'step' ? 'step' : 'minutes',
    yLabel: '',
    marks: values.length === 1,
    logY: isLog && values.every((value) => value > 0),
  };
  return (
    <section class="card chart-card">
      <div class="card-head">
        <h2>{label}</h2>
        <SaveButtons
          name={`training-${key}`}
          options={() => ({ ...axes, yLabel: label, title, series: curves, legend: false })}
        />
      </div>
      <LineChart
        {...axes}
        label={`${label} over ${axis === 'step' ? 'steps' : 'minutes'}`}
        curves={curves}
        height={HEIGHT}
        alongX
        position={position}
        onPosition={(next) => onAt(next && xs[next.point])}
      />
    </section>
  );
}
