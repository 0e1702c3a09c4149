import { createHash } from 'node:crypto';
import type { Picture } from '@sandwich/pictures';
import { loadSharp } from '@sandwich/pictures';
import { describe, expect, it } from 'vitest';
import { type CodecName, codecs } from '../codecs.js';
import { decodeJpeg } from '../jpeg/decode-jpeg.js';
import { encodeJpeg } from '../jpeg/encode-jpeg.js';
import { addFileMetadata, codecOfFile, findFileMetadata } from './file-metadata.js';

const [width, height] = [37, 22];
const image: Picture<Uint8Array> = {
  data: Uint8Array.from({ length: 3 * width * height }, (_, i) => 128 + 90 * Math.sin(i / 17)),
  width,
  height,
  channels: 3,
};
/** An odd number of bytes, which RIFF pads. */
const metadata = Uint8Array.from([0, 1, 255, 0xff, 0xd8, 7, 9]);

const present: CodecName[] = [];
for (const name of Object.keys(codecs) as CodecName[]) if (await codecs[name]().catch(() => false)) present.push(name);

describe.each(Object.keys(codecs) as CodecName[])('metadata of a %s file', (name) => {
  it.skipIf(!present.includes(name))('is found again, and leaves the picture as it is', async () => {
    const codec = await codecs[name]();
    const file = await codec.encode(image, 60);
    expect(codecOfFile(file)).toBe(name);
    expect(findFileMetadata(name, file)).toBeUndefined();

    const added = addFileMetadata(name, file, metadata);
    expect(codecOfFile(added)).toBe(name);
    expect(Uint8Array.from(findFileMetadata(name, added)!)).toEqual(metadata);
    expect(await codec.decode(added)).toEqual(await codec.decode(file));
    expect(added.length - file.length).toBeLessThanOrEqual(72);
  });

  it.skipIf(!present.includes(name))('is not looked for beyond the end of a truncated file', async () => {
    const file = addFileMetadata(name, await (await codecs[name]()).encode(image, 60), metadata);
    for (let length = 2; length < file.length; length++) {
      const found = findFileMetadata(name, file.subarray(0, length));
      if (found) expect(Uint8Array.from(found)).toEqual(metadata);
    }
  });
});

describe('addFileMetadata', () => {
  it('writes a JPEG file that Pillow opens', async () => {
    const data = Uint8Array.from({ length: 256 }, (_, i) => 128 + 100 * Math.sin(i / 9));
    const jpeg = encodeJpeg({ data, width: 16, height: 16, channels: 1 }, { quality: 30, optimizeHuffman: true });
    const file = addFileMetadata('jpeg', jpeg, Uint8Array.from([1, 2, 255, 0xff, 0xd9]));
    // Pillow 9.4: (16, 16), mode L, applist[1] = ('APP9', b'SANDWICH\x00\x01\x02\xff\xff\xd9'), and the SHA-256 of its pixels.
    expect(Buffer.from(file).toString('base64')).toBe(
      '/9j/4AAQSkZJRgABAQAAAQABAAD/6QAQU0FORFdJQ0gAAQL//9n/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/wAALCAAQABABAREA/8QAFgABAQEAAAAAAAAAAAAAAAAAAgAB/8QAIRAAAgECBgMAAAAAAAAAAAAAAQMCAAQFERIxMnNCcXL/2gAIAQEAAD8A0OkeNw49dplS1OltPEZeliNWlx3XiEvpojRKZeVu09l3lX//2Q==',
    );
    expect(
      createHash('sha256')
        .update((await decodeJpeg(file)).data)
        .digest('hex'),
    ).toBe('db46101c0a2c3c8633e8ae3bbab5316fc73bfe473a85fd4e4ba22cfd3967099d');
  });

  it('writes a segment of its own behind that of JFIF', async () => {
    const file = addFileMetadata('jpeg', await (await codecs.jpeg()).encode(image, 60), metadata);
    const text = Buffer.from(file).toString('hex');
    // SOI; APP0 of 16 bytes, JFIF 1.01; APP9 of 2 + 9 + 7 bytes, 'SANDWICH\0', the metadata; DQT
    expect(
      text.startsWith(`ffd8${'ffe000104a46494600010100000100010000'}${'ffe9001253414e445749434800'}0001ffffd80709ffdb`),
    ).toBe(true);
  });

  it('is found in a JPEG file with fill bytes before its segments', async () => {
    const codec = await codecs.jpeg();
    const plain = Buffer.from(await codec.encode(image, 60));
    const file = Buffer.from(addFileMetadata('jpeg', plain, metadata));
    for (const count of [1, 2, 7]) {
      const filled = withFillBytes(file, count);
      expect(filled.length).toBeGreaterThan(file.length + 5 * count);
      expect(Uint8Array.from(findFileMetadata('jpeg', filled)!)).toEqual(metadata);
      expect(await codec.decode(filled)).toEqual(await codec.decode(file));
      // Added to such a file, it stands behind JFIF's segment, as in any other.
      const added = Buffer.from(addFileMetadata('jpeg', withFillBytes(plain, count), metadata));
      expect(added.indexOf('SANDWICH')).toBe(2 + count + 18 + 4);
      expect(await codec.decode(added)).toEqual(await codec.decode(file));
      for (let length = 2; length < 60; length++) findFileMetadata('jpeg', filled.subarray(0, length));
    }
    expect(findFileMetadata('jpeg', Buffer.alloc(40, 0xff).fill(0xd8, 1, 2))).toBeUndefined();
  });

  it('writes an extended WebP file', async () => {
    const file = Buffer.from(addFileMetadata('webp', await (await codecs.webp()).encode(image, 60), metadata));
    expect(file.readUInt32LE(4)).toBe(file.length - 8);
    expect(file.toString('hex', 12, 30)).toBe('565038580a00000000000000' + '240000' + '150000');
    const sharp = await loadSharp();
    expect(await sharp(file).metadata()).toMatchObject({ format: 'webp', width, height });
    const twice = addFileMetadata('webp', file, metadata);
    expect(twice.length).toBe(file.length + 8 + metadata.length + 1);
  });

  it('refuses what has no place for it', async () => {
    const sharp = await loadSharp();
    const lossless = await sharp(image.data, { raw: image }).webp({ lossless: true }).toBuffer();
    expect(() => addFileMetadata('webp', lossless, metadata)).toThrow("its first chunk is 'VP8L'");
    expect(() => addFileMetadata('avif', new Uint8Array(40), metadata)).toThrow('last box has no length');
    expect(() => addFileMetadata('jpeg', Uint8Array.of(0xff, 0xd8), new Uint8Array(1025))).toThrow('got 1025');
  });

  it('knows files by their first bytes only where they are whole', () => {
    for (const bytes of [[], [0xff], [0x52, 0x49, 0x46, 0x46], [0, 0, 0, 20, 0x66, 0x74, 0x79, 0x70]])
      expect(codecOfFile(Uint8Array.from(bytes))).toBeUndefined();
  });
});

/** Bytes 0xFF before each marker segment up to the coded data, as ITU-T T.81 B.1.1.2 allows. */
function withFillBytes(file: Buffer, count: number): Buffer {
  const parts = [file.subarray(0, 2)];
  for (let at = 2; ; ) {
    const end = at + 2 + file.readUInt16BE(at + 2);
    const isScan = file[at + 1] === 0xda;
    parts.push(Buffer.alloc(count, 0xff), file.subarray(at, isScan ? file.length : end));
    if (isScan) return Buffer.concat(parts);
    at = end;
  }
}
