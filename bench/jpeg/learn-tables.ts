// npm run learn-tables -- <image> [--out <file.jpg>] [--force] [--quality 50] [--subsampling 4:2:0] [--steps 120]: learns both quantisation tables for an
// image by descent through differentiable JPEG, so that the real file is smaller, at equal or better PSNR, than with Annex K's tables
// at that quality. Prints by how much, and the tables, and writes the file.

import { basename, extname } from 'node:path';
import { parseArgs } from 'node:util';
import { toTensor } from '@sandwich/codec-proxy';
import { encodeJpeg, type QuantizationTables, type Subsampling, scaledTables, simulateJpeg } from '@sandwich/codecs';
import { loadImage } from '@sandwich/data';
import { startEngine, tf } from '@sandwich/engine';
import { byExtension, checkOutputs, writeFileAtomically } from '@sandwich/files';
import { codeWithTables, exportedTables, JpegTables } from '@sandwich/models';
import { adam, chain, cosineDecay, descend, project } from '@sandwich/trainer';

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
  tables: QuantizationTables;
  /** Bytes. */
  size: number;
  meanSquare: number;
}

/** What the real file with these tables is like. */
function realFile(tables: QuantizationTables): Result {
  const { image: decoded, size } = simulateJpeg(image, { tables, subsampling, optimizeHuffman: true });
  let squares = 0;
  for (let i = 0; i < decoded.data.length; i++) squares += (decoded.data[i] - image.data[i]) ** 2;
  return { tables, size, meanSquare: squares / decoded.data.length };
}

const anchor = realFile(scaledTables(quality));
// What a byte is worth: the slope of Annex K's own curve around this quality.
const [coarser, finer] = [quality - 5, quality + 5].map((q) => realFile(scaledTables(Math.min(Math.max(q, 1), 100))));
const lambda = (coarser.meanSquare - finer.meanSquare) / (finer.size - coarser.size);

const system = new JpegTables({ initial: { quality }, subsampling });

/** The largest factor on the learned tables at which the real file is at least as good as the anchor, by bisection. */
function atEqualQuality(): Result {
  let [low, high] = [0.5, 2];
  let best = anchor;
  for (let i = 0; i < 9; i++) {
    const factor = Math.sqrt(low * high);
    const result = realFile(system.fileTables(factor));
    if (result.meanSquare <= anchor.meanSquare) {
      low = factor;
      if (result.size < best.size) best = result;
    } else {
      high = factor;
    }
  }
  return best;
}

/** Mean square error and rate, in units of the former. */
function loss({ pixels }: Record<string, tf.Tensor>): tf.Scalar {
  const { decoded, rate } = codeWithTables(system, pixels as tf.Tensor4D);
  return tf
    .squaredDifference(decoded, pixels)
    .mean()
    .add(rate.sum().mul(lambda / 8))
    .asScalar();
}

const psnr = ({ meanSquare }: Result) => 10 * Math.log10(255 ** 2 / meanSquare);
const pixels = toTensor(image);
let best = anchor;
await descend(system.parameters, loss, {
  steps,
  inputs: { pixels },
  optimizer: chain(adam({ learningRate: cosineDecay(0.05, steps), beta1: 0.8 }), project('*', ...system.range)),
  onStep(step) {
    if (step % 20 !== 0 && step !== steps) return;
    const result = atEqualQuality();
    if (result.size < best.size) best = result;
    process.stderr.write(`step ${step}: ${result.size} bytes at ${psnr(result).toFixed(3)} dB\n`);
  },
});

const learned = new JpegTables({
  subsampling,
  initial: { luma: Array.from(best.tables.luma), chroma: Array.from(best.tables.chroma) },
});
const file = encodeJpeg(image, { tables: best.tables, subsampling, optimizeHuffman: true });
await writeFileAtomically(out, file);
process.stdout.write(exportedTables(learned)['tables.txt']);
console.log(`Annex K at quality ${quality}: ${anchor.size} bytes, PSNR ${psnr(anchor).toFixed(3)} dB`);
console.log(
  `${out}: ${file.length} bytes, ${(100 * (1 - file.length / anchor.size)).toFixed(1)} % smaller, ${(psnr(best) - psnr(anchor)).toFixed(3)} dB better`,
);
