import { encodePng, type Picture } from '@sandwich/pictures';
import type { CodecSettings } from '../codec.js';
import { checkedQuality } from '../jpeg/quantization-tables.js';
import { convertFile, DEFAULT_TIME_LIMIT } from './external-tool.js';
import { distance, jxlSettings, jxlTools } from './jxl-codec.js';

/** A lossy codec of pictures of up to 16 bits a sample. */
export interface DeepCodec {
  name: string;
  settings: CodecSettings;
  /** Makes the file of a picture. @param quality whole number of 1 to 100; more is better */
  encode(picture: Picture, quality: number): Promise<Uint8Array>;
  /** @returns samples of 16 bits. @param channels of the picture that was encoded */
  decode(bytes: Uint8Array, channels: 1 | 3): Promise<Picture<Uint16Array>>;
}

const PNM = /^P([56])\s+(\d+)\s+(\d+)\s+(\d+)\s/;

/** A file of 16 bits a sample as djxl writes it. */
function readPnm(bytes: Uint8Array): Picture<Uint16Array> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const header = PNM.exec(buffer.toString('latin1', 0, 64));
  if (header?.[4] !== '65535') throw new Error('djxl has not written a picture of 16 bits a sample');
  const [width, height] = [Number(header[2]), Number(header[3])];
  const channels = header[1] === '5' ? 1 : 3;
  const data = new Uint16Array(width * height * channels);
  for (let i = 0; i < data.length; i++) data[i] = buffer.readUInt16BE(header[0].length + 2 * i);
  return { data, width, height, channels, bitDepth: 16 };
}

/**
 * JPEG XL in its lossy mode for pictures of more than 8 bits a sample, by the programs of libjxl. Samples of fewer than 16 bits are scaled to 16.
 *
 * @throws MissingToolError naming the package to install when a program is missing
 */
export async function createDeepJxl({ effort = 7 }: { effort?: number } = {}): Promise<DeepCodec> {
  const convert = { timeLimit: DEFAULT_TIME_LIMIT };
  return {
    name: 'jxl, 16 bits',
    settings: await jxlSettings(effort, DEFAULT_TIME_LIMIT),
    encode: async (picture, quality) =>
      convertFile(await encodePng(picture, { compressionLevel: 0 }), {
        ...convert,
        tool: jxlTools.encoder,
        args: (input, output) => [
          input,
          output,
          `--distance=${distance(checkedQuality(quality, 'deep JPEG XL'))}`,
          `--effort=${effort}`,
          '--quiet',
        ],
        from: 'png',
        to: 'jxl',
      }),
    decode: async (bytes, channels) =>
      readPnm(
        await convertFile(bytes, {
          ...convert,
          tool: jxlTools.decoder,
          args: (input, output) => [input, output, '--bits_per_sample=16', '--quiet'],
          from: 'jxl',
          to: channels === 1 ? 'pgm' : 'ppm',
        }),
      ),
  };
}
