import type { Picture } from '@sandwich/pictures';
import type { JpegOptions } from '../src/jpeg/jpeg-options.js';
import type { RandomNumbers } from './random-numbers.js';

/** An image of 1x1 to 50x50: noise, black and white, or waves. */
export function randomImage(random: RandomNumbers): Picture<Uint8Array> {
  const width = 1 + random(50);
  const height = 1 + random(50);
  const channels = random(3) === 0 ? 1 : 3;
  const [a, b] = [random(40), random(40)];
  const kinds = [
    () => random([1, 20, 256][a % 3]),
    () => 255 * random(2),
    (i: number) => {
      const pixel = Math.floor(i / channels);
      return 127.5 + 127.5 * Math.sin((a * (pixel % width) + b * Math.floor(pixel / width)) / 40 + (i % channels));
    },
  ];
  const content = kinds[random(3)];
  return {
    data: Uint8Array.from({ length: width * height * channels }, (_, i) => content(i)),
    width,
    height,
    channels,
  };
}

/** Any quality or tables, subsampling and kind of Huffman tables. */
export function randomJpegOptions(random: RandomNumbers): JpegOptions {
  const coarsest = [2, 20, 255][random(3)];
  const table = () => Array.from({ length: 64 }, () => 1 + random(coarsest));
  const kinds: JpegOptions[] = [
    { tables: { luma: table() } },
    { tables: { luma: table(), chroma: table() } },
    { tables: { luma: table(), cr: table() } },
    { quality: 1 + random(100) },
  ];
  return {
    ...kinds[random(kinds.length)],
    subsampling: (['4:4:4', '4:2:2', '4:2:0'] as const)[random(3)],
    optimizeHuffman: random(2) === 0,
  };
}
