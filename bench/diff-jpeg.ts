// npm run bench:diff-jpeg [-- <folder of images> [<plot.svg or .png>]]: how close differentiable JPEG comes to libjpeg in 4:2:0. Prints
// the PSNR between what both decode, in dB, mean over the images, in the modes of the Diff-JPEG paper beside what its published code
// was measured to reach on Kodak, in integer arithmetic, and with the real codec as forward pass.

import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type DiffJpegOptions, diffJpeg } from '@sandwich/codec-proxy';
import { decodeJpeg, loadSharp, type RawImage } from '@sandwich/codecs';
import { startEngine, tf } from '@sandwich/engine';
import { findImages, loadImage } from '@sandwich/trainer';
import { ratePlot } from '../packages/trainer/src/reports/rate-plot.js';
import { svgToPng } from '../packages/trainer/src/reports/svg-to-png.js';
import { textTable } from '../packages/trainer/src/reports/text-table.js';

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
  'STE, libjpeg chroma': { ste: true, chromaFilter: 'libjpeg' },
  'STE, libjpeg chroma, integer': { ste: true, chromaFilter: 'libjpeg', arithmetic: 'integer' },
  real: { forward: 'real' },
};

const defaultFolder = process.env.SANDWICH_DATA && join(process.env.SANDWICH_DATA, 'kodak');
const [folder = defaultFolder, plot] = process.argv.slice(2);
if (!folder)
  throw new Error('bench:diff-jpeg: name a folder of images, or set SANDWICH_DATA to the one that holds kodak/');

async function throughLibjpeg({ data, width, height, channels }: RawImage, quality: number): Promise<Uint8Array> {
  const sharp = await loadSharp();
  const file = await sharp(data, { raw: { width, height, channels } })
    .jpeg({ quality, chromaSubsampling: '4:2:0', optimiseCoding: false })
    .toBuffer();
  return (await decodeJpeg(file)).data;
}

function psnrTo(real: Uint8Array, image: RawImage, quality: number, options: DiffJpegOptions): number {
  const error = tf.tidy(() => {
    const shape: [number, number, number, number] = [1, image.height, image.width, 3];
    const ours = diffJpeg(tf.tensor4d(image.data, shape, 'float32'), tf.tensor1d([quality]), options);
    return ours
      .sub(tf.tensor4d(real, shape, 'float32'))
      .square()
      .mean();
  });
  const [meanSquare] = error.dataSync();
  error.dispose();
  return 10 * Math.log10(255 ** 2 / meanSquare);
}

await startEngine();
const paths = await findImages(folder);
const sums = PUBLISHED.map(() => Object.keys(MODES).map(() => 0));
for (const path of paths) {
  const image = await loadImage(path);
  for (const [row, [quality]] of PUBLISHED.entries()) {
    const real = await throughLibjpeg(image, quality);
    for (const [column, options] of Object.values(MODES).entries()) {
      sums[row][column] += psnrTo(real, image, quality, options);
    }
  }
  process.stderr.write(`${basename(path)}\n`);
}
const means = sums.map((row) => row.map((sum) => sum / paths.length));
const meanOf = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

const names = Object.keys(MODES);
const header = ['quality', 'published surrogate', 'published STE', ...names];
const rows = PUBLISHED.map((published, row) => [...published, ...means[row]]);
const average = ['mean', ...header.slice(1).map((_, i) => meanOf(rows.map((row) => row[i + 1])))];
console.log(
  [header, ...rows, average]
    .map((row) => row.map((x) => (typeof x === 'number' ? x.toFixed(2) : x)).join('\t'))
    .join('\n'),
);
