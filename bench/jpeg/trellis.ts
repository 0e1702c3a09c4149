import { loadSharp, type Picture } from '@sandwich/pictures';
// npm run bench:trellis [folder]: what encodeJpeg's trellis saves on photographs, beside MozJPEG's (in sharp), each against plain rounding
// with the same flat tables, Huffman codes made to measure, real files: BD-rate at equal PSNR of each photograph, from its luma and in
// colour. Without a folder, every third photograph of the Kodak set in SANDWICH_DATA is taken.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeJpeg, encodeJpeg, flatTables, lumaBt601, priceOfBit, type Subsampling } from '@sandwich/codecs';
import { bdRate, type RatePoint } from '@sandwich/losses';
import { kodakPhotographs } from '../kodak.js';

/** Quantiser steps of the four points of a curve. */
const STEPS = [10, 18, 32, 56];

/** MozJPEG's table 1 is flat: 16 in every place at quality 50, scaled as libjpeg scales Annex K's. */
const mozjpegQuality = (step: number): number => (step >= 16 ? 800 / step : 100 - 3.125 * step);

async function readPhotograph(file: string): Promise<Picture<Uint8Array>> {
  const { data, info } = await (await loadSharp())(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data: new Uint8Array(data), width: info.width, height: info.height, channels: 3 };
}

async function mozjpeg(
  { data, ...raw }: Picture<Uint8Array>,
  step: number,
  subsampling: Subsampling,
  trellis: boolean,
) {
  const picture = (await loadSharp())(data, { raw });
  const gray = raw.channels === 1 ? picture.toColourspace('b-w') : picture;
  const settings = { quantisationTable: 1, optimiseCoding: true, trellisQuantisation: trellis };
  return gray
    .jpeg({ ...settings, quality: Math.round(mozjpegQuality(step)), chromaSubsampling: subsampling })
    .toBuffer();
}

async function curve(
  image: Picture<Uint8Array>,
  encode: (step: number) => Promise<Uint8Array> | Uint8Array,
): Promise<RatePoint[]> {
  const points: RatePoint[] = [];
  for (const step of STEPS) {
    const file = await encode(step);
    const decoded = await decodeJpeg(file);
    const squares = decoded.data.reduce((sum, value, i) => sum + (value - image.data[i]) ** 2, 0);
    const quality = 10 * Math.log10((255 ** 2 * image.data.length) / squares);
    points.push({ bpp: (8 * file.length) / (image.width * image.height), quality });
  }
  return points;
}

const folder = process.argv[2];
const taken = folder
  ? (await readdir(folder))
      .filter((name) => /\.(png|webp|tiff?)$/i.test(name))
      .sort()
      .map((name) => join(folder, name))
  : (await kodakPhotographs()).filter((_, i) => i % 3 === 0);

const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
console.log(
  `${taken.length} photographs of ${folder ?? 'Kodak'}, flat tables of ${STEPS.join(', ')}; BD-rate (pchip) against rounding, mean`,
);
for (const [name, channels, subsampling] of [
  ['gray', 1, '4:4:4'],
  ['4:4:4', 3, '4:4:4'],
  ['4:2:0', 3, '4:2:0'],
] as const) {
  const rates: Record<'ours' | 'mozjpeg', number[]> = { ours: [], mozjpeg: [] };
  for (const file of taken) {
    const photograph = await readPhotograph(file);
    const image = channels === 1 ? lumaBt601(photograph) : photograph;
    const ours = (trellis: boolean) => (step: number) =>
      encodeJpeg(image, {
        tables: flatTables(step),
        subsampling,
        optimizeHuffman: true,
        trellis: trellis ? priceOfBit(step) : 0,
      });
    const theirs = (trellis: boolean) => (step: number) => mozjpeg(image, step, subsampling, trellis);
    const gain = async (encoder: typeof ours | typeof theirs) =>
      bdRate(await curve(image, encoder(false)), await curve(image, encoder(true)), { method: 'pchip' });
    rates.ours.push(await gain(ours));
    rates.mozjpeg.push(await gain(theirs));
  }
  console.log(
    `  ${name.padEnd(6)} encodeJpeg ${mean(rates.ours).toFixed(2)} %   MozJPEG ${mean(rates.mozjpeg).toFixed(2)} %`,
  );
}
