import { type CodecFiles, subsamplingOf } from '@sandwich/codec-proxy';
import {
  type Codec,
  type CodecName,
  codecs,
  encodeJpeg,
  flatTables,
  priceOfBit,
  type QuantizationTables,
  scaledTables,
  tableStep,
} from '@sandwich/codecs';
import { checkQuality, DEFAULT_QUALITY } from '../../ordinary-files/ordinary-files.js';

/** Which codec carries the bottleneck, and how finely. */
export interface EncodeOptions {
  /** Default `jpeg`. HEIC and JPEG XL need the programs that `docs/jpeg.md` names. */
  codec?: CodecName;
  /**
   * Only JPEG: the step of flat quantisation tables, 1 to 255, rounded. Default: the tables that the networks were trained with. Behind a companding curve
   * the step of the plain codec whose slope the file has, up to 255, not necessarily a whole one, default 1; the step of the tables follows from the
   * picture's curve.
   */
  qstep?: number;
  /** Only JPEG: factor on all steps of the tables that the networks were trained with, positive. */
  stepScale?: number;
  /** On the codec's own scale, 1 to 100; for JPEG it scales Annex K's tables. Default for other codecs than JPEG: 75. */
  quality?: number;
  /**
   * Only JPEG: chooses levels by rate and distortion of the bottleneck, at the price of a bit that suits the tables' step for luma, instead of
   * rounding: a smaller file, which any decoder reads. Default false.
   */
  trellis?: boolean;
  /** Called after each tile that the pre-processor has made. */
  onTile?(done: number, count: number): void;
}

/** A codec at a setting. */
export type ChosenCodec = Pick<Codec, 'name' | 'decode'> & {
  name: CodecName;
  /** What networks that are conditioned on the quantiser step are told: a float32, as files hold it. */
  step: number;
  encode(image: Parameters<Codec['encode']>[0]): Promise<Uint8Array>;
};

/** @throws RangeError for options that do not go with a companding curve, or a slope that is out of range */
export function checkCurveOptions({ codec = 'jpeg', qstep, stepScale, quality }: EncodeOptions): void {
  if (codec !== 'jpeg') {
    throw new RangeError(`networks behind a companding curve write JPEG files with flat tables, not ${codec}`);
  }
  for (const [key, value] of Object.entries({ stepScale, quality })) {
    if (value !== undefined) {
      throw new RangeError(
        `${key} does not go with a companding curve, whose tables are flat: give qstep, such as 0.5`,
      );
    }
  }
  if (qstep !== undefined && !(qstep > 0 && qstep <= 255)) {
    throw new RangeError(`qstep must be above 0 and at most 255, got ${qstep}`);
  }
}

function jpegTables({ qstep, quality, stepScale }: EncodeOptions, files: CodecFiles): QuantizationTables {
  if (quality !== undefined) return scaledTables(quality);
  if (qstep === undefined) {
    if (files.tables) return files.tables(stepScale);
    throw new RangeError('the networks were trained for another codec than JPEG: give a quality');
  }
  if (!(qstep >= 1 && qstep <= 255)) throw new RangeError(`qstep must be 1 to 255, got ${qstep}`);
  return flatTables(qstep);
}

/**
 * The codec that options ask for.
 *
 * @param files those that the networks were trained for; with another codec than JPEG 4:2:0 stands for 4:2:2, and WebP knows 4:2:0 only
 * @throws RangeError for options that are out of range or exclude each other
 * @throws Error when a program that the codec needs is missing
 */
export async function chooseCodec(options: EncodeOptions, files: CodecFiles): Promise<ChosenCodec> {
  const subsampling = subsamplingOf(files.layout);
  const { codec: name = 'jpeg', qstep, stepScale, quality = DEFAULT_QUALITY, trellis = false } = options;
  if (!Object.hasOwn(codecs, name)) {
    throw new RangeError(`codec must be one of ${Object.keys(codecs).join(', ')}, got '${name}'`);
  }
  if (qstep !== undefined && options.quality !== undefined) {
    throw new RangeError(`give either qstep or quality, got both (${qstep} and ${options.quality})`);
  }
  if (stepScale !== undefined && (qstep !== undefined || options.quality !== undefined)) {
    throw new RangeError(`give either stepScale or ${qstep === undefined ? 'quality' : 'qstep'}, got both`);
  }
  if (typeof trellis !== 'boolean') throw new RangeError(`trellis must be true or false, got ${trellis}`);
  for (const [key, value] of Object.entries({ qstep, stepScale, trellis: trellis || undefined })) {
    if (value !== undefined && name !== 'jpeg') throw new RangeError(`${key} is for jpeg only; ${name} takes quality`);
  }
  if (stepScale !== undefined && !(stepScale > 0 && stepScale < Infinity)) {
    throw new RangeError(`stepScale must be positive and finite, got ${stepScale}`);
  }
  checkQuality(quality);
  if (name === 'jpeg') {
    const tables = jpegTables(options, files);
    const { decode } = await codecs.jpeg();
    const step = tableStep(tables.luma);
    const price = trellis ? priceOfBit(step) : undefined;
    return {
      name,
      step: Math.fround(step),
      decode,
      encode: async (image) => encodeJpeg(image, { tables, subsampling, optimizeHuffman: true, trellis: price }),
    };
  }
  const codec = await codecs[name]({ subsampling: subsampling === '4:2:2' ? '4:2:0' : subsampling });
  // All codecs that come with the package say it.
  const step = Math.fround(codec.step!(quality));
  return { name, step, decode: codec.decode, encode: (image) => codec.encode(image, quality) };
}
