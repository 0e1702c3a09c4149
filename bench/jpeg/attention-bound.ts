// npm run attention-bound -- <run or packed run> [--images kodak] [--every 4] [--crop 256] [--scales 0.8,1.2,1.8,2.7] [--steps 40] [--rounding thresholdSte]:
// how many bits attention could save at equal LPIPS by AlexNet with a run's tables. In the place of a network stand factors of each picture's own, found
// by descent on the LPIPS and the bits of that very picture. Smoothing goes through 8-bit pixels, bits are those of real files, LPIPS that of what is
// decoded from them. Where the run has attention, its network is measured on the same crops, too.
import { parseArgs } from 'node:util';
import { straightThrough, toPictures, toTensor } from '@sandwich/codec-proxy';
import { decodeJpeg, encodeJpeg } from '@sandwich/codecs';
import { evaluationImages, loadImage } from '@sandwich/data';
import { startEngine, tf } from '@sandwich/engine';
import { type RatePoint, rateAt } from '@sandwich/evaluation';
import { loadLpips, loadLpipsMetric } from '@sandwich/losses';
import {
  codeLearned,
  type JpegTables,
  LearnedJpeg,
  lpipsWeightsFile,
  publishedCoefficients,
  publishedImages,
  smoothPicture,
} from '@sandwich/models';
import { cropPicture, type Picture } from '@sandwich/pictures';
import { adam, descend, loadRun } from '@sandwich/trainer';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    images: { type: 'string', default: 'kodak' },
    every: { type: 'string', default: '4' },
    crop: { type: 'string', default: '256' },
    scales: { type: 'string', default: '0.8,1.2,1.8,2.7' },
    steps: { type: 'string', default: '40' },
    rounding: { type: 'string', default: 'thresholdSte' },
  },
});
const [run] = positionals;
const [every, side, steps] = [options.every, options.crop, options.steps].map(Number);
const scales = options.scales.split(',').map(Number);
if (!run || !(every >= 1 && side >= 64 && side % 8 === 0 && steps >= 0) || scales.some((scale) => !(scale > 0)))
  throw new Error(
    'attention-bound: name a run; --every of 1 or more, --steps of 0 or more, --crop a multiple of 8 from 64 on',
  );

await startEngine();
const { system } = await loadRun(run);
const attentive = system instanceof LearnedJpeg && system.attention ? system : undefined;
const given = (system instanceof LearnedJpeg ? system.tables : system) as JpegTables;
const { luma, chroma } = given.stepValues();
const tables = new LearnedJpeg({
  scale: 'log',
  initial: { luma: Array.from(luma), chroma: Array.from(chroma ?? luma) },
  attention: null,
});

const source = await evaluationImages(options.images, 8);
const paths = (await source.images()).filter((_, i) => i % every === 0);
const pictures = (await Promise.all(paths.map((path) => loadImage(path)))).map((picture) =>
  cropPicture(picture as Picture<Uint8Array>, {
    left: 8 * Math.floor((picture.width - side) / 16),
    top: 8 * Math.floor((picture.height - side) / 16),
    width: side,
    height: side,
  }),
);
process.stderr.write(`middles, ${side} x ${side}, of ${pictures.length} of ${source.description}\n`);
const metrics = await Promise.all(
  (['alex', 'squeeze'] as const).map((net) => loadLpipsMetric({ net, weights: lpipsWeightsFile(net) })),
);

/** Means over the pictures, of what is coded in their place: bits a pixel, and LPIPS by both networks. */
async function measured(coded: readonly Picture<Uint8Array>[], scale: number) {
  const sums = [0, 0, 0];
  for (const [i, picture] of coded.entries()) {
    const file = encodeJpeg(picture, {
      tables: tables.fileTables(scale),
      subsampling: '4:4:4',
      optimizeHuffman: true,
    });
    const decoded = (await decodeJpeg(file)) as Picture<Uint8Array>;
    sums[0] += (8 * file.length) / side ** 2;
    for (const [k, metric] of metrics.entries()) sums[k + 1] += (await metric.measure(pictures[i], [decoded]))[0];
  }
  const [bpp, alex, squeeze] = sums.map((sum) => sum / coded.length);
  return { bpp, alex, squeeze };
}
type Measured = Awaited<ReturnType<typeof measured>>;

const CLOSE = 1.25;
const [finest, coarsest] = [Math.min(...scales) / 4, Math.max(...scales) * 1.6];
const plainScales = [...scales];
for (let scale = finest; scale < coarsest; scale *= CLOSE) plainScales.push(scale);
const plain = new Map<number, Measured>();
for (const scale of plainScales) plain.set(scale, await measured(pictures, scale));
const curveOf = (net: 'alex' | 'squeeze'): RatePoint[] =>
  [...plain.values()].map((each) => ({ bpp: each.bpp, quality: -Math.log(each[net]) }));
const curves = { alex: curveOf('alex'), squeeze: curveOf('squeeze') };

/** Per cent of bits against the tables alone, at equal LPIPS. */
const changeOf = (result: Measured, net: 'alex' | 'squeeze') => {
  const equal = rateAt(curves[net], -Math.log(result[net]));
  return equal === null ? 'beyond' : `${(100 * (result.bpp / equal - 1)).toFixed(1)} %`;
};
const print = (name: string, scale: number, result: Measured) =>
  console.log(
    `${name}, steps x ${scale}: ${result.bpp.toFixed(3)} bpp, alex ${result.alex.toFixed(4)} (${changeOf(result, 'alex')}), ` +
      `squeeze ${result.squeeze.toFixed(4)} (${changeOf(result, 'squeeze')})`,
  );

const lpips = await loadLpips({ net: 'alex', weights: lpipsWeightsFile('alex') });
const images = tf.concat(pictures.map((picture) => toTensor(picture))) as tf.Tensor4D;
const coefficients = publishedCoefficients(images);
const allButDc = tf.tensor1d(Float32Array.from({ length: 192 }, (_, i) => (i % 64 === 0 ? 0 : 1)));
/** The sigmoid's argument of factors that leave nearly all as it is. */
const NEARLY_ALL = -3;
const LEARNING_RATE = 0.2;

/** Pictures whose levels, but for DC, are shrunk by a share of a step of their own each. */
async function descended(scale: number): Promise<Picture<Uint8Array>[]> {
  // What LPIPS is worth in bits: the slope of the tables' own curve.
  const [finer, coarser] = [await measured(pictures, scale / CLOSE), await measured(pictures, scale * CLOSE)];
  const worth = (finer.bpp - coarser.bpp) / (coarser.alex - finer.alex);
  const file = tables.fileTables(scale);
  const fixed = new LearnedJpeg({
    scale: 'linear',
    initial: { luma: Array.from(file.luma), chroma: Array.from(file.chroma!) },
    attention: null,
  });
  const stepsOf = Float32Array.from([file.luma, file.chroma!, file.chroma!].flatMap((table) => Array.from(table)));
  const levels = tf.tidy(() => coefficients.div<tf.Tensor4D>(tf.tensor1d(stepsOf)));
  const logits = tf.tidy(() => tf.variable(tf.fill(levels.shape, NEARLY_ALL)));
  const smoothed = () => {
    const share = tf.sigmoid(logits).mul(allButDc).div(tf.maximum(levels.abs(), 1));
    return publishedImages(coefficients.mul<tf.Tensor4D>(tf.sub(1, share)), [side, side]);
  };
  await descend(
    { logits },
    () => {
      const { decoded, rate } = codeLearned(fixed, straightThrough(smoothed(), tf.round), {
        rounding: options.rounding,
      });
      const bpp = tf.sum(rate).div(pictures.length * side ** 2);
      return tf.mean(lpips(decoded, images)).mul(worth).add(bpp).asScalar();
    },
    { steps, optimizer: adam({ learningRate: LEARNING_RATE, beta1: 0.8 }) },
  );
  const results = toPictures(smoothed) as Picture<Uint8Array>[];
  tf.dispose([levels, logits]);
  fixed.dispose();
  return results;
}

for (const scale of scales) {
  print('tables alone', scale, plain.get(scale)!);
  if (attentive) {
    const smoothed = pictures.map((picture) => smoothPicture(attentive, picture, scale) as Picture<Uint8Array>);
    print('its attention', scale, await measured(smoothed, scale));
  }
  if (steps > 0) print('factors of their own', scale, await measured(await descended(scale), scale));
}
await Promise.all(metrics.map((metric) => metric.release()));
