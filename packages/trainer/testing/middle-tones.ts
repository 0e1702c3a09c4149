import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { loadSharp } from '@sandwich/pictures';
import { patternImage } from './pattern-image.js';

const sharp = await loadSharp();

/** Writes square pictures of middle tones, 60 to 210: clipping and the range penalty, which bend at black and white, leave them alone. */
export async function writeMiddleTones(directory: string, count: number, side: number): Promise<void> {
  await mkdir(directory, { recursive: true });
  const all = patternImage(count * side, side);
  for (let i = 0; i < count; i++)
    await sharp(all.data, { raw: all })
      .extract({ left: i * side, top: 0, width: side, height: side })
      .png()
      .toFile(join(directory, `middle-${i}.png`));
}
