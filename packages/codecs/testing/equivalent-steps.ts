import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { centreRegion, cropPicture, type Picture, readPicture, toSrgb } from '@sandwich/pictures';
import { type CodecName, codecs, encodeJpeg, flatTables, lumaBt601, scaledTables } from '../src/index.js';

/**
 * Measures, for each codec, the flat quantiser step at which JPEG has the same mean squared error on gray crops of photographs:
 * what the drivers give `measuredSteps`. `tsx packages/codecs/testing/equivalent-steps.ts <folder of pictures> [codec …]`
 */
const [folder, ...names] = process.argv.slice(2);
const SIDE = 384;
const EVERY = 4;

const files = (await readdir(folder)).filter((file) => file.endsWith('.png')).filter((_, i) => i % EVERY === 0);
const crops: Picture<Uint8Array>[] = [];
for (const file of files) {
  const photo = toSrgb(await readPicture(join(folder, file)), 8) as Picture<Uint8Array>;
  crops.push(lumaBt601(cropPicture(photo, centreRegion(photo, SIDE)) as Picture<Uint8Array>));
}

type Code = (image: Picture<Uint8Array>) => Promise<Picture<Uint8Array>>;

async function meanSquaredError(code: Code): Promise<number> {
  let sum = 0;
  let count = 0;
  for (const crop of crops) {
    const { data } = lumaBt601(await code(crop));
    sum += data.reduce((squares, sample, i) => squares + (sample - crop.data[i]) ** 2, 0);
    count += data.length;
  }
  return sum / count;
}

const jpeg = await codecs.jpeg();
const throughJpeg =
  (tables: ReturnType<typeof flatTables>): Code =>
  async (image) =>
    jpeg.decode(encodeJpeg(image, { tables }));
const steps = [1, 2, 3, 4, 6, 8, 11, 16, 23, 32, 45, 64, 91, 128, 181, 255];
const errors: number[] = [];
for (const step of steps) errors.push(await meanSquaredError(throughJpeg(flatTables(step))));

/** Linear in the logarithms. */
function stepOf(error: number): number {
  const right = Math.max(
    1,
    errors.findIndex((each, i) => each > error || i === errors.length - 1),
  );
  const [x0, x1] = [errors[right - 1], errors[right]].map(Math.log);
  const [y0, y1] = [steps[right - 1], steps[right]].map(Math.log);
  return Math.exp(y0 + ((Math.log(error) - x0) / (x1 - x0)) * (y1 - y0));
}

console.log(
  `${crops.length} crops; flat steps ${steps.join(' ')}: errors ${errors.map((e) => e.toFixed(2)).join(' ')}`,
);
const mean = (table: ArrayLike<number>, f: (x: number) => number, g: (x: number) => number) =>
  g(Array.from(table).reduce((sum, step) => sum + f(step), 0) / 64);
for (const name of (names.length ? names : Object.keys(codecs)) as CodecName[]) {
  const codec = await codecs[name]();
  for (const quality of [1, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 99]) {
    const step = stepOf(await meanSquaredError(async (image) => codec.decode(await codec.encode(image, quality))));
    const { luma } = scaledTables(quality);
    const means =
      name === 'jpeg'
        ? [
            mean(
              luma,
              (x) => x,
              (x) => x,
            ),
            mean(luma, Math.log, Math.exp),
            mean(
              luma,
              (x) => 1 / x,
              (x) => 1 / x,
            ),
            mean(
              luma,
              (x) => x ** -2,
              (x) => x ** -0.5,
            ),
          ].map((x) => x.toFixed(2))
        : [];
    console.log(name, quality, step.toFixed(2), ...means);
  }
}
