import { asSandwich } from '@sandwich/models';
import type { Picture } from '@sandwich/pictures';
// npm run bottleneck-spectrum -- <run> [folder of images]: where in frequency the bottleneck of a one-channel sandwich differs from the
// photograph's luma. Prints the root mean square of every coefficient of the 8x8 transform, luma and bottleneck, over all blocks of the
// images; without a folder, of Kodak's.

import { flatTables, jpegCoefficients, lumaBt601 } from '@sandwich/codecs';
import { findImages, loadImage } from '@sandwich/data';
import { startEngine, tf } from '@sandwich/engine';
import { loadRun } from '@sandwich/trainer';
import { kodakPhotographs } from '../kodak.js';

const FREQUENCIES = Array.from({ length: 64 }, (_, i) => i);

/** Adds the squares of every block's coefficients to `sums`, and returns the number of blocks. */
function addEnergies(plane: Picture<Uint8Array>, sums: Float64Array): number {
  const [levels] = jpegCoefficients(plane, { tables: flatTables(1) }).coefficients;
  levels.forEach((level, i) => {
    sums[i % 64] += level ** 2;
  });
  return levels.length / 64;
}

function printTable(title: string, energies: Float64Array, blocks: number): void {
  console.log(
    `\n${title}, RMS of each coefficient in gray levels; DC top left, horizontal frequency rising to the right`,
  );
  for (let row = 0; row < 64; row += 8) {
    const cells = FREQUENCIES.slice(row, row + 8).map((i) =>
      Math.sqrt(energies[i] / blocks)
        .toFixed(1)
        .padStart(7),
    );
    console.log(cells.join(''));
  }
}

const [run, folder] = process.argv.slice(2);
if (!run) throw new Error('bench/codec-proxy/bottleneck-spectrum.ts: name a run directory');
await startEngine();
const model = asSandwich((await loadRun(run)).system);
const luma = new Float64Array(64);
const bottleneck = new Float64Array(64);
let blocks = 0;
for (const path of await (folder ? findImages(folder) : kodakPhotographs())) {
  const image = (await loadImage(path, 8)) as Picture<Uint8Array>;
  const painted = tf.tidy(() => {
    const input = tf.tensor4d(new Float32Array(image.data), [1, image.height, image.width, 3]);
    return tf.round(tf.clipByValue(model.preprocess(input), 0, 255)) as tf.Tensor4D;
  });
  const [, height, width, channels] = painted.shape;
  if (channels !== 1) throw new Error(`${run} has a bottleneck of ${channels} channels; this is for those of one`);
  addEnergies({ data: Uint8Array.from(painted.dataSync()), width, height, channels }, bottleneck);
  painted.dispose();
  blocks += addEnergies(lumaBt601(image), luma);
}
printTable('luma', luma, blocks);
printTable('bottleneck', bottleneck, blocks);
