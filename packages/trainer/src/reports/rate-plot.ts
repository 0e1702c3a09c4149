import type { Spec } from 'vega';
import { logTicks } from './log-ticks.js';
import { REPORT_FONT } from './report-font.js';

export interface PlotSeries {
  /** In the legend. */
  name: string;
  points: readonly { x: number; y: number }[];
  /** For what is compared against: a broken line and open marks. */
  dashed?: boolean;
}

export interface RatePlotOptions {
  title: string;
  xLabel: string;
  yLabel: string;
  series: readonly PlotSeries[];
  /** Logarithmic rate axis. */
  logX?: boolean;
}

/**
 * Colours that remain distinct in all common forms of colour blindness. Source: M. Okabe, K. Ito, "Color universal
 * design", 2008.
 */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'];
const TEXT = '#222222';
const GRID = '#e4e4e4';

/**
 * Draws curves of quality over rate.
 *
 * @returns an SVG document that refers to nothing outside of itself
 * @throws if two series have one name, or a point is not finite, or not positive on a logarithmic axis, or there is
 *   none at all
 * @example
 * const svg = await ratePlot({ title: 'Kodak', xLabel: 'bits per pixel', yLabel: 'PSNR (dB)', logX: true,
 *   series: [{ name: 'sandwich', points: [{ x: 0.5, y: 26.4 }, { x: 0.9, y: 27.7 }] }] });
 */
export async function ratePlot(options: RatePlotOptions): Promise<string> {
  checkSeries(options);
  const { parse, View, Error: errorsOnly } = await import('vega');
  const view = new View(parse(plotSpecification(options)), { renderer: 'none', logLevel: errorsOnly });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

function checkSeries({ series, logX }: RatePlotOptions): void {
  const names = series.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new Error(`ratePlot: two series are named '${twice}'`);
  for (const { name, points } of series) {
    for (const { x, y } of points) {
      if (!Number.isFinite(x) || !Number.isFinite(y) || (logX && x <= 0)) {
        throw new Error(`ratePlot: series '${name}' has the point (${x}, ${y}), which cannot be drawn`);
      }
    }
  }
  if (!series.some(({ points }) => points.length > 0)) throw new Error('ratePlot: no series has a point');
}

/** From the least to the greatest value; a single one gets some room around it. */
function extent(values: readonly number[]): [number, number] {
  const least = Math.min(...values);
  const greatest = Math.max(...values);
  const room = least < greatest ? 0 : 0.1 * Math.abs(least) || 1;
  return [least - room, greatest + room];
}

function plotSpecification({ title, xLabel, yLabel, series, logX }: RatePlotOptions): Spec {
  const values = series.flatMap(({ name, points }) => points.map(({ x, y }) => ({ series: name, x, y })));
  const names = series.map(({ name }) => name);
  const xExtent = extent(values.map(({ x }) => x));
  const yExtent = extent(values.map(({ y }) => y));
  const roundTicks = logX ? logTicks(...xExtent) : [];
  // in a narrow range there are none: Vega then finds others
  const xTicks = roundTicks.length > 1 ? roundTicks : undefined;
  const place = { x: { scale: 'x', field: 'x' }, y: { scale: 'y', field: 'y' } };
  const colour = { scale: 'colour', field: 'series' };
  return {
    width: 480,
    height: 320,
    padding: 12,
    background: 'white',
    title: {
      text: title,
      anchor: 'start',
      frame: 'group',
      font: REPORT_FONT,
      fontSize: 15,
      fontWeight: 700,
      offset: 12,
      color: TEXT,
    },
    config: {
      axis: {
        labelFont: REPORT_FONT,
        titleFont: REPORT_FONT,
        labelFontSize: 12,
        titleFontSize: 13,
        titleFontWeight: 'normal',
        titlePadding: 8,
        labelColor: TEXT,
        titleColor: TEXT,
        gridColor: GRID,
        domainColor: TEXT,
        tickColor: TEXT,
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
        padding: 14,
      },
      {
        name: 'y',
        type: 'linear',
        range: 'height',
        domain: yExtent,
        zero: false,
        nice: true,
        padding: 8,
      },
      { name: 'colour', type: 'ordinal', domain: names, range: COLOURS },
      {
        name: 'fill',
        type: 'ordinal',
        domain: names,
        range: series.map(({ dashed }, i) => (dashed ? 'white' : COLOURS[i % COLOURS.length])),
      },
      { name: 'dash', type: 'ordinal', domain: names, range: series.map(({ dashed }) => (dashed ? [6, 4] : [1, 0])) },
    ],
    axes: [
      { orient: 'bottom', scale: 'x', title: xLabel, grid: true, values: xTicks, format: xTicks && '~r' },
      { orient: 'left', scale: 'y', title: yLabel, grid: true, tickCount: 8 },
    ],
    legends: [
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
        labelFont: REPORT_FONT,
        labelFontSize: 12,
        labelLimit: 0,
        labelColor: TEXT,
        rowPadding: 4,
      },
    ],
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
                strokeWidth: { value: 2 },
              },
            },
          },
          {
            type: 'symbol',
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
        ],
      },
    ],
  };
}
