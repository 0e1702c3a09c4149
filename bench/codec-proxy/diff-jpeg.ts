import { loadSharp, type Picture } from '@sandwich/pictures';
// npm run bench:diff-jpeg [-- --images <folder>] [--plot <file.svg or file.png> [--force]]: how close differentiable JPEG comes to libjpeg in 4:2:0.
// Prints the PSNR between what both decode, in dB, mean over the images: in the modes of the Diff-JPEG paper beside what its
// published code was measured to reach on Kodak, in better ones, and with the real codec as forward pass.

import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { type DiffJpegOptions, diffJpeg } from '@sandwich/codec-proxy';
import { decodeJpeg } from '@sandwich/codecs';
import { findImages, loadImage } from '@sandwich/data';
import { startEngine, tf } from '@sandwich/engine';
import { byExtension, checkOutputs, writeFileAtomically } from '@sandwich/files';
import { ratePlot, svgToPng } from '@sandwich/inspector';
import { textTable } from '../../packages/inspector/src/reports/text-table.js';
import { kodakPhotographs } from '../kodak.js';

/**
 * PSNR in dB, mean over the 24 Kodak images, of the published code (torch 1.13) to Pillow 9.4 with libjpeg-turbo 2.1.5, 4:2:0: quality,
 * surrogate, STE.
 */
const PUBLISHED = [
  [1, 36.08, 39.47],
  [2, 36.43, 39.44],
  [3, 36.56, 39.53],
  [5, 38.72, 40.59],
  [8, 39.76, 41.19],
  [10, 40.76, 41.73],
  [15, 41.76, 42.37],
  [20, 40.89, 42.67],
  [30, 42.54, 43.02],
  [40, 42.15, 43.49],
  [50, 43.73, 43.75],
  [60, 43.68, 43.78],
  [70, 43.93, 44.14],
  [75, 43.21, 44.25],
  [80, 44.57, 44.48],
  [90, 45.47, 45.27],
  [95, 46.36, 46.15],
  [99, 48.49, 48.24],
];

const MODES: Record<string, DiffJpegOptions> = {
  surrogate: {},
  STE: { ste: true },
  'STE, libjpeg filter': { ste: true, chromaFilter: 'libjpeg' },
  'STE, integer': { ste: true, chromaFilter: 'libjpeg', arithmetic: 'integer' },
  real: { forward: 'real' },
};
const modes = Object.keys(MODES);

const { values: options } = parseArgs({
  options: { images: { type: 'string' }, plot: { type: 'string' }, force: { type: 'boolean' } },
});
const encode =
  options.plot === undefined
    ? undefined
    : byExtension(options.plot, { '.svg': (svg: string) => svg, '.png': svgToPng });

async function throughLibjpeg(
  { data, width, height, channels }: Picture<Uint8Array>,
  quality: number,
): Promise<Uint8Array> {
  const sharp = await loadSharp();
  const file = await sharp(data, { raw: { width, height, channels } })
    .jpeg({ quality, chromaSubsampling: '4:2:0', optimiseCoding: false })
    .toBuffer();
  return (await decodeJpeg(file)).data;
}

const psnr = (meanSquare: number): number => 10 * Math.log10(255 ** 2 / meanSquare);

/** Differences between both: mean square, number of samples that are not equal, and the largest. */
function compare(real: Uint8Array, image: Picture<Uint8Array>, quality: number, mode: DiffJpegOptions) {
  const shape: [number, number, number, number] = [1, image.height, image.width, 3];
  const [meanSquare, unequal, largest] = tf.tidy(() => {
    const ours = diffJpeg(tf.tensor4d(image.data, shape, 'float32'), tf.tensor1d([quality]), mode);
    const error = ours.sub(tf.tensor4d(real, shape, 'float32')).abs();
    return tf.stack([error.square().mean(), tf.sign(error).sum(), error.max()]).arraySync() as number[];
  });
  return { meanSquare, unequal, largest };
}

const paths = await (options.images ? findImages(options.images) : kodakPhotographs());
if (options.plot !== undefined) await checkOutputs([options.plot], { inputs: paths, force: options.force });
await startEngine();
const sums = PUBLISHED.map(() => modes.map(() => 0));
const squares = modes.map(() => 0);
const unequal = modes.map(() => 0);
const largest = modes.map(() => 0);
let samples = 0;
for (const path of paths) {
  process.stderr.write(`${basename(path)}\n`);
  const image = await loadImage(path);
  for (const [row, [quality]] of PUBLISHED.entries()) {
    const real = await throughLibjpeg(image, quality);
    samples += real.length;
    for (const [column, mode] of modes.entries()) {
      const comparison = compare(real, image, quality, MODES[mode]);
      sums[row][column] += psnr(comparison.meanSquare);
      squares[column] += comparison.meanSquare * real.length;
      unequal[column] += comparison.unequal;
      largest[column] = Math.max(largest[column], comparison.largest);
    }
  }
}

const rows = PUBLISHED.map((published, row) => [...published, ...sums[row].map((sum) => sum / paths.length)]);
const means = rows[0].map((_, column) => rows.reduce((sum, row) => sum + row[column], 0) / rows.length);
const header = ['quality', 'published surrogate', 'published STE', ...modes];
const cells = (values: number[]) => values.map((value) => value.toFixed(2));
const table = rows.map(([quality, ...values]) => [String(quality), ...cells(values)]);
console.log(`PSNR to libjpeg in dB, mean of ${paths.length} images`);
console.log(textTable(header, [...table, ['mean', ...cells(means.slice(1))]]));
for (const [column, mode] of modes.slice(0, 2).entries()) {
  const deviation = Math.max(...rows.map((row) => Math.abs(row[column + 3] - row[column + 1])));
  console.log(`${mode}: at most ${deviation.toFixed(3)} dB from the published code`);
}
for (const [column, mode] of modes.entries()) {
  if (column < 3) continue;
  console.log(
    `${mode}: ${unequal[column]} of ${samples} samples differ from libjpeg's, by at most ${largest[column]}; PSNR of all together ${psnr(squares[column] / samples).toFixed(2)} dB`,
  );
}

if (options.plot !== undefined && encode) {
  const curves = header.slice(1).map((name, column) => ({
    name,
    dashed: column < 2,
    points: rows.map((row) => ({ x: row[0], y: row[column + 1] })).filter(({ y }) => Number.isFinite(y)),
  }));
  // The published curves last, so that they are seen on top of those that they meet.
  const drawn = [...curves.slice(2), ...curves.slice(0, 2)].filter(({ points }) => points.length > 0);
  const infinite = curves.filter(({ points }) => points.length === 0).map(({ name }) => name);
  const svg = await ratePlot({
    title: `Differentiable JPEG beside libjpeg, ${paths.length} images`,
    xLabel: infinite.length > 0 ? `quality (infinite, not drawn: ${infinite.join('; ')})` : 'quality',
    yLabel: 'PSNR to libjpeg (dB)',
    series: drawn,
  });
  await writeFileAtomically(options.plot, await encode(svg));
}
