import { decodePixels, encodePng } from '@sandwich/pictures';
import { type Codec, checkedCodec } from '../codec.js';
import { measuredSteps } from '../measured-steps.js';
import { assertTimeLimit, convertFile, DEFAULT_TIME_LIMIT, type ExternalTool, toolVersion } from './external-tool.js';

const encoder = { command: 'cjxl', package: 'libjxl-tools' };
const decoder = { command: 'djxl', package: 'libjxl-tools' };

/** The programs of libjxl. */
export const jxlTools = { encoder, decoder };

/** Settings of the `jxl` codec. */
export interface JxlCodecOptions {
  /** 1 (fastest) to 9 (best). Default 7. */
  effort?: number;
  /** Seconds after which a program is killed. Default 300. */
  timeLimit?: number;
}

/**
 * JPEG XL in its lossy mode, XYB with the variable-size DCT, by the programs of libjxl.
 *
 * @throws Error naming the package to install when a program is missing
 */
export async function createJxlCodec(options: JxlCodecOptions = {}): Promise<Codec> {
  const { effort = 7, timeLimit = DEFAULT_TIME_LIMIT } = options;
  if (!Number.isInteger(effort) || effort < 1 || effort > 9) {
    throw new RangeError(`codecs.jxl: effort must be a whole number of 1 to 9, got ${effort}`);
  }
  assertTimeLimit(timeLimit, 'codecs.jxl');
  const convert = { timeLimit };
  return checkedCodec({
    name: 'jxl',
    format: 'JPEG XL',
    settings: await jxlSettings(effort, timeLimit),
    qualities: [5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95],
    step: measuredSteps({
      1: 119.2,
      5: 104.9,
      10: 88.5,
      20: 61.1,
      30: 47.8,
      40: 42.3,
      50: 36.5,
      60: 30.4,
      70: 23.6,
      80: 15.9,
      90: 8.33,
      95: 4.57,
      99: 1.64,
      100: 1.64,
    }),
    grayscale: true,
    isFile: (bytes) => ['ff0a', '0000000c4a584c20'].some((start) => bytes.toString('hex').startsWith(start)),
    encode: async (image, quality) =>
      convertFile(await encodePng(image), {
        ...convert,
        tool: encoder,
        args: (input, output) => [input, output, `--distance=${distance(quality)}`, `--effort=${effort}`, '--quiet'],
        from: 'png',
        to: 'jxl',
      }),
    async decode(bytes) {
      const args = (input: string, output: string) => [input, output, '--quiet'];
      return decodePixels(await convertFile(bytes, { ...convert, tool: decoder, args, from: 'jxl', to: 'png' }));
    },
  });
}

/**
 * The distance that libjxl's own scale of qualities stands for. It is given instead of the quality because `cjxl -q` has changed its
 * meaning between versions.
 */
export function distance(quality: number): string {
  if (quality === 100) return '0';
  const value = quality >= 30 ? 0.1 + 0.09 * (100 - quality) : (53 / 3000) * quality ** 2 - (23 / 20) * quality + 25;
  return value.toFixed(3);
}

/** Versions and settings of files of an effort. */
export const jxlSettings = async (effort: number, timeLimit: number) => ({
  encoder: await version(encoder, timeLimit),
  decoder: await version(decoder, timeLimit),
  effort,
  distance: 'JxlEncoderDistanceFromQuality(quality)',
});

const version = (tool: ExternalTool, timeLimit: number): Promise<string> =>
  toolVersion(tool, { args: ['--version'], pattern: /v(\d\S*)/, timeLimit });
