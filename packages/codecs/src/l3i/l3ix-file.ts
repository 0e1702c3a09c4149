import {
  assertNetworkFile,
  isNetworkFile,
  type NetworkFileFormat,
  networkFile,
  openNetworkFile,
} from '../network-file.js';
import type { ReadChannelsOptions } from './l3i-file.js';
import { blocksOf, LARGEST_BLOCK, symbolsOf } from './l3ix-blocks.js';
import { assertPlanes, planeSize, SYMBOL_SIDE, type SymbolPlanes, wantedChannels } from './symbol-planes.js';

/** Flag of files that hold a rate after their header, f32. */
const HAS_RATE = 1;
const FORMAT: NetworkFileFormat = {
  magic: 'L3IX',
  version: 1,
  flags: HAS_RATE,
  stride: SYMBOL_SIDE,
  reader: 'readL3ix',
  writer: 'writeL3ix',
};
const RATE = 4;

/** What a `.l3ix` file holds: symbols, and which network they are of. */
export interface L3ixPicture extends SymbolPlanes {
  /** The first 8 bytes of the SHA-256 of the network's weights in float16. */
  network: Uint8Array;
}

const isRate = (rate: number): boolean => rate >= 0 && rate <= 1 && rate === Math.fround(rate);

/** @throws RangeError for a picture that no `.l3ix` file holds */
export function assertL3ixPicture({ network, ...planes }: L3ixPicture): void {
  assertPlanes('writeL3ix', planes);
  const { rate } = planes;
  if (rate !== undefined && !isRate(rate))
    throw new RangeError(`writeL3ix: the rate must be a float32 of 0 to 1, got ${rate}`);
  assertNetworkFile(FORMAT, { ...planes, network, channels: planes.channels.length });
}

/** The file of a picture whose channels have become blocks. */
export function fileOfBlocks(
  { width, height, network, rate }: Omit<L3ixPicture, 'channels'>,
  channels: readonly Uint8Array[],
): Uint8Array {
  const parts = channels.flatMap((blocks) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(blocks.length);
    return [length, blocks];
  });
  const header = { width, height, network, channels: channels.length };
  if (rate === undefined) return networkFile(FORMAT, header, parts);
  const rateBytes = Buffer.alloc(RATE);
  rateBytes.writeFloatLE(rate);
  return networkFile(FORMAT, { ...header, flags: HAS_RATE }, [rateBytes, ...parts]);
}

/**
 * Writes a `.l3ix` file, which holds what `.l3i` files do not: pictures of any size, and which network they are of. All numbers are little-endian:
 *
 *     'L3IX', u8 version 1, u8 flags, u32 width, u32 height, 8 bytes of the network's identity, u16 channels;
 *     where flags are 1 instead of 0, the rate in a network's range of rates, f32;
 *     for each channel u32 length, and its blocks: u16 length, bytes (see `blocksOf`) of at most 65,535 symbols;
 *     u32 CRC-32 of all before
 *
 * @throws RangeError for sizes that it cannot hold
 */
export function writeL3ix(picture: L3ixPicture): Uint8Array {
  assertL3ixPicture(picture);
  return fileOfBlocks(picture, picture.channels.map(blocksOf));
}

const damaged = (reason: string): never => {
  throw new Error(`readL3ix: ${reason}`);
};

/** Where the parts of a file lie. */
export interface L3ixLayout extends Pick<L3ixPicture, 'rate'> {
  width: number;
  height: number;
  network: Uint8Array;
  /** Blocks of each channel. */
  channels: Uint8Array[][];
}

/** Whether bytes begin as a `.l3ix` file does. */
export const isL3ix = (file: Uint8Array): boolean => isNetworkFile(FORMAT, file);

/** Where everything lies; memory for symbols is not needed for it. @throws Error when it is no whole `.l3ix` file */
export function l3ixLayout(bytes: Uint8Array): L3ixLayout {
  const { header, body } = openNetworkFile(FORMAT, bytes);
  const { width, height, network, channels: count } = header;
  const { columns, rows } = planeSize({ width, height });
  const symbols = columns * rows;
  let at = 0;
  const end = body.length;
  const take = (length: number, what: string): Buffer => {
    if (at + length > end) damaged(`it ends within ${what}`);
    at += length;
    return body.subarray(at - length, at);
  };
  const rate = header.flags === HAS_RATE ? { rate: take(RATE, 'its rate').readFloatLE() } : {};
  if (rate.rate !== undefined && !isRate(rate.rate)) damaged(`its rate is ${rate.rate}, which is not of 0 to 1`);
  const channels = Array.from({ length: count }, (_, channel) => {
    const name = `channel ${channel} of ${count}`;
    const length = take(4, name).readUInt32LE();
    const begin = at;
    // Not `blockSizes`: of a size that the file cannot hold it would be a long list.
    const blocks: Uint8Array[] = [];
    for (let left = symbols; left > 0; left -= LARGEST_BLOCK) blocks.push(take(take(2, name).readUInt16LE(), name));
    if (at - begin !== length) damaged(`${name} is said to have ${length} bytes, and has ${at - begin}`);
    return blocks;
  });
  if (at < end) damaged(`${end - at} bytes follow the last channel`);
  return { width, height, ...rate, network, channels };
}

/** What a `.l3ix` file says of itself, without its channels. @throws Error when it is no whole `.l3ix` file */
export function readL3ixHeader(file: Uint8Array): Omit<L3ixPicture, 'channels'> & { channels: number } {
  const { channels, ...header } = l3ixLayout(file);
  return { ...header, channels: channels.length };
}

/**
 * Reads a `.l3ix` file.
 *
 * @throws Error when it is no whole `.l3ix` file, with the reason
 * @throws RangeError for a channel that there is not
 */
export function readL3ix(file: Uint8Array, options: ReadChannelsOptions = {}): L3ixPicture {
  const { channels, ...header } = l3ixLayout(file);
  const wanted = wantedChannels('readL3ix', channels.length, options.channels);
  const { columns, rows } = planeSize(header);
  return { ...header, channels: wanted.map((channel) => symbolsOf(channels[channel], columns * rows, channel)) };
}
