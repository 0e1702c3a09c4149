import { assertBytes } from '../codec.js';
import { fseCompress } from './fse-compress.js';
import { fseDecompress } from './fse-decompress.js';
import { assertPlanes, planeSize, SYMBOL_SIDE, type SymbolPlanes, wantedChannels } from './symbol-planes.js';

const LARGEST_BYTE = 255;
const LARGEST_LENGTH = 65_535;
/** Rows, columns, channels, and the length of the table of lengths. */
const HEADER = 5;
/** A layer of one symbol everywhere: how often, 16 bits, and which. */
const RUN = 3;

const refuse = (reason: string): never => {
  throw new RangeError(`writeL3i: ${reason}; .l3ix files hold such pictures`);
};

/** @throws RangeError when the format does not hold the picture, with the reason */
function checkSize(planes: SymbolPlanes): void {
  assertPlanes('writeL3i', planes);
  const { width, height, rate, channels } = planes;
  const { columns, rows } = planeSize(planes);
  if (rate !== undefined) refuse(`.l3i files hold no rate, got ${rate}`);
  if (width % SYMBOL_SIDE !== 0 || height % SYMBOL_SIDE !== 0) {
    refuse(`sides of .l3i pictures are multiples of ${SYMBOL_SIDE} pixels, got ${width} x ${height}`);
  }
  if (Math.max(columns, rows) > LARGEST_BYTE) {
    refuse(`sides of .l3i pictures are at most ${LARGEST_BYTE * SYMBOL_SIDE} pixels, got ${width} x ${height}`);
  }
  if (channels.length > LARGEST_BYTE)
    refuse(`.l3i files hold at most ${LARGEST_BYTE} channels, got ${channels.length}`);
  if (columns * rows === 1) refuse('a layer of one symbol, of a picture of 8 x 8 pixels, has no form in .l3i files');
}

/** @throws RangeError for a layer that would be read as another one */
function layerOf(symbols: Uint8Array, channel: number): Uint8Array {
  const { kind, bytes } = fseCompress(symbols);
  if (kind === 'rle') {
    if (symbols.length > LARGEST_LENGTH)
      refuse(`channel ${channel} repeats a symbol ${symbols.length} times, more than ${LARGEST_LENGTH}`);
    return Uint8Array.of(symbols.length & 0xff, symbols.length >> 8, bytes[0]);
  }
  if (kind === 'raw' && bytes.length === RUN) {
    refuse(`channel ${channel} is stored as it is in ${RUN} bytes, which .l3i files take for a repeated symbol`);
  }
  if (bytes.length > LARGEST_LENGTH)
    refuse(`channel ${channel} takes ${bytes.length} bytes, more than ${LARGEST_LENGTH}`);
  return bytes;
}

/**
 * Writes a `.l3i` file, the bitstream of l3ic: its channels each on their own, by FSE, or as they are, or as a repeated symbol.
 *
 * The format holds sides that are multiples of 8 up to 2040 pixels.
 *
 * @throws RangeError for everything that the format does not hold, with the reason: other sides, more than 255 channels, a layer of one symbol, one that is stored
 *   as it is in 3 bytes. The original writes sides modulo 256.
 */
export function writeL3i(planes: SymbolPlanes): Uint8Array {
  checkSize(planes);
  const { columns, rows } = planeSize(planes);
  const layers = planes.channels.map(layerOf);
  const lengths = Uint8Array.from(layers.flatMap(({ length }) => [length & 0xff, length >> 8]));
  const { kind, bytes } = fseCompress(lengths);
  const table = kind === 'fse' ? bytes : lengths;
  const header = Uint8Array.of(rows, columns, layers.length, table.length & 0xff, table.length >> 8);
  return Uint8Array.from(Buffer.concat([header, table, ...layers]));
}

const damaged = (reason: string): never => {
  throw new Error(`readL3i: ${reason}`);
};

/** Where the layers of a file lie. @throws Error when it is no whole `.l3i` file */
export function layersOf(file: Uint8Array): { columns: number; rows: number; layers: Uint8Array[] } {
  if (file.length < HEADER) damaged(`a file of ${file.length} bytes has no header`);
  const [rows, columns, count] = file;
  if (rows === 0 || columns === 0 || count === 0) damaged(`it has ${columns} x ${rows} symbols and ${count} channels`);
  const tableLength = file[3] | (file[4] << 8);
  let at = HEADER + tableLength;
  if (at > file.length) damaged(`it ends within its table of lengths, ${tableLength} bytes`);
  const table = file.subarray(HEADER, at);
  const lengths = tableLength === 2 * count ? table : fseDecompress(table, 2 * count);
  if (lengths.length !== 2 * count) damaged(`its table has ${lengths.length} bytes for ${count} channels`);
  const layers = Array.from({ length: count }, (_, i) => {
    const length = lengths[2 * i] | (lengths[2 * i + 1] << 8);
    at += length;
    if (at > file.length) damaged(`it ends within channel ${i} of ${count}`);
    return file.subarray(at - length, at);
  });
  if (at < file.length) damaged(`${file.length - at} bytes follow the last channel`);
  return { columns, rows, layers };
}

function symbolsOf(layer: Uint8Array, count: number, channel: number): Uint8Array {
  if (layer.length === RUN) {
    const times = layer[0] | (layer[1] << 8);
    if (times !== count) damaged(`channel ${channel} repeats a symbol ${times} times, and has ${count} places`);
    return new Uint8Array(count).fill(layer[2]);
  }
  if (layer.length === count) return new Uint8Array(layer);
  const symbols = fseDecompress(layer, count);
  if (symbols.length !== count) damaged(`channel ${channel} holds ${symbols.length} symbols, and has ${count} places`);
  return symbols;
}

/** Options of `readL3i` and `readL3ix`. */
export interface ReadChannelsOptions {
  /** Reads these channels alone, in this order. Default all. */
  channels?: readonly number[];
}

/**
 * Reads a `.l3i` file.
 *
 * @returns the picture's size as a multiple of 8 pixels, which is all that the file knows of it, and the channels
 * @throws Error when it is no whole `.l3i` file, with the reason; damage within a channel is found only if it no longer can be read
 * @throws RangeError for a channel that there is not
 */
export function readL3i(file: Uint8Array, options: ReadChannelsOptions = {}): SymbolPlanes {
  assertBytes(file, 'readL3i');
  const { columns, rows, layers } = layersOf(file);
  const wanted = wantedChannels('readL3i', layers.length, options.channels);
  const read = (channel: number): Uint8Array => {
    try {
      return symbolsOf(layers[channel], columns * rows, channel);
    } catch (error) {
      throw (error as Error).message.startsWith('readL3i')
        ? error
        : new Error(`readL3i: channel ${channel}: ${(error as Error).message}`, { cause: error });
    }
  };
  return { width: columns * SYMBOL_SIDE, height: rows * SYMBOL_SIDE, channels: wanted.map(read) };
}
