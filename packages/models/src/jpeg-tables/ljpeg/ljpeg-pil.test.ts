import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeJpeg } from '@sandwich/codecs';
import { loadImage } from '@sandwich/data';
import { cropPicture } from '@sandwich/pictures';
import { describe, expect, it } from 'vitest';
import { psnrOf } from '../../../testing/psnr-of.js';
import { noise } from '../../../testing/waves.js';
import { ljpegPil } from './ljpeg-pil.js';

interface Anchor {
  bytes: number;
  optimised: number;
  psnr: number;
  cropBytes: number;
  transposedBytes: number;
  transposedPsnr: number;
}
const golden: Record<string, Record<string, Anchor>> = JSON.parse(
  readFileSync(new URL('./fixtures/anchors.json', import.meta.url), 'utf8'),
);
const kodak = join(process.env.SANDWICH_DATA ?? '', 'kodak');

describe('ljpegPil', () => {
  for (const [name, qualities] of Object.entries(golden)) {
    const file = join(kodak, name);
    it.skipIf(!existsSync(file))(`writes what Pillow writes of ${name}`, async () => {
      const picture = await loadImage(file);
      const { width, height } = picture;
      // The part that the published evaluation judges.
      const part = {
        left: 0,
        top: 0,
        width: 8 * (Math.round(width / 8) - 1),
        height: 8 * (Math.round(height / 8) - 1),
      };
      const crop = cropPicture(picture, part);
      for (const [text, expected] of Object.entries(qualities)) {
        const quality = Number(text);
        const standard = ljpegPil(picture, quality, { optimizeHuffman: false });
        expect(standard.length).toBe(expected.bytes);
        expect(ljpegPil(picture, quality).length).toBe(expected.optimised);
        expect(ljpegPil(crop, quality, { optimizeHuffman: false }).length).toBe(expected.cropBytes);
        const turned = ljpegPil(picture, quality, { optimizeHuffman: false, transposedLuma: true });
        expect(turned.length).toBe(expected.transposedBytes);
        expect(psnrOf(await decodeJpeg(standard), picture)).toBeCloseTo(expected.psnr, 6);
        expect(psnrOf(await decodeJpeg(turned), picture)).toBeCloseTo(expected.transposedPsnr, 6);
      }
    });
  }

  it('has other tables where they are rounded', () => {
    const picture = noise(16, 16, 3);
    expect(ljpegPil(picture, 10, { roundedTables: true })).not.toEqual(ljpegPil(picture, 10));
  });
});
