// npm run fit-ramp -- [--images photos] [--every 6] [--subsampling 4:4:4] [--rates 0.5,1,2]: chooses slope and chroma factor of the ramp of
// quantisation tables, s (1 + slope (u + v)), that takes the fewest bits at equal PSNR (mean over images) in real files with optimised Huffman
// codes, at each of the rates and in their mean. It starts from the ramps of the library and tries neighbours on a grid until none is better.
import { parseArgs } from 'node:util';
import { type JpegTables, type Subsampling, simulateJpeg } from '@sandwich/codecs';
import { evaluationImages, loadImage } from '@sandwich/data';
import { qualityAt, type RatePoint, rateAt } from '@sandwich/evaluation';
import { bestRamps, fileTables, type RampShape, rampTables } from '@sandwich/models';

const { values: options } = parseArgs({
  options: {
    images: { type: 'string', default: 'photos' },
    every: { type: 'string', default: '6' },
    subsampling: { type: 'string', default: '4:4:4' },
    rates: { type: 'string', default: '0.5,1,2' },
  },
});
const subsampling = options.subsampling as Subsampling;
const rates = options.rates.split(',').map(Number);
const SLOPES = [0, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.1, 0.12, 0.15, 0.2, 0.3];
const CHROMA = [0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.7, 2];
/** Steps at a mean frequency, so that curves of all slopes have their points at about the same rates. */
const STEPS = Array.from({ length: 10 }, (_, i) => 3 * 1.4 ** i);
const MEAN_FREQUENCY = 3;

const source = await evaluationImages(options.images, 8);
const paths = (await source.images()).filter((_, i) => i % Number(options.every) === 0);
const images = await Promise.all(paths.map((path) => loadImage(path)));
process.stderr.write(`${images.length} of ${source.description}\n`);

function point(tables: JpegTables): RatePoint {
  let [bpp, quality] = [0, 0];
  for (const image of images) {
    const { image: decoded, size } = simulateJpeg(image, { tables, subsampling, optimizeHuffman: true });
    let squares = 0;
    for (let i = 0; i < decoded.data.length; i++) squares += (decoded.data[i] - image.data[i]) ** 2;
    bpp += (8 * size) / (image.width * image.height) / images.length;
    quality += (10 * Math.log10((255 ** 2 * decoded.data.length) / squares)) / images.length;
  }
  return { bpp, quality };
}

const curves = new Map<string, RatePoint[]>();
function curveOf(shape: RampShape): RatePoint[] {
  const key = `${shape.slope} ${shape.chroma}`;
  const known = curves.get(key);
  if (known) return known;
  const steps = STEPS.map((step) => step / (1 + shape.slope * MEAN_FREQUENCY));
  const curve = steps.map((step) => point(fileTables(rampTables(step, shape))));
  curves.set(key, curve);
  return curve;
}

// By how many bits ramps differ is told against the one that is best in the mean.
const reference = bestRamps[1];
const qualities = rates.map((rate) => qualityAt(curveOf(reference), rate));
if (qualities.includes(null)) throw new Error(`fit-ramp: the curve does not reach all of ${rates.join(', ')} bpp`);

/** Per cent of bits at each rate against the reference; infinite where a curve does not reach that far. */
const changesOf = (shape: RampShape): number[] =>
  rates.map((rate, i) => 100 * ((rateAt(curveOf(shape), qualities[i]!) ?? Number.POSITIVE_INFINITY) / rate - 1));
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const text = ({ slope, chroma }: RampShape) => `slope ${slope}, chroma ${chroma}`;

function beside(values: readonly number[], value: number): number[] {
  const place = values.findIndex((each) => each >= value);
  return values.slice(Math.max(place - 1, 0), place + 2);
}

/** Goes from neighbour to neighbour as long as one is better. */
function bestFrom(start: RampShape, costOf: (changes: readonly number[]) => number): RampShape {
  let best = start;
  for (let before: RampShape | undefined; before !== best; ) {
    before = best;
    for (const slope of beside(SLOPES, before.slope)) {
      for (const chroma of beside(CHROMA, before.chroma)) {
        const shape = { slope, chroma };
        if (costOf(changesOf(shape)) < costOf(changesOf(best)) - 1e-9) best = shape;
      }
    }
  }
  return best;
}

const report = (what: string, shape: RampShape) => {
  const changes = changesOf(shape);
  const each = changes.map((change) => change.toFixed(2)).join(' / ');
  console.log(
    `best ${what}: ${text(shape)}: ${each} %, mean ${mean(changes).toFixed(2)} %, against ${text(reference)}`,
  );
};
rates.forEach((rate, i) => {
  report(
    `at ${rate} bpp`,
    bestFrom(bestRamps[i] ?? reference, (changes) => changes[i]),
  );
});
report('in the mean', bestFrom(reference, mean));
