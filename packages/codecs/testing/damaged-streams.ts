import { crc32 } from 'node:zlib';
import { fseCompress } from '../src/l3i/fse-compress.js';
import { fseDecompress } from '../src/l3i/fse-decompress.js';
import { readL3i, writeL3i } from '../src/l3i/l3i-file.js';
import { readL3ix, writeL3ix } from '../src/l3i/l3ix-file.js';
import { type RandomNumbers, randomNumbers } from './random-numbers.js';

/** Bytes of a length below `longest`, of any alphabet, most of them rare. */
export function randomSymbols(random: RandomNumbers, longest: number): Uint8Array {
  const length = random(1 + random(longest));
  const alphabet = 1 + random(1 + random(256));
  const first = random(257 - alphabet);
  const draws = 1 + random(4);
  return Uint8Array.from({ length }, () => {
    let symbol = alphabet - 1;
    for (let i = 0; i < draws; i++) symbol = Math.min(symbol, random(alphabet));
    return first + symbol;
  });
}

/** Changes, removes or adds some bytes. */
function damage(file: Uint8Array, random: RandomNumbers): Buffer {
  let bytes = Buffer.from(file);
  for (let times = 1 + random(4); times > 0 && bytes.length > 0; times--) {
    const at = random(bytes.length);
    const kind = random(8);
    if (kind === 0) bytes = bytes.subarray(0, at);
    else if (kind === 1) bytes = Buffer.concat([bytes, Buffer.from([random(256), random(256)])]);
    else if (kind < 4) bytes[at] = random(256);
    else bytes[at] ^= 1 << random(8);
  }
  return bytes;
}

/** What became of damaged streams. */
export interface Outcomes {
  read: number;
  refused: number;
}

const formats: Record<string, (random: RandomNumbers) => { file: Uint8Array; read(bytes: Uint8Array): unknown }> = {
  fse(random) {
    const { bytes } = fseCompress(randomSymbols(random, 600));
    return { file: bytes, read: (damaged) => fseDecompress(damaged, 2000) };
  },
  l3i(random) {
    return { file: writeL3i(randomPlanes(random, 8)), read: (damaged) => readL3i(damaged) };
  },
  l3ix(random) {
    const network = Uint8Array.from({ length: 8 }, () => random(256));
    const fixed = random(4) > 0;
    const read = (damaged: Buffer) => {
      // Most get a checksum that fits, or nothing else would be tried.
      if (fixed && damaged.length > 4) damaged.writeUInt32LE(crc32(damaged.subarray(0, -4)), damaged.length - 4);
      return readL3ix(damaged);
    };
    return { file: writeL3ix({ ...randomPlanes(random, 1), network }), read: (bytes) => read(bytes as Buffer) };
  },
};

/** Planes that both formats hold, of sides that are multiples of a number of pixels. */
function randomPlanes(random: RandomNumbers, multiple: number) {
  const side = () => multiple * (Math.ceil(17 / multiple) + random(Math.floor(150 / multiple)));
  const [width, height] = [side(), side()];
  const length = Math.ceil(width / 8) * Math.ceil(height / 8);
  const channels = Array.from({ length: 1 + random(6) }, () => {
    const some = randomSymbols(random, 400);
    return Uint8Array.from({ length }, (_, i) => some[i % Math.max(1, some.length)] ?? 0);
  });
  return { width, height, channels };
}

/** Reads damaged blocks and files of both formats. @throws when anything but a plain Error or RangeError of the reader comes of it */
export function readDamagedStreams(count: number, seed: number): Outcomes {
  const random = randomNumbers(seed);
  const makers = Object.values(formats);
  const outcomes = { read: 0, refused: 0 };
  for (let i = 0; i < count; i++) {
    const { file, read } = makers[i % makers.length](random);
    try {
      read(damage(file, random));
      outcomes.read++;
    } catch (error) {
      const plain = error instanceof Error && ['Error', 'RangeError'].includes(error.name);
      if (!plain || !/^(fseDecompress|readL3ix?): /.test(error.message)) {
        throw new Error(`damaged stream ${i} of seed ${seed}: ${(error as Error).stack}`, { cause: error });
      }
      outcomes.refused++;
    }
  }
  return outcomes;
}

/** Compresses random bytes and decompresses them. @returns how many became blocks @throws Error for those that did not come back */
export function roundTrips(count: number, seed: number, longest: number): number {
  const random = randomNumbers(seed);
  let blocks = 0;
  for (let i = 0; i < count; i++) {
    const symbols = randomSymbols(random, longest);
    const { kind, bytes } = fseCompress(symbols);
    if (kind !== 'fse') continue;
    blocks++;
    if (Buffer.compare(fseDecompress(bytes, symbols.length), symbols) === 0) continue;
    throw new Error(`input ${i} of seed ${seed}, ${symbols.length} bytes, did not come back`);
  }
  return blocks;
}
