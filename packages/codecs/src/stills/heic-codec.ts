import { decodePixels, encodePng } from '@sandwich/pictures';
import { type Codec, checkedCodec } from '../codec.js';
import { fileBrands } from '../containers/isobmff.js';
import type { Subsampling } from '../jpeg/color/chroma-subsampling.js';
import { measuredSteps } from '../measured-steps.js';
import { assertTimeLimit, convertFile, DEFAULT_TIME_LIMIT, MissingToolError, runTool } from './external-tool.js';

const encoder = { command: 'heif-enc', package: 'libheif-examples' };
/** Newer and older name of one program. */
const decoders = ['heif-dec', 'heif-convert'].map((command) => ({ command, package: 'libheif-examples' }));

/** Settings of the `heic` codec. */
export interface HeicCodecOptions {
  /** Default `4:2:0`. */
  subsampling?: Subsampling;
  /** Preset of x265. Default `slow`. */
  preset?: 'ultrafast' | 'superfast' | 'veryfast' | 'faster' | 'fast' | 'medium' | 'slow' | 'slower' | 'veryslow';
  /** What x265 optimises for. Default `ssim`. */
  tune?: 'psnr' | 'ssim' | 'grain';
  /** Seconds after which a program is killed. Default 300. */
  timeLimit?: number;
}

/**
 * HEIC (HEVC intra), by the programs of libheif with x265 and libde265: BT.601 YCbCr of full range, 8 bits.
 *
 * @throws Error naming the package to install when a program or its HEVC plugin is missing
 */
export async function createHeicCodec(options: HeicCodecOptions = {}): Promise<Codec> {
  const { subsampling = '4:2:0', preset = 'slow', tune = 'ssim', timeLimit = DEFAULT_TIME_LIMIT } = options;
  assertTimeLimit(timeLimit, 'codecs.heic');
  const chroma = subsampling.replaceAll(':', '');
  const parameters = { chroma, preset, tune, 'tu-intra-depth': 2, complexity: 50 };
  const profile = { matrix_coefficients: 6, colour_primaries: 1, transfer_characteristic: 13, full_range_flag: 1 };
  const args = [
    ...Object.entries(parameters).flatMap(([name, value]) => ['-p', `${name}=${value}`]),
    ...Object.entries(profile).map(([name, value]) => `--${name}=${value}`),
  ];
  const decoder = await presentDecoder(timeLimit);
  return checkedCodec({
    name: 'heic',
    format: 'HEIC',
    settings: {
      encoder: await versions(encoder, '--list-encoders', 'x265', timeLimit),
      decoder: await versions(decoder, '--list-decoders', 'libde265', timeLimit),
      subsampling,
      arguments: args.join(' '),
    },
    qualities: [5, 10, 20, 30, 40, 50, 60, 70, 80, 90],
    step: measuredSteps({
      1: 166.9,
      5: 137.9,
      10: 112,
      20: 63.3,
      30: 34.4,
      40: 18.4,
      50: 10.1,
      60: 5.47,
      70: 2.79,
      80: 1.47,
      90: 1,
      95: 1,
      99: 1,
      100: 1,
    }),
    grayscale: true,
    isFile: (bytes) => fileBrands(bytes).some((brand) => ['heic', 'heix', 'heim', 'heis'].includes(brand)),
    encode: async (image, quality) =>
      convertFile(await encodePng(image), {
        tool: encoder,
        args: (input, output) => ['-q', `${quality}`, ...args, '-o', output, input],
        from: 'png',
        to: 'heic',
        timeLimit,
      }),
    async decode(bytes) {
      const args = (input: string, output: string) => [input, output];
      const png = await convertFile(bytes, { tool: decoder, args, from: 'heic', to: 'png', timeLimit });
      const image = await decodePixels(png);
      // The program writes RGB in every case.
      if (!isMonochrome(bytes) || image.channels === 1) return image;
      return { ...image, data: image.data.filter((_, i) => i % 3 === 0), channels: 1 };
    },
  });
}

async function presentDecoder(timeLimit: number): Promise<(typeof decoders)[number]> {
  const [newer, older] = decoders;
  try {
    await runTool(newer, { args: ['--list-decoders'], timeLimit });
    return newer;
  } catch (error) {
    if (error instanceof MissingToolError) return older;
    throw error;
  }
}

/** E.g. `heif-enc (libheif 1.15.1), x265 HEVC encoder (3.5)`. */
async function versions(
  tool: (typeof decoders)[number],
  listing: string,
  plugin: string,
  timeLimit: number,
): Promise<string> {
  const help = await runTool(tool, { args: ['--help'], timeLimit });
  const list = await runTool(tool, { args: [listing], timeLimit });
  const library = /libheif version: (\S+)/.exec(help.output)?.[1] ?? 'unknown';
  const description = new RegExp(`^- ${plugin} = (.*?)( \\[default\\])?$`, 'm').exec(list.output)?.[1];
  if (description === undefined) {
    throw new Error(
      `codecs.heic: ${tool.command} of libheif ${library} lacks ${plugin}: install the package libheif-plugin-${plugin}`,
    );
  }
  return `${tool.command} (libheif ${library}), ${description}`;
}

/** Whether the HEVC configuration box (ISO/IEC 14496-15, 8.3.3.1) tells a chroma format of 0. */
function isMonochrome(bytes: Uint8Array): boolean {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const box = file.indexOf('hvcC');
  return box >= 0 && (file[box + 20] & 3) === 0;
}
