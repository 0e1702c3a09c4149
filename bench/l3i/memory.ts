// npm run bench:l3i-memory -- [megapixels]: the most memory that coding and decoding a large picture takes, 50 megapixels unless told otherwise, by an
// untrained network of medium size, in one process; and whether the symbols of a part are those of that part alone, seen whole.

import { readL3ix } from '@sandwich/codecs';
import { startEngine } from '@sandwich/engine';
import { Dcn, DcnCodec } from '@sandwich/models';
import { cropPicture, type Picture } from '@sandwich/pictures';

const megapixels = Number(process.argv[2] ?? 50);
const width = 8 * Math.round(Math.sqrt((megapixels * 1e6 * 4) / 3) / 8);
const height = Math.ceil((megapixels * 1e6) / width);

/** Waves of many lengths with some noise. */
function makePicture(): Picture<Uint8Array, 3> {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++, i++) {
        const wave = Math.sin((x * (c + 1)) / 61 + y / 47) + Math.sin(x / 7 - (y * (3 - c)) / 11);
        data[i] = 128 + 45 * wave + (Math.imul(i, 2654435761) >>> 28);
      }
    }
  }
  return { data, width, height, channels: 3 };
}

const megabytes = () => `${(process.resourceUsage().maxRSS / 1000).toFixed(0)} MB at most so far`;
const seconds = async <T>(what: string, run: () => Promise<T>): Promise<T> => {
  const begin = performance.now();
  const result = await run();
  console.log(`${what}: ${((performance.now() - begin) / 1000).toFixed(1)} s, ${megabytes()}`);
  return result;
};

await startEngine();
const dcn = new Dcn({ features: 32 });
dcn.parameters.scale.assign(dcn.parameters.scale.mul(40));
const codec = new DcnCodec(dcn);
const picture = makePicture();
console.log(`${width} x ${height}, ${(picture.data.length / 1e6).toFixed(0)} MB of samples: ${megabytes()}`);
const file = await seconds('encode', () => codec.encode(picture));
console.log(`${file.length} bytes, ${((8 * file.length) / (width * height)).toFixed(3)} bpp`);
await seconds('decode', () => codec.decode(file));

// A part that begins far from tiles' edges, without what lies as near to its own edges as the encoder looks.
const [left, top, side, margin] = [512, 512, 1024, 5];
const part = await codec.symbols(cropPicture(picture, { left, top, width: side, height: side }));
const whole = readL3ix(file);
const [columns, count] = [Math.ceil(width / 8), side / 8];
let [compared, differing] = [0, 0];
for (const [channel, symbols] of part.channels.entries()) {
  for (let y = margin; y < count - margin; y++) {
    for (let x = margin; x < count - margin; x++, compared++) {
      if (symbols[y * count + x] !== whole.channels[channel][(y + top / 8) * columns + x + left / 8]) differing++;
    }
  }
}
console.log(`${differing} of ${compared} symbols differ from those of a part that is seen whole`);
