// tsx bench/codec-proxy/roundings.ts <file.svg or file.png> [--force]: plots the roundings of @sandwich/codec-proxy, each with its gradient.

import { parseArgs } from 'node:util';
import { type RoundingFn, roundings } from '@sandwich/codec-proxy';
import { startEngine, tf } from '@sandwich/engine';
import { byExtension, checkOutputs, writeFileAtomically } from '@sandwich/files';
import { REPORT_FONT, svgToPng } from '@sandwich/inspector';

const [LOW, HIGH] = [-1.6, 1.6];
const [BOTTOM, TOP] = [-3, 5];
const SAMPLES = 641;
const PANEL = { width: 220, height: 200, columns: 5, title: 20, gap: 16 };
const COLOURS = { value: '#0072b2', gradient: '#d55e00' };

const toX = (x: number) => ((x - LOW) / (HIGH - LOW)) * PANEL.width;
const toY = (y: number) => ((TOP - y) / (TOP - BOTTOM)) * PANEL.height;

/** A line through samples, interrupted at jumps of `jump` and more. */
function curve(xs: number[], ys: number[], colour: string, jump = Infinity): string {
  const commands = xs.map((x, i) => {
    const place = `${toX(x).toFixed(1)} ${toY(ys[i]).toFixed(1)}`;
    return i > 0 && Math.abs(ys[i] - ys[i - 1]) < jump ? `L${place}` : `M${place}h.1`;
  });
  return `<path d="${commands.join('')}" fill="none" stroke="${colour}" stroke-width="1.5" stroke-linecap="round"/>`;
}

function panel(name: string, rounding: RoundingFn, index: number): string {
  const xs = Array.from({ length: SAMPLES }, (_, i) => LOW + ((HIGH - LOW) * i) / (SAMPLES - 1));
  const [value, gradient] = tf.tidy(() => {
    const { value, grad } = tf.valueAndGrad(rounding)(tf.tensor1d(xs));
    return [value.arraySync() as number[], grad.arraySync() as number[]];
  });
  const left = PANEL.gap + (index % PANEL.columns) * (PANEL.width + PANEL.gap);
  const top = PANEL.gap + Math.floor(index / PANEL.columns) * (PANEL.height + PANEL.title + PANEL.gap);
  const grid = Array.from({ length: TOP - BOTTOM + 1 }, (_, i) => BOTTOM + i).map(
    (y) => `<path d="M0 ${toY(y)}h${PANEL.width}" stroke="${y === 0 ? '#888888' : '#e4e4e4'}"/>`,
  );
  const integers = [-1, 0, 1].map((x) => `<path d="M${toX(x)} 0v${PANEL.height}" stroke="#e4e4e4"/>`);
  return `<g transform="translate(${left} ${top})">
<text y="14" font-family="${REPORT_FONT}" font-size="13" font-weight="700" fill="#222222">${name}</text>
<svg y="${PANEL.title}" width="${PANEL.width}" height="${PANEL.height}">
${[...grid, ...integers].join('')}
${curve(xs, gradient, COLOURS.gradient)}${curve(xs, value, COLOURS.value, 0.3)}</svg></g>`;
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { force: { type: 'boolean' } } });
const [path = ''] = positionals;
const encode = byExtension(path, { '.svg': (svg: string) => svg, '.png': svgToPng });
await checkOutputs([path], { force: values.force });
await startEngine();
const names = Object.keys(roundings);
const panels = names.map((name, index) => panel(name, roundings[name], index));
const width = PANEL.gap + PANEL.columns * (PANEL.width + PANEL.gap);
const rows = Math.ceil(names.length / PANEL.columns);
const legendTop = PANEL.gap + rows * (PANEL.height + PANEL.title + PANEL.gap);
const height = legendTop + PANEL.title;
const legend = `<text x="${PANEL.gap}" y="${legendTop + 6}" font-family="${REPORT_FONT}" font-size="13"><tspan fill="${COLOURS.value}">value</tspan> and <tspan fill="${COLOURS.gradient}">gradient</tspan> of x from ${LOW} to ${HIGH}; lines at whole numbers, from ${BOTTOM} to ${TOP}</text>`;
const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="white"/>${panels.join('\n')}${legend}</svg>`;
await writeFileAtomically(path, await encode(svg));
