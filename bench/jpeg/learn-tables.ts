// npm run learn-tables -- <image> [--out <file.jpg>] [--force] [--quality 50] [--subsampling 4:2:0] [--steps 120]: learns both quantisation tables for an
// image by descent through differentiable JPEG, so that the real file is smaller, at equal or better PSNR, than with Annex K's tables
// at that quality. Prints by how much, and the tables, and writes the file.

import { basename, extname } from 'node:path';
import { parseArgs } from 'node:util';
import { diffJpegDecode, diffJpegEncode, geometricRate, roundings } from '@sandwich/codec-proxy';
import { encodeJpeg, type JpegTables, type Subsampling, scaledTables, simulateJpeg } from '@sandwich/codecs';
import { loadImage } from '@sandwich/data';
import { startEngine, tf } from '@sandwich/engine';
import { byExtension, checkOutputs, writeFileAtomically } from '@sandwich/files';
import { adam, descend } from '@sandwich/trainer';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string' },
    force: { type: 'boolean' },
    quality: { type: 'string', default: '50' },
    subsampling: { type: 'string', default: '4:2:0' },
    steps: { type: 'string', default: '120' },
  },
});
const [path] = positionals;
const [quality, steps] = [Number(options.quality), Number(options.steps)];
if (!path || !(steps >= 1)) throw new Error('learn-tables: name an image, and --steps of 1 or more');
const subsampling = options.subsampling as Subsampling;
const out = options.out ?? `${basename(path, extname(path))}-learned.jpg`;
byExtension(out, { '.jpg': 'JPEG', '.jpeg': 'JPEG' });
await checkOutputs([out], { inputs: [path], force: options.force });

await startEngine();
const image = await loadImage(path);

interface Result {
  tables: JpegTables;
  /** Bytes. */
  size: number;
  meanSquare: number;
}

/** What the real file with these tables is like. */
function realFile(tables: JpegTables): Result {
  const { image: decoded, size } = simulateJpeg(image, { tables, subsampling, optimizeHuffman: true });
  let squares = 0;
  for (let i = 0; i < decoded.data.length; i++) squares += (decoded.data[i] - image.data[i]) ** 2;
  return { tables, size, meanSquare: squares / decoded.data.length };
}

const anchor = realFile(scaledTables(quality));
// What a byte is worth: the slope of Annex K's own curve around this quality.
const [coarser, finer] = [quality - 5, quality + 5].map((q) => realFile(scaledTables(Math.min(Math.max(q, 1), 100))));
const lambda = (coarser.meanSquare - finer.meanSquare) / (finer.size - coarser.size);

// Logarithms of the tables are learned: entries of all sizes change by the same factors.
const logTable = (table: ArrayLike<number>) => tf.variable(tf.tensor2d(Float32Array.from(table), [8, 8]).log());
const parameters = { luma: logTable(anchor.tables.luma), chroma: logTable(anchor.tables.chroma!) };
const tableOf = (logarithm: tf.Tensor): tf.Tensor2D => tf.clipByValue(tf.exp(logarithm) as tf.Tensor2D, 1, 255);

/** The tables in a file, all entries times `factor`. */
function wholeTables(factor: number): JpegTables {
  const whole = (logarithm: tf.Tensor) => {
    const table = tf.tidy(() => tf.exp(logarithm).flatten().arraySync() as number[]);
    return table.map((entry) => Math.min(Math.max(Math.round(factor * entry), 1), 255));
  };
  return { luma: whole(parameters.luma), chroma: whole(parameters.chroma) };
}

const pixels = tf.tensor4d(Float32Array.from(image.data), [1, image.height, image.width, 3]);
// At quality 50 tables are used as they are. A smooth staircase for rounding lets the loss feel levels that are about to change.
const asTheyAre = tf.tensor1d([50]);
const jpeg = {
  ste: true,
  qualityGradient: 'identity',
  rounding: roundings.tanh,
  chromaFilter: 'libjpeg',
  subsampling,
} as const;

/** Mean square error and rate, in units of the former. */
function loss(): tf.Scalar {
  const settings = { ...jpeg, tableY: tableOf(parameters.luma), tableC: tableOf(parameters.chroma) };
  const levels = diffJpegEncode(pixels, asTheyAre, settings);
  const decoded = diffJpegDecode(levels, asTheyAre, [image.height, image.width], settings);
  const bits = geometricRate(Object.values(levels));
  return decoded
    .sub(pixels)
    .square()
    .mean()
    .add(bits.sum().mul(lambda / 8))
    .asScalar();
}

/** The largest factor on the learned tables at which the real file is at least as good as the anchor, by bisection. */
function atEqualQuality(): Result {
  let [low, high] = [0.5, 2];
  let best = anchor;
  for (let i = 0; i < 9; i++) {
    const factor = Math.sqrt(low * high);
    const result = realFile(wholeTables(factor));
    if (result.meanSquare <= anchor.meanSquare) {
      low = factor;
      if (result.size < best.size) best = result;
    } else {
      high = factor;
    }
  }
  return best;
}

let best = anchor;
await descend(parameters, loss, {
  steps,
  optimizer: adam({ learningRate: (step) => 0.05 * Math.cos((Math.PI / 2) * (step / steps)), beta1: 0.8 }),
  onStep(step) {
    if (step % 20 !== 0 && step !== steps) return;
    const result = atEqualQuality();
    if (result.size < best.size) best = result;
    process.stderr.write(`step ${step}: ${result.size} bytes at ${psnr(result).toFixed(3)} dB\n`);
  },
});

function psnr({ meanSquare }: Result): number {
  return 10 * Math.log10(255 ** 2 / meanSquare);
}
function describe(name: string, { size, tables, ...rest }: Result): string {
  const rows = (table: ArrayLike<number>) =>
    Array.from({ length: 8 }, (_, v) =>
      Array.from(table)
        .slice(8 * v, 8 * v + 8)
        .map((x) => String(x).padStart(4))
        .join(''),
    ).join('\n');
  return `${name}: ${size} bytes, PSNR ${psnr({ size, tables, ...rest }).toFixed(3)} dB\nluma\n${rows(tables.luma)}\nchroma\n${rows(tables.chroma!)}`;
}

const file = encodeJpeg(image, { tables: best.tables, subsampling, optimizeHuffman: true });
await writeFileAtomically(out, file);
console.log(describe(`Annex K at quality ${quality}`, anchor));
console.log(describe('learned', best));
console.log(
  `${out}: ${file.length} bytes, ${(100 * (1 - file.length / anchor.size)).toFixed(1)} % smaller, ${(psnr(best) - psnr(anchor)).toFixed(3)} dB better`,
);
