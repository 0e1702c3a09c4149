import { loadSharp, type Picture } from '@sandwich/pictures';
// npm run bench:jpeg [photograph]: encodeJpeg beside sharp (libjpeg-turbo) on one thread with optimised Huffman tables; and jpegSize and
// simulateJpeg of a batch beside a training step of the slim network. Turns are taken; medians and their ratios are printed, for encoders of
// the processor's time, which other programs running at the same time hardly change.
// The photograph is cropped to 768x512; without one, the first of the Kodak set in SANDWICH_DATA is taken.

import { join } from 'node:path';
import { encodeJpeg, type JpegOptions, jpegSize, simulateJpeg } from '@sandwich/codecs';
import { startEngine } from '@sandwich/engine';
import { median } from '../median.js';
import { createTrainingStep } from '../step/training-step.js';

const ROUNDS = 21;
const BATCH = 8;
const SIDE = 128;

const wallTime = (): number => performance.now();
const processorTime = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Runs contenders in turn and returns the median time of each in milliseconds. */
async function compare<Name extends string>(
  contenders: Record<Name, () => unknown>,
  clock: () => number,
): Promise<Record<Name, number>> {
  const entries = Object.entries(contenders) as [Name, () => unknown][];
  const times = Object.fromEntries(entries.map(([name]) => [name, [] as number[]]));
  for (let round = -2; round < ROUNDS; round++) {
    for (const [name, run] of entries) {
      const start = clock();
      await run();
      if (round >= 0) times[name].push(clock() - start);
    }
  }
  return Object.fromEntries(entries.map(([name]) => [name, median(times[name])])) as Record<Name, number>;
}

async function readPhotograph(): Promise<Picture<Uint8Array>> {
  const { SANDWICH_DATA } = process.env;
  const file = process.argv[2] ?? (SANDWICH_DATA && join(SANDWICH_DATA, 'kodak', 'kodim01.png'));
  if (!file) throw new Error('bench:jpeg: give the path of a photograph, or set SANDWICH_DATA');
  const sharp = await loadSharp();
  const pixels = sharp(file).resize(768, 512, { fit: 'cover', withoutEnlargement: false }).removeAlpha().raw();
  const { data, info } = await pixels.toBuffer({ resolveWithObject: true });
  return { data: new Uint8Array(data), width: info.width, height: info.height, channels: 3 };
}

function crops({ data, width }: Picture<Uint8Array>): Picture<Uint8Array>[] {
  return Array.from({ length: BATCH }, (_, i) => {
    const [left, top] = [(i % 4) * SIDE, Math.floor(i / 4) * SIDE];
    const crop = new Uint8Array(SIDE * SIDE * 3);
    for (let y = 0; y < SIDE; y++) {
      const start = 3 * ((top + y) * width + left);
      crop.set(data.subarray(start, start + 3 * SIDE), 3 * SIDE * y);
    }
    return { data: crop, width: SIDE, height: SIDE, channels: 3 };
  });
}

const photograph = await readPhotograph();
const sharp = await loadSharp();
const { data, ...raw } = photograph;
console.log(`${raw.width}x${raw.height}, optimised Huffman tables, one thread; speed of ours to sharp's:`);
for (const subsampling of ['4:4:4', '4:2:0'] as const) {
  for (const quality of [30, 75, 95]) {
    const options: JpegOptions = { quality, subsampling, optimizeHuffman: true };
    const theirs = () =>
      sharp(data, { raw }).jpeg({ quality, chromaSubsampling: subsampling, optimiseCoding: true }).toBuffer();
    const times = await compare({ ours: () => encodeJpeg(photograph, options), sharp: theirs }, processorTime);
    const sizes = `${jpegSize(photograph, options)} and ${(await theirs()).length} bytes`;
    console.log(
      `  ${subsampling} quality ${quality}: ${times.ours.toFixed(1)} ms and ${times.sharp.toFixed(1)} ms, ` +
        `1 / ${(times.ours / times.sharp).toFixed(2)}, ${sizes}`,
    );
  }
}

const { threads } = await startEngine();
const images = crops(photograph);
const step = createTrainingStep('slim', BATCH, SIDE);
const options: JpegOptions = { quality: 75, subsampling: '4:4:4', optimizeHuffman: true };
const times = await compare(
  {
    step,
    jpegSize: () => images.map((image) => jpegSize(image, options)),
    simulateJpeg: () => images.map((image) => simulateJpeg(image, options)),
  },
  wallTime,
);
console.log(
  `${BATCH} images of ${SIDE}x${SIDE}, 4:4:4, quality 75, beside a slim step on ${threads} threads (${times.step.toFixed(0)} ms):`,
);
for (const name of ['jpegSize', 'simulateJpeg'] as const) {
  console.log(`  ${name}: ${times[name].toFixed(1)} ms, ${((100 * times[name]) / times.step).toFixed(1)} %`);
}
