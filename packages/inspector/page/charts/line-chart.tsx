import { useMemo } from 'preact/hooks';
import { type LineChartOptions, lineChartSpec } from '../../src/chart/line-chart-spec.js';
import { useElementSize } from '../hooks/use-element-size.js';
import type { ChartCurve, ChartPosition } from './chart-data.js';
import { ChartTooltip } from './chart-tooltip.js';
import { nearestPoint } from './nearest-point.js';
import { useChartTheme } from './use-chart-theme.js';
import { useVegaView } from './use-vega-view.js';

export interface LineChartProps extends Pick<LineChartOptions, 'xLabel' | 'yLabel' | 'logX' | 'logY' | 'marks'> {
  /** What it shows, for those who do not see it. */
  label: string;
  curves: readonly ChartCurve[];
  height: number;
  /** The pointer means the point nearest along x. */
  alongX?: boolean;
  position: ChartPosition | null;
  onPosition(position: ChartPosition | null): void;
}

const FONT = 'system-ui, sans-serif';

/** The next point along the curve, or the point of the next curve that is nearest to this one's x. */
function neighbour(curves: readonly ChartCurve[], from: ChartPosition | null, key: string): ChartPosition | null {
  const audible = curves.flatMap(({ silent, points }, i) => (silent || points.length === 0 ? [] : [i]));
  if (audible.length === 0) return null;
  if (from === null) return { curve: audible[0], point: 0 };
  const { points } = curves[from.curve];
  if (key === 'ArrowLeft') return { ...from, point: Math.max(from.point - 1, 0) };
  if (key === 'ArrowRight') return { ...from, point: Math.min(from.point + 1, points.length - 1) };
  const step = key === 'ArrowUp' ? -1 : 1;
  const curve = audible[(audible.indexOf(from.curve) + step + audible.length) % audible.length];
  const { x } = points[from.point];
  const distances = curves[curve].points.map((other) => Math.abs(other.x - x));
  return { curve, point: distances.indexOf(Math.min(...distances)) };
}

/** Curves whose points can be read: by the pointer, by touch, or by arrow keys. */
export function LineChart({ label, curves, height, alongX = false, position, onPosition, ...axes }: LineChartProps) {
  const [ref, size] = useElementSize<HTMLDivElement>();
  const theme = useChartTheme();
  const width = size?.width ?? 0;
  const { xLabel, yLabel, logX, logY, marks } = axes;
  const spec = useMemo(
    () =>
      width === 0
        ? null
        : lineChartSpec({
            xLabel,
            yLabel,
            logX,
            logY,
            marks,
            series: curves,
            width,
            height,
            fit: true,
            legend: false,
            font: FONT,
            theme,
          }),
    [curves, width, height, xLabel, yLabel, logX, logY, marks, theme.background],
  );
  const drawn = useVegaView(ref, spec);
  const found = position && curves[position.curve]?.points[position.point];

  const onPointer = (event: PointerEvent) => {
    if (!drawn) return;
    const { left, top } = ref.current!.getBoundingClientRect();
    const place = { x: event.clientX - left - drawn.left, y: event.clientY - top - drawn.top };
    onPosition(nearestPoint(curves, drawn, place, alongX));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onPosition(null);
    if (!/^Arrow(Left|Right|Up|Down)$/.test(event.key)) return;
    event.preventDefault();
    onPosition(neighbour(curves, position, event.key));
  };

  return (
    <div
      class="chart"
      role="application"
      aria-roledescription="chart"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys go from point to point
      tabIndex={0}
      style={{ height: `${height}px` }}
      onPointerMove={onPointer}
      onPointerDown={onPointer}
      onPointerLeave={() => onPosition(null)}
      onKeyDown={onKeyDown}
      onBlur={() => onPosition(null)}
    >
      <div ref={ref} class="chart-drawing" aria-hidden="true" />
      {drawn && found && <ChartTooltip chart={drawn} curve={curves[position.curve]} point={found} alongX={alongX} />}
    </div>
  );
}
