import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { loadSharp } from '@sandwich/pictures';
import { synthesizeImage } from '../src/synthetic/synthesize-image.js';

const sharp = await loadSharp();

const WIDTH = 48;
const HEIGHT = 40;

/** An image of the tests, 48x40. */
export const testImage = (seed: number) => synthesizeImage({ width: WIDTH, height: HEIGHT, seed });

const pipeline = (seed: number) => {
  const image = testImage(seed);
  return sharp(image.data, { raw: image });
};

/** Puts an `acTL` chunk of two frames behind the header of a PNG file: 8 bytes signature, 25 bytes IHDR. */
async function markAsAnimated(path: string): Promise<void> {
  const png = await readFile(path);
  const body = Buffer.concat([Buffer.from('acTL'), Buffer.from([0, 0, 0, 2, 0, 0, 0, 0])]);
  const chunk = Buffer.alloc(8 + body.length);
  chunk.writeUInt32BE(8, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), 4 + body.length);
  await writeFile(path, Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]));
}

async function truncate(path: string): Promise<void> {
  const bytes = await readFile(path);
  await writeFile(path, bytes.subarray(0, Math.floor(0.7 * bytes.length)));
}

/** Writes `good-0.png` and so on, and returns their paths. */
export async function writeGoodImages(directory: string, count: number): Promise<string[]> {
  const paths = Array.from({ length: count }, (_, i) => join(directory, `good-${i}.png`));
  for (const [i, path] of paths.entries()) await pipeline(i).png().toFile(path);
  return paths;
}

/** Writes one file of every unusable kind, and returns what must be said of it, by file name. */
export async function writeBadImages(directory: string): Promise<Record<string, string>> {
  const at = (name: string) => join(directory, name);
  const frames = [await pipeline(1).png().toBuffer(), await pipeline(2).png().toBuffer()];
  await writeFile(at('empty.png'), '');
  await writeFile(at('text.jpg'), 'this is no picture');
  await pipeline(1).toColourspace('cmyk').jpeg().toFile(at('cmyk.jpg'));
  await pipeline(1).toColourspace('b-w').png().toFile(at('gray.png'));
  await pipeline(1).toColourspace('b-w').ensureAlpha().png().toFile(at('gray-alpha.png'));
  await pipeline(1).toColourspace('grey16').png().toFile(at('gray-deep.png'));
  await pipeline(1).toColourspace('scrgb').tiff({ compression: 'none' }).toFile(at('float.tiff'));
  await sharp(frames, { join: { animated: true } })
    .webp()
    .toFile(at('animated.webp'));
  await sharp(frames, { join: { animated: true } })
    .gif()
    .toFile(at('animated.gif'));
  await pipeline(1).png().toFile(at('animated.png'));
  await markAsAnimated(at('animated.png'));
  await sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } })
    .png()
    .toFile(at('one-pixel.png'));
  for (const format of ['png', 'jpeg', 'webp', 'tiff'] as const) {
    await pipeline(1)
      .toFormat(format)
      .toFile(at(`truncated.${format}`));
    await truncate(at(`truncated.${format}`));
  }
  return {
    'empty.png': 'is empty (0 bytes)',
    'text.jpg': 'is no readable image',
    'cmyk.jpg': 'is CMYK',
    'gray.png': 'is grayscale',
    'gray-alpha.png': 'is grayscale',
    'gray-deep.png': 'is grayscale',
    'float.tiff': 'has neither 8 nor 16 bits a sample (scrgb, float)',
    'animated.webp': 'is animated',
    'animated.gif': 'is animated',
    'animated.png': 'is animated',
    'one-pixel.png': 'is 1x1, smaller than the crop, 32x32',
    'truncated.png': 'is truncated or damaged',
    'truncated.jpeg': 'is truncated or damaged',
    'truncated.webp': 'is no readable image',
    'truncated.tiff': 'is truncated or damaged',
  };
}
