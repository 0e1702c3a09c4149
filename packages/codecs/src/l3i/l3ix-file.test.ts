import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type L3ixPicture, readL3ix, readL3ixHeader, writeL3ix } from './l3ix-file.js';

const network = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

const picture = (width: number, height: number, count = 3): L3ixPicture => {
  const length = Math.ceil(width / 8) * Math.ceil(height / 8);
  const symbol = [(i: number) => ((i * i) % 5) + 13, () => 15, (i: number) => (i * 167) % 251];
  return {
    width,
    height,
    network,
    channels: Array.from({ length: count }, (_, c) => Uint8Array.from({ length }, (_, i) => symbol[c % 3](i))),
  };
};

/** The file with other bytes at a place, and a checksum that fits. */
function changed(file: Uint8Array, at: number, bytes: number[]): Uint8Array {
  const copy = Buffer.from(file);
  copy.set(bytes, at);
  copy.writeUInt32LE(crc32(copy.subarray(0, -4)), copy.length - 4);
  return copy;
}

/** A whole file of a channel whose symbols are all the same: three bytes hold 65,535 of them. */
function flatPicture(width: number, height: number): Uint8Array {
  const blocks = Math.ceil((width * height) / 64 / 65_535);
  const body = Buffer.alloc(4 + 3 * blocks);
  body.writeUInt32LE(3 * blocks);
  for (let i = 0; i < blocks; i++) body.set([1, 0, 15], 4 + 3 * i);
  const header = Buffer.from(writeL3ix(picture(8, 8, 1)).subarray(0, 24));
  header.writeUInt32LE(width, 6);
  header.writeUInt32LE(height, 10);
  return changed(Buffer.concat([header, body, Buffer.alloc(4)]), 0, []);
}

describe('.l3ix files', () => {
  it('have the bytes that are specified', () => {
    const file = Buffer.from(
      writeL3ix({ width: 9, height: 7, network, channels: [Uint8Array.of(4, 4), Uint8Array.of(4, 5)] }),
    );
    const header = '4c334958' + '01' + '00' + '09000000' + '07000000' + '0102030405060708' + '0200';
    const channels = '03000000' + '0100' + '04' + '04000000' + '0200' + '0405';
    // CRC-32 by Python's zlib.
    expect(file.toString('hex')).toBe(`${header}${channels}8ff92a55`);
  });

  it('hold a rate where their network has a range of them', () => {
    const planes = { width: 9, height: 7, network, rate: 0.75, channels: [Uint8Array.of(4, 4)] };
    const file = Buffer.from(writeL3ix(planes));
    const header = '4c334958' + '01' + '01' + '09000000' + '07000000' + '0102030405060708' + '0100' + '0000403f';
    expect(file.subarray(0, -4).toString('hex')).toBe(`${header}03000000010004`);
    expect(readL3ix(file)).toEqual(planes);
    expect(readL3ixHeader(file)).toEqual({ width: 9, height: 7, network, rate: 0.75, channels: 1 });
    for (const rate of [-0.1, 1.5, Number.NaN, 0.1])
      expect(() => writeL3ix({ ...planes, rate })).toThrow(`the rate must be a float32 of 0 to 1, got ${rate}`);
    expect(() => readL3ix(changed(file, 24, [0, 0, 0, 64]))).toThrow('its rate is 2, which is not of 0 to 1');
    expect(() => readL3ix(changed(file.subarray(0, 30), 24, [0]))).toThrow('it ends within its rate');
  });

  it('hold every size', () => {
    for (let side = 1; side <= 64; side++) {
      const small = picture(side, 65 - side);
      expect(readL3ix(writeL3ix(small))).toEqual(small);
    }
    const blocks = picture(4096, 2048 + 8);
    const { channels, ...rest } = readL3ix(writeL3ix(blocks));
    expect(rest).toEqual({ width: 4096, height: 2056, network });
    expect(channels.map((channel, i) => Buffer.compare(channel, blocks.channels[i]))).toEqual([0, 0, 0]);
    // A constant channel takes three bytes a block of 65,535 symbols, of which there are three.
    expect(writeL3ix({ ...blocks, channels: [blocks.channels[1]] }).length).toBe(24 + 4 + 3 * 3 + 4);
  });

  it('say what they are, and are read channel by channel', () => {
    const whole = picture(20, 20);
    const file = writeL3ix(whole);
    expect(readL3ixHeader(file)).toEqual({ width: 20, height: 20, network, channels: 3 });
    expect(readL3ix(file, { channels: [2] }).channels).toEqual([whole.channels[2]]);
    expect(() => readL3ix(file, { channels: [3] })).toThrow('readL3ix: channels are 0 to 2, got 3');
  });

  const file = writeL3ix(picture(20, 20));
  it.each<[string, Uint8Array, string]>([
    ['another format', Buffer.from('GIF89a'), 'these 6 bytes do not begin with L3IX'],
    ['cut off', file.subarray(0, 20), 'a file of 20 bytes is cut off'],
    ['cut off later', file.subarray(0, -1), 'its checksum is not that of its bytes'],
    ['damaged', Uint8Array.from(file, (byte, i) => (i === 40 ? byte ^ 1 : byte)), 'its checksum is not'],
    ['a later version', changed(file, 4, [2]), 'it is of version 2'],
    ['unknown flags', changed(file, 5, [2]), 'unknown flags, 2'],
    ['no width', changed(file, 6, [0]), '0 x 20 pixels and 3 channels'],
    ['no channels', changed(file, 22, [0]), '20 x 20 pixels and 0 channels'],
    ['gigapixels', changed(file, 6, [255, 255, 255, 255, 255, 255, 255, 255]), 'are more than this reads'],
    [
      'a flat picture of 512 megapixels',
      flatPicture(2 ** 15, 2 ** 14),
      '1 channels of 32768 x 16384 pixels are more than this reads',
    ],
    ['many pixels', changed(file, 6, [0, 64, 0, 0, 0, 64, 0, 0]), 'it ends within channel 0 of 3'],
    ['a channel too many', changed(file, 22, [4]), 'it ends within channel 3 of 4'],
    ['a channel too few', changed(file, 22, [2]), 'bytes follow the last channel'],
    ['a wrong length', changed(file, 24, [9]), 'channel 0 of 3 is said to have 9 bytes'],
  ])('that are damaged are refused: %s', (_, bytes, reason) => {
    expect(() => readL3ix(bytes)).toThrow(reason);
    expect(() => readL3ix(bytes)).toThrow('readL3ix: ');
  });

  it('of flat pictures are small', () => {
    const flat = flatPicture(8 * 400, 8 * 400);
    expect(flat.length).toBe(24 + 4 + 3 * 3 + 4);
    expect(new Set(readL3ix(flat).channels[0])).toEqual(new Set([15]));
  });

  it('are of a network and a size that can be written', () => {
    expect(() => writeL3ix({ ...picture(8, 8), network: new Uint8Array(4) })).toThrow('identity has 8 bytes, got 4');
    expect(() => writeL3ix({ ...picture(8, 8), height: 9 })).toThrow('channel 0 must have 1 x 2 symbols');
    // More symbols than readL3ix takes.
    const [channel] = picture(1024, 1024, 1).channels;
    const channels = new Array<Uint8Array>(2 ** 14 + 1).fill(channel);
    expect(() => writeL3ix({ width: 1024, height: 1024, network, channels })).toThrow(
      'a picture of 1024 x 1024 with 16385 channels is too large',
    );
  });
});
