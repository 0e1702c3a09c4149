import { useMemo } from 'preact/hooks';
import type { TrainingCurve } from '../../src/inspection.js';
import type { ChartCurve, ChartPosition } from '../charts/chart-data.js';
import { LineChart } from '../charts/line-chart.js';
import { SaveButtons } from '../charts/save-buttons.js';
import { clock, significant } from './format.js';
import { smooth } from './smooth.js';

/** One scalar of a run's training. */
export interface RunTrainingCurve {
  run: string;
  colour: string;
  curve: TrainingCurve;
}

interface TrainingChartProps {
  title: string;
  /** Of one scalar. */
  curves: readonly RunTrainingCurve[];
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

/** The curve of a run, smoothed; before it, pale, as it was. */
function linesOf(
  { run, colour, curve }: RunTrainingCurve,
  axis: 'step' | 'time',
  wanted: number,
  isAlone: boolean,
): ChartCurve[] {
  const { label, steps, seconds, values, isExact } = curve;
  const smoothing = isExact ? 0 : wanted;
  const smoothed = smooth(values, smoothing);
  const name = isAlone ? label : run;
  const points = (ys: readonly number[]) =>
    ys.map((y, i) => ({
      x: axis === 'step' ? steps[i] : seconds[i] / SECONDS_A_MINUTE,
      y,
      details: [
        ['value', significant(values[i])],
        ...(smoothing > 0 ? [['smoothed', significant(smoothed[i])]] : []),
        ['step', String(Math.round(steps[i]))],
        ['time', clock(seconds[i])],
      ] as [string, string][],
    }));
  const line = { name, colour, points: points(smoothed) };
  if (smoothing === 0) return [line];
  return [{ name: `${name}, raw`, colour, points: points(values), opacity: RAW_OPACITY, silent: true }, line];
}

/** One scalar of the trainings of all runs that have it. */
export function TrainingChart({ title, curves, axis, isLog, smoothing, at, onAt }: TrainingChartProps) {
  const [{ curve: first }] = curves;
  const lines = useMemo(() => {
    const all = curves.flatMap((each) => linesOf(each, axis, smoothing, curves.length === 1));
    return [...all.filter(({ silent }) => silent), ...all.filter(({ silent }) => !silent)];
  }, [curves, axis, smoothing]);
  /** Of the first run that goes as far. */
  const position = useMemo((): ChartPosition | null => {
    if (at === null) return null;
    const candidates = lines.flatMap(({ silent, points }, curve) =>
      silent || points.length === 0
        ? []
        : [
            {
              curve,
              point: nearest(
                points.map(({ x }) => x),
                at,
              ),
            },
          ],
    );
    const distance = ({ curve, point }: ChartPosition) => Math.abs(lines[curve].points[point].x - at);
    return candidates.sort((a, b) => distance(a) - distance(b))[0] ?? null;
  }, [lines, at]);
  const axes = {
    xLabel: axis === 'step' ? 'step' : 'minutes',
    yLabel: '',
    marks: curves.every(({ curve }) => curve.values.length === 1),
    logY: isLog && curves.every(({ curve }) => curve.values.every((value) => value > 0)),
  };
  return (
    <section class="card chart-card">
      <div class="card-head">
        <h2>{first.label}</h2>
        <SaveButtons
          name={`training-${first.key}`}
          options={() => ({ ...axes, yLabel: first.label, title, series: lines, legend: curves.length > 1 })}
        />
      </div>
      <LineChart
        {...axes}
        label={`${first.label} over ${axis === 'step' ? 'steps' : 'minutes'}`}
        curves={lines}
        height={HEIGHT}
        alongX
        position={position}
        onPosition={(next) => onAt(next && lines[next.curve].points[next.point].x)}
      />
    </section>
  );
}
