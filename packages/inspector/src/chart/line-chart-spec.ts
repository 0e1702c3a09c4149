import type { Spec } from 'vega';
import { logTicks } from './log-ticks.js';

/** A curve of a chart. */
export interface ChartSeries {
  /** In the legend. */
  name: string;
  points: readonly { x: number; y: number }[];
  /** For what is compared against: a broken line and open marks. */
  dashed?: boolean;
  /** Default: the theme's, in turn. */
  colour?: string;
  /** Opacity of the line, 0 to 1. */
  opacity?: number;
}

/** Colours of a chart, as in CSS. */
export interface ChartTheme {
  text: string;
  grid: string;
  background: string;
  /** Colours of the series, in turn. */
  colours: readonly string[];
}

/** What `lineChartSvg` draws. */
export interface LineChartOptions {
  title?: string;
  xLabel: string;
  yLabel: string;
  series: readonly ChartSeries[];
  logX?: boolean;
  logY?: boolean;
  /** Width of the plot within its axes, pixels; with `fit` that of everything. */
  width?: number;
  height?: number;
  fit?: boolean;
  /** A mark at every point. Default true. */
  marks?: boolean;
  /** Below the plot. Default true. */
  legend?: boolean;
  font?: string;
  theme?: ChartTheme;
}

/**
 * Dark on white, for figures. The colours remain distinct in all common forms of colour blindness. Source: M. Okabe,
 * K. Ito, "Color universal design", 2008.
 */
export const figureTheme: ChartTheme = {
  text: '#222222',
  grid: '#e4e4e4',
  background: 'white',
  colours: ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'],
};

/** Pixels that a number takes on an axis. */
const TICK_WIDTH = 48;

/** From the least to the greatest value; a single one gets some room around it. */
function extent(values: readonly number[]): [number, number] {
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
  }
  const room = least < greatest ? 0 : 0.1 * Math.abs(least) || 1;
  return [least - room, greatest + room];
}

/**
 * The Vega specification of a chart of curves: of quality over rate, or of a scalar over a training.
 *
 * @param options points are finite, and positive on a logarithmic axis
 */
export function lineChartSpec(options: LineChartOptions): Spec {
  const { title, xLabel, yLabel, series, logX, logY, width = 480, height = 320, fit, font = 'sans-serif' } = options;
  const { marks = true, legend = true, theme = figureTheme } = options;
  const { text, grid, background, colours } = theme;
  const values = series.flatMap(({ name, points }) => points.map(({ x, y }) => ({ series: name, x, y })));
  const names = series.map(({ name }) => name);
  const strokes = series.map(({ colour }, i) => colour ?? colours[i % colours.length]);
  const xExtent = extent(values.map(({ x }) => x));
  const yExtent = extent(values.map(({ y }) => y));
  const roundTicks = logX ? logTicks(...xExtent, Math.floor(width / TICK_WIDTH)) : [];
  // in a narrow range there are none: Vega then finds others
  const xTicks = roundTicks.length > 1 ? roundTicks : undefined;
  const place = { x: { scale: 'x', field: 'x' }, y: { scale: 'y', field: 'y' } };
  const colour = { scale: 'colour', field: 'series' };
  const perSeries = (name: string, range: readonly unknown[]) =>
    ({ name, type: 'ordinal', domain: names, range }) as NonNullable<Spec['scales']>[number];
  return {
    width,
    height,
    padding: fit ? { left: 4, right: 10, top: 6, bottom: 4 } : 12,
    autosize: fit ? { type: 'fit', contains: 'padding' } : 'pad',
    background,
    title: title && {
      text: title,
      anchor: 'start',
      frame: 'group',
      font,
      fontSize: 15,
      fontWeight: 700,
      offset: 12,
      color: text,
    },
    config: {
      axis: {
        labelFont: font,
        titleFont: font,
        labelFontSize: 12,
        titleFontSize: 13,
        titleFontWeight: 'normal',
        titlePadding: 8,
        labelColor: text,
        titleColor: text,
        gridColor: grid,
        domainColor: text,
        tickColor: text,
      },
    },
    data: [{ name: 'points', values }],
    scales: [
      {
        name: 'x',
        type: logX ? 'log' : 'linear',
        range: 'width',
        domain: xExtent,
        zero: false,
        padding: marks ? 14 : 0,
      },
      {
        name: 'y',
        type: logY ? 'log' : 'linear',
        range: 'height',
        domain: yExtent,
        zero: false,
        nice: true,
        padding: 8,
      },
      perSeries('colour', strokes),
      perSeries(
        'fill',
        series.map(({ dashed }, i) => (dashed ? background : strokes[i])),
      ),
      perSeries(
        'dash',
        series.map(({ dashed }) => (dashed ? [6, 4] : [1, 0])),
      ),
      perSeries(
        'opacity',
        series.map(({ opacity = 1 }) => opacity),
      ),
    ],
    axes: [
      {
        orient: 'bottom',
        scale: 'x',
        title: xLabel,
        grid: true,
        ...(xTicks ? { values: xTicks, format: '~r' } : { tickCount: Math.max(3, Math.round(width / 80)) }),
        ...(fit && { labelOverlap: true }),
      },
      {
        orient: 'left',
        scale: 'y',
        title: yLabel || undefined,
        grid: true,
        tickCount: Math.max(3, Math.round(height / 40)),
      },
    ],
    legends: legend
      ? [
          {
            orient: 'bottom',
            direction: 'vertical',
            columns: 1,
            offset: 14,
            stroke: 'colour',
            strokeDash: 'dash',
            symbolType: 'stroke',
            symbolSize: 500,
            symbolStrokeWidth: 2,
            labelFont: font,
            labelFontSize: 12,
            labelLimit: 0,
            labelColor: text,
            rowPadding: 4,
          },
        ]
      : [],
    marks: [
      {
        type: 'group',
        from: { facet: { name: 'curve', data: 'points', groupby: 'series' } },
        marks: [
          {
            type: 'line',
            from: { data: 'curve' },
            encode: {
              enter: {
                ...place,
                stroke: colour,
                strokeDash: { scale: 'dash', field: 'series' },
                strokeOpacity: { scale: 'opacity', field: 'series' },
                strokeWidth: { value: 2 },
              },
            },
          },
          ...(marks
            ? [
                {
                  type: 'symbol' as const,
                  from: { data: 'curve' },
                  encode: {
                    enter: {
                      ...place,
                      stroke: colour,
                      strokeWidth: { value: 1.5 },
                      fill: { scale: 'fill', field: 'series' },
                      size: { value: 36 },
                    },
                  },
                },
              ]
            : []),
        ],
      },
    ],
  };
}
