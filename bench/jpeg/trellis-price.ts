// npm run bench:trellis-price <photographs> <run...>: what a bit should cost where encodeJpeg's trellis chooses levels, around trained networks
// and without them. Centres of every eighth photograph, flat tables, real files: BD-rate of levels at several prices, multiples of q^2 ln 2 / 6,
// against rounded ones, at equal PSNR of what the receiver sees; mean over the photographs. Choose on photographs that are not for judging.

import { decodeBottleneck, encodeBottleneck } from '@sandwich/codec-proxy';
import { flatTables, priceOfBit } from '@sandwich/codecs';
import { findImages, loadImage } from '@sandwich/data';
import { startEngine } from '@sandwich/engine';
import { bdRate, type RatePoint } from '@sandwich/losses';
import {
  asSandwich,
  codecFiles,
  postprocessInTiles,
  preprocessInTiles,
  type Sandwich,
  withoutNetworks,
} from '@sandwich/models';
import { centreRegion, cropPicture, type Picture } from '@sandwich/pictures';
import { loadRun } from '@sandwich/trainer';

const STEPS = [8, 12, 18, 27, 40, 60];
const MULTIPLES = [0.35, 0.5, 0.7, 1, 1.4, 2];
const SIDE = 256;
const EVERY = 8;

async function curves(model: Sandwich, image: Picture<Uint8Array>): Promise<RatePoint[][]> {
  const { layout } = codecFiles(model);
  const bottleneck = await preprocessInTiles(model, image);
  const { width, height, channels } = bottleneck;
  const all: RatePoint[][] = [];
  for (const multiple of [0, ...MULTIPLES]) {
    const points: RatePoint[] = [];
    for (const step of STEPS) {
      const trellis = multiple * priceOfBit(step);
      const files = encodeBottleneck(bottleneck, { tables: flatTables(step), trellis, ...layout });
      const decoded = await decodeBottleneck(files, { width, height, channels, ...layout });
      const { data } = (await postprocessInTiles(model, decoded, image)) as Picture<Uint8Array>;
      const squares = data.reduce((sum, value, i) => sum + (value - image.data[i]) ** 2, 0);
      points.push({
        bpp: (8 * files.reduce((sum, { length }) => sum + length, 0)) / (image.width * image.height),
        quality: 10 * Math.log10((255 ** 2 * image.data.length) / squares),
      });
    }
    all.push(points);
  }
  return all;
}

await startEngine();
const [folder, ...runs] = process.argv.slice(2);
const paths = (await findImages(folder)).filter((_, i) => i % EVERY === 0);
const images = [];
for (const path of paths) {
  const image = (await loadImage(path)) as Picture<Uint8Array>;
  images.push(cropPicture(image, centreRegion(image, SIDE)));
}
console.log(
  `${images.length} photographs of ${folder}, ${SIDE}x${SIDE}; multiples of the price ${MULTIPLES.join(' ')}`,
);
for (const run of runs) {
  const model = asSandwich((await loadRun(run)).system);
  for (const [name, each] of [
    [run, model],
    [`  without networks`, withoutNetworks(model)],
  ] as const) {
    const rates = MULTIPLES.map(() => 0);
    for (const image of images) {
      const [rounded, ...chosen] = await curves(each, image);
      for (const [i, points] of chosen.entries())
        rates[i] += bdRate(rounded, points, { method: 'pchip' }) / images.length;
    }
    console.log(name, rates.map((rate) => `${rate.toFixed(2)} %`).join('  '));
  }
}
