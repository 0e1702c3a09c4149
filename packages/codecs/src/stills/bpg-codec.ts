import { decodePixels, encodePng } from '@sandwich/pictures';
import { type Codec, checkedCodec } from '../codec.js';
import { assertTimeLimit, convertFile, DEFAULT_TIME_LIMIT, type ExternalTool, toolVersion } from './external-tool.js';

/** No package of Debian brings them. */
const encoder = { command: 'bpgenc', package: 'libbpg of https://bellard.org/bpg' };
const decoder = { command: 'bpgdec', package: 'libbpg of https://bellard.org/bpg' };
const MAGIC = '425047fb';
const MOST_QP = 51;

/** Settings of the BPG codec. */
export interface BpgCodecOptions {
  /** Seconds after which a program is killed. Default 300. */
  timeLimit?: number;
}

/** The quantiser parameter of HEVC, 0 to 51, that a quality stands for: 52 less the quality. */
export const bpgQuantizer = (quality: number): number => Math.max(0, MOST_QP + 1 - quality);

/**
 * BPG with chroma of full size, by the programs of libbpg. A quality q is HEVC's quantiser parameter 52 - q, so that 13 to 42 are those that the neural imaging
 * toolbox compares, 39 to 10; more than 52 is 52.
 *
 * @throws Error saying what to install when a program is missing
 */
export async function createBpgCodec({ timeLimit = DEFAULT_TIME_LIMIT }: BpgCodecOptions = {}): Promise<Codec> {
  assertTimeLimit(timeLimit, 'createBpgCodec');
  return checkedCodec({
    name: 'bpg',
    format: 'BPG',
    settings: {
      encoder: await version(encoder, timeLimit),
      decoder: await version(decoder, timeLimit),
      subsampling: '4:4:4',
      quantizer: '52 - quality',
    },
    qualities: Array.from({ length: 30 }, (_, i) => 13 + i),
    grayscale: true,
    isFile: (bytes) => bytes.toString('hex', 0, MAGIC.length / 2) === MAGIC,
    encode: async (image, quality) =>
      convertFile(await encodePng(image), {
        timeLimit,
        tool: encoder,
        args: (input, output) => ['-q', `${bpgQuantizer(quality)}`, '-f', '444', '-o', output, input],
        from: 'png',
        to: 'bpg',
      }),
    async decode(bytes) {
      const args = (input: string, output: string) => ['-o', output, input];
      return decodePixels(await convertFile(bytes, { timeLimit, tool: decoder, args, from: 'bpg', to: 'png' }));
    },
  });
}

const version = (tool: ExternalTool, timeLimit: number): Promise<string> =>
  toolVersion(tool, { args: ['-h'], pattern: /version (\d\S*)/, timeLimit });
