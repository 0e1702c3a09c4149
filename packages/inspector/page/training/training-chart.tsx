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

/** Where the pointer is, in whichever chart: on the axis, and nearest to which run. */
export interface TrainingPlace {
  x: number;
  run: string;
}

interface TrainingChartProps {
  title: string;
  /** Curves of one scalar. */
  curves: readonly RunTrainingCurve[];
  axis: 'step' | 'time';
  /** Logarithmic values, where all are positive. */
  isLog: boolean;
  smoothing: number;
  at: TrainingPlace | null;
  onAt(at: TrainingPlace | null): void;
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
  /** Pale ones first; each of the others at its place among the runs' curves. */
  const lines = useMemo(() => {
    const all = curves.map((each) => linesOf(each, axis, smoothing, curves.length === 1));
    return [...all.flatMap((own) => own.slice(0, -1)), ...all.map((own) => own.at(-1)!)];
  }, [curves, axis, smoothing]);
  const firstMain = lines.length - curves.length;
  const position = useMemo((): ChartPosition | null => {
    if (at === null) return null;
    const found = curves.findIndex(({ run }) => run === at.run);
    const curve = firstMain + Math.max(found, 0);
    const xs = lines[curve].points.map(({ x }) => x);
    return { curve, point: nearest(xs, at.x) };
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
        onPosition={(next) =>
          onAt(next && { x: lines[next.curve].points[next.point].x, run: curves[next.curve - firstMain].run })
        }
      />
    </section>
  );
}
