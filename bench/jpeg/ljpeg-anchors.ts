// npm run ljpeg-anchors -- [--images kodak]: what LearnedJPEG is compared with, plain JPEG of 4:4:4 as Pillow writes it, over all of Kodak's
// photographs, beside what was measured with Pillow 9.4. Ends with an error where a rate differs by more than 0.0005 bpp, or a PSNR by more than 0.01 dB.
import { parseArgs } from 'node:util';
import { decodeJpeg } from '@sandwich/codecs';
import { evaluationImages, loadImage } from '@sandwich/data';
import { meanPsnr } from '@sandwich/evaluation';
import { ljpegPil } from '@sandwich/models';
import { cropPicture } from '@sandwich/pictures';

const { values: options } = parseArgs({ options: { images: { type: 'string' } } });

/** Quality; bpp with the Huffman codes of Annex K, with optimised ones, and of a block less to the right and below; PSNR; both with a transposed luma table. */
const stated = [
  [5, 0.3152, 0.1893, 0.312, 24.0, 0.3142, 23.99],
  [10, 0.4246, 0.3092, 0.4191, 26.94, 0.4206, 26.9],
  [15, 0.5266, 0.4194, 0.5196, 28.46, 0.5209, 28.41],
  [20, 0.618, 0.5175, 0.6098, 29.51, 0.6115, 29.46],
  [25, 0.7046, 0.6106, 0.6954, 30.28, 0.698, 30.23],
  [30, 0.7839, 0.6959, 0.7738, 30.9, 0.7776, 30.85],
  [50, 1.0614, 0.9927, 1.0495, 32.68, 1.0574, 32.66],
  [75, 1.6011, 1.5581, 1.5873, 35.2, 1.6009, 35.21],
  [90, 2.799, 2.7581, 2.7844, 39.16, 2.8016, 39.2],
];
const heads = ['quality', 'standard bpp', 'optimised bpp', 'cropped bpp', 'PSNR', 'transposed bpp', 'transposed PSNR'];

const source = await evaluationImages(options.images, 8);
const images = await Promise.all((await source.images()).map((path) => loadImage(path)));
process.stderr.write(`${source.description}\n`);

let wrong = 0;
process.stdout.write(`${heads.join('  ')}\n`);
for (const row of stated) {
  const [quality] = row;
  const sums = new Array<number>(6).fill(0);
  for (const picture of images) {
    const { width, height } = picture;
    const bpp = (file: Uint8Array, pixels = width * height) => (8 * file.length) / pixels;
    const psnrOf = async (file: Uint8Array) => (await meanPsnr.perItem(picture, [await decodeJpeg(file)]))[0]![0];
    const standard = ljpegPil(picture, quality, { optimizeHuffman: false });
    const turned = ljpegPil(picture, quality, { optimizeHuffman: false, transposedLuma: true });
    const crop = cropPicture(picture, { left: 0, top: 0, width: width - 8, height: height - 8 });
    const cropped = ljpegPil(crop, quality, { optimizeHuffman: false });
    const values = [
      bpp(standard),
      bpp(ljpegPil(picture, quality)),
      bpp(cropped, crop.width * crop.height),
      await psnrOf(standard),
      bpp(turned),
      await psnrOf(turned),
    ];
    for (const [i, value] of values.entries()) sums[i] += value / images.length;
  }
  const cells = sums.map((value, i) => {
    const isPsnr = i === 3 || i === 5;
    const off = Math.abs(value - row[i + 1]) > (isPsnr ? 0.01 : 0.0005);
    if (off) wrong++;
    return `${value.toFixed(isPsnr ? 2 : 4)}${off ? ` (stated ${row[i + 1]})` : ''}`;
  });
  process.stdout.write(`${[quality, ...cells].join('  ')}\n`);
}
if (wrong > 0) throw new Error(`${wrong} values are not those that are stated`);
