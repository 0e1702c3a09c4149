import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeJpeg } from './decode-jpeg.js';
import { encodeJpeg } from './encode-jpeg.js';

// fixtures/make-pillow-fixtures.py made these files with Pillow 9.4.0 and decoded them with libjpeg-turbo 2.1.5.
const pillowFiles: { name: string; width: number; height: number; channels: 1 | 3; decoded: string; file: string }[] =
  JSON.parse(readFileSync(new URL('../../fixtures/pillow-decoded.json', import.meta.url), 'utf8'));

describe('decodeJpeg', () => {
  it.each(pillowFiles)('decodes as Pillow does: $name', async ({ width, height, channels, decoded, file }) => {
    const image = await decodeJpeg(Buffer.from(file, 'base64'));
    expect(image).toMatchObject({ width, height, channels });
    expect(createHash('sha256').update(image.data).digest('hex').slice(0, 24)).toBe(decoded);
  });

  it('leaves colour profiles and orientation aside', async () => {
    const plain = await decodeJpeg(Buffer.from(pillowFiles[3].file, 'base64'));
    const { data, ...raw } = plain;
    const tagged = await sharp(data, { raw }).withMetadata({ orientation: 6 }).withIccProfile('p3').jpeg().toBuffer();
    const untagged = Buffer.concat([tagged.subarray(0, 2), withoutApplicationData(tagged)]);
    expect(untagged.length).toBeLessThan(tagged.length - 400);
    expect(await decodeJpeg(tagged)).toEqual(await decodeJpeg(untagged));
  });

  it('rejects every truncation of a file', async () => {
    const data = Uint8Array.from({ length: 24 * 16 }, (_, i) => (i * i) & 255);
    const file = encodeJpeg({ data, width: 24, height: 16, channels: 1 }, { optimizeHuffman: true });
    await expect(decodeJpeg(file)).resolves.toMatchObject({ width: 24, height: 16 });
    for (let length = 2; length < file.length; length += 7) {
      await expect(decodeJpeg(file.subarray(0, length))).rejects.toThrow(
        `decodeJpeg: cannot decode the JPEG file of ${length} bytes, is it whole? VipsJpeg:`,
      );
    }
    await expect(decodeJpeg(file.subarray(0, -1))).rejects.toThrow('premature end');
  });

  it('rejects what is not a JPEG file', async () => {
    const png = await sharp({ create: { width: 2, height: 2, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    await expect(decodeJpeg(png)).rejects.toThrow(
      `decodeJpeg: not a JPEG file: ${png.length} bytes that begin with "89 50 4e 47" instead of "ff d8"`,
    );
    await expect(decodeJpeg(new Uint8Array(0))).rejects.toThrow('decodeJpeg: not a JPEG file: 0 bytes');
    await expect(decodeJpeg('file.jpg' as never)).rejects.toThrow('bytes must be a Uint8Array, got [object String]');
  });
});

/** The segments of a file from the first that is not application data (APP0 to APP15). */
function withoutApplicationData(file: Buffer): Buffer {
  let at = 2;
  while ((file[at + 1] & 0xf0) === 0xe0) at += 2 + file.readUInt16BE(at + 2);
  return file.subarray(at);
}
