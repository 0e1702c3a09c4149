import { join } from 'node:path';
import { makeFolder, writeFileAtomically } from '@sandwich/files';
import { escaped } from '../escaped.js';
import { ratePlot } from '../reports/rate-plot.js';
import { svgToPng } from '../reports/svg-to-png.js';
import { textTable } from '../reports/text-table.js';
import type { FolderPoint, FolderResults } from './evaluate-folder.js';

/** A plot of the report. */
interface FolderPlot {
  name: string;
  label: string;
  digits: number;
  value(point: FolderPoint): number | null;
}

const measured =
  (key: string) =>
  ({ values }: FolderPoint): number | null =>
    values[key] ?? null;

/** The squared error of a PSNR, in squared gray levels. */
const squaredError = (psnr: number | null) => (psnr === null ? null : 255 ** 2 / 10 ** (psnr / 10));
/** MS-SSIM in decibels, -10 log10(1 - x), which tells good pictures apart. */
const inDecibels = (index: number | null) => (index === null || index >= 1 ? null : -10 * Math.log10(1 - index));

const plots: readonly FolderPlot[] = [
  { name: 'psnr', label: 'mean PSNR, dB', digits: 2, value: measured('psnr-rgb') },
  { name: 'psnr-of-mean-error', label: 'PSNR of mean error, dB', digits: 2, value: measured('psnr-rgb-of-mean-error') },
  {
    name: 'mse',
    label: 'mean squared error',
    digits: 1,
    value: (point) => squaredError(measured('psnr-rgb-of-mean-error')(point)),
  },
  { name: 'ms-ssim', label: 'MS-SSIM', digits: 4, value: measured('ms-ssim-rgb') },
  { name: 'ms-ssim-db', label: 'MS-SSIM, dB', digits: 2, value: (point) => inDecibels(measured('ms-ssim-rgb')(point)) },
  { name: 'lpips', label: 'LPIPS alex (less is better)', digits: 4, value: measured('lpips') },
  { name: 'lpips-squeeze', label: 'LPIPS squeeze (less is better)', digits: 4, value: measured('lpips-squeeze') },
];

/** Files that a report writes into a folder. */
export const folderFiles = (folder: string) => ({
  page: join(folder, 'index.html'),
  results: join(folder, 'results.json'),
  plots: plots.map(({ name }) => ({
    name,
    svg: join(folder, `${name}.svg`),
    png: join(folder, `${name}.png`),
  })),
});

const shown = (value: number | null, digits: number) => (value === null ? '-' : value.toFixed(digits));

function rowsOf({ curves }: FolderResults, withAnchors: boolean): string[][] {
  return curves
    .filter(({ anchor }) => withAnchors || !anchor)
    .flatMap(({ name, points }) =>
      points.map((point) => [
        name,
        point.label,
        point.bpp.toFixed(4),
        ...plots.map(({ value, digits }) => shown(value(point), digits)),
      ]),
    );
}

const HEADS = ['experiment', 'run', 'bpp', ...plots.map(({ label }) => label.replace(' (less is better)', ''))];

/** The runs as a table for people. */
export const folderTable = (results: FolderResults): string => textTable(HEADS, rowsOf(results, false));

function pageOf(results: FolderResults, description: string, drawings: { label: string; svg: string }[]): string {
  const row = (cells: readonly string[], tag: 'td' | 'th') =>
    `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`;
  const failed = results.failed.map(({ run, reason }) => `<li>${escaped(run)}: ${escaped(reason)}</li>`).join('\n');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Evaluation of a folder</title>
<style>
body { font: 15px sans-serif; margin: 2em; color: #222 }
figure { display: inline-block; margin: 0 1em 1em 0 }
table { border-collapse: collapse }
td, th { padding: 2px 10px; text-align: right; border-bottom: 1px solid #ddd }
td:nth-child(-n+2), th:nth-child(-n+2) { text-align: left }
</style>
<h1>Evaluation of a folder</h1>
<p>${escaped(description)}; bits are those of real files.</p>
${failed === '' ? '' : `<h2>Not measured</h2>\n<ul>\n${failed}\n</ul>\n`}${drawings.map(({ label, svg }) => `<figure aria-label="${escaped(label)}">${svg}</figure>`).join('\n')}
<table>
${row(HEADS, 'th')}
${rowsOf(results, true)
  .map((cells) => row(cells, 'td'))
  .join('\n')}
</table>
</html>
`;
}

/**
 * Writes results as JSON, a plot of each measure as SVG and PNG, in which experiments have one colour each and runs are dots, and a page with all of
 * them.
 *
 * @param description which pictures, for people
 * @returns the files to look at
 */
export async function writeFolderReport(
  folder: string,
  results: FolderResults,
  description: string,
): Promise<string[]> {
  await makeFolder(folder);
  const files = folderFiles(folder);
  const drawings: { label: string; svg: string }[] = [];
  const pictures: string[] = [];
  for (const [i, { label, value }] of plots.entries()) {
    const series = results.curves.map(({ name, anchor, points }) => ({
      name,
      dashed: anchor,
      points: points.flatMap((point) => {
        const y = value(point);
        return y === null ? [] : [{ x: point.bpp, y }];
      }),
    }));
    const drawn = series.filter(({ points }) => points.length > 0);
    if (drawn.length === 0) continue;
    const svg = await ratePlot({
      title: label,
      xLabel: 'bits per pixel (real files)',
      yLabel: label,
      logX: true,
      series: drawn,
    });
    const { svg: svgFile, png } = files.plots[i];
    await writeFileAtomically(svgFile, svg);
    await writeFileAtomically(png, await svgToPng(svg));
    drawings.push({ label, svg });
    pictures.push(png);
  }
  const { counts: _, ...kept } = results;
  await writeFileAtomically(files.results, `${JSON.stringify({ description, ...kept }, null, 1)}\n`);
  await writeFileAtomically(files.page, pageOf(results, description, drawings));
  return [files.page, files.results, ...pictures];
}
