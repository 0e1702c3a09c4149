import { decodePixels, encodePng } from '@sandwich/pictures';
import { type Codec, checkedCodec } from '../codec.js';
import { assertTimeLimit, convertFile, DEFAULT_TIME_LIMIT, type ExternalTool, toolVersion } from './external-tool.js';

const encoder = { command: 'opj_compress', package: 'libopenjp2-tools' };
const decoder = { command: 'opj_decompress', package: 'libopenjp2-tools' };
const SIGNATURE = '0000000c6a5020200d0a870a';
/** Resolutions of larger pictures, OpenJPEG's own default. */
const MOST_RESOLUTIONS = 6;

/** Settings of the JPEG 2000 codec. */
export interface Jpeg2000CodecOptions {
  /** Whether the wavelet is the 9/7 one, which is for lossy files, instead of the reversible 5/3 one. Default false, as OpenJPEG and the neural imaging toolbox. */
  irreversible?: boolean;
  /** Seconds after which a program is killed. Default 300. */
  timeLimit?: number;
}

/**
 * JPEG 2000, by the programs of OpenJPEG. Its quality is a PSNR in dB, that of one layer, as the neural imaging toolbox compares.
 *
 * @throws Error naming the package to install when a program is missing
 */
export async function createJpeg2000Codec(options: Jpeg2000CodecOptions = {}): Promise<Codec> {
  const { irreversible = false, timeLimit = DEFAULT_TIME_LIMIT } = options;
  assertTimeLimit(timeLimit, 'createJpeg2000Codec');
  return checkedCodec({
    name: 'jpeg2000',
    format: 'JPEG 2000',
    settings: {
      encoder: await version(encoder, timeLimit),
      decoder: await version(decoder, timeLimit),
      wavelet: irreversible ? '9/7' : '5/3',
      layer: 'PSNR of the quality, dB',
    },
    qualities: Array.from({ length: 20 }, (_, i) => 25 + i),
    grayscale: true,
    isFile: (bytes) => bytes.toString('hex', 0, SIGNATURE.length / 2) === SIGNATURE,
    async encode(image, quality) {
      const least = Math.min(image.width, image.height);
      const resolutions = Math.min(MOST_RESOLUTIONS, Math.floor(Math.log2(least)) + 1);
      return convertFile(await encodePng(image), {
        timeLimit,
        tool: encoder,
        args: (input, output) => [
          ...['-i', input, '-o', output, '-q', `${quality}`, '-n', `${resolutions}`],
          ...(irreversible ? ['-I'] : []),
        ],
        from: 'png',
        to: 'jp2',
      });
    },
    async decode(bytes) {
      const args = (input: string, output: string) => ['-i', input, '-o', output];
      return decodePixels(await convertFile(bytes, { timeLimit, tool: decoder, args, from: 'jp2', to: 'png' }));
    },
  });
}

const version = (tool: ExternalTool, timeLimit: number): Promise<string> =>
  toolVersion(tool, { args: ['-h'], pattern: /openjp2 library v(\d\S*?)\.?\s/, timeLimit });
