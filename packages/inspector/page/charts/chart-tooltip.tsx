import type { ChartCurve, ChartPoint } from './chart-data.js';
import type { DrawnChart } from './use-vega-view.js';

interface ChartTooltipProps {
  chart: DrawnChart;
  curve: ChartCurve;
  point: ChartPoint;
  /** A line through all of the plot. */
  alongX: boolean;
}

/** A mark on a point of a chart, and beside it what there is to say of that. */
export function ChartTooltip({ chart, curve, point, alongX }: ChartTooltipProps) {
  const [x, y] = [chart.left + chart.x(point.x), chart.top + chart.y(point.y)];
  const onLeft = chart.x(point.x) > chart.width / 2;
  const side = onLeft ? { right: `calc(100% - ${x - 14}px)` } : { left: `${x + 14}px` };
  return (
    <>
      {alongX && (
        <span class="chart-rule" style={{ left: `${x}px`, top: `${chart.top}px`, height: `${chart.height}px` }} />
      )}
      <span class="chart-dot" style={{ left: `${x}px`, top: `${y}px`, background: curve.colour }} />
      <div class="chart-tooltip" role="status" style={{ ...side, top: `${y}px` }}>
        <strong>
          <span class="swatch" style={{ background: curve.colour }} />
          {curve.name}
        </strong>
        <dl>
          {point.details.map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </div>
    </>
  );
}
