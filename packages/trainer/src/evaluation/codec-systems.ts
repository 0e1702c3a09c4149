import { subsamplingOf } from '@sandwich/codec-proxy';
import { type Codec, type CodecName, type CodecSettings, codecs } from '@sandwich/codecs';
import { codecFiles, type Sandwich } from '@sandwich/models';
import {
  annexKSettings,
  flatSettings,
  type JpegSetting,
  qualitySettings,
  type System,
  scaledSettings,
} from './system.js';

/** Codecs that can be evaluated, and how their formats are called. */
export const formats: Record<CodecName, string> = {
  jpeg: 'JPEG',
  webp: 'WebP',
  avif: 'AVIF',
  heic: 'HEIC',
  jxl: 'JPEG XL',
};

/** Settings of the sandwich's codec, as multiples of the steps that it was trained with. */
const STEP_MULTIPLES = [0.5, 0.7, 1, 1.4, 2, 2.8, 4, 5.6];
/** Settings of the plain codec: wide and dense enough to bracket every rate. */
const PLAIN_STEPS = [4, 6, 8, 11, 16, 23, 32, 45, 64, 91, 128];
const PLAIN_QUALITIES = [5, 10, 15, 20, 30, 40, 50, 60, 70, 80, 90, 95];
/** Steps at which 8 bits limit the plain codec, for deeper images. */
const FINE_STEPS = [1, 2, 3];

/** Trained networks and the codec without them. */
export interface RunModels {
  model: Sandwich;
  plain: Sandwich;
  /** The codec alone at the size of the images, where the networks reduce them. */
  plainFullSize?: Sandwich;
  /** Of the networks: which, and how long they were trained. */
  description: string;
  /** Of the images. */
  bitDepth: number;
}

/** A run's networks around one codec, and that codec alone. */
export interface CodecSystems {
  codecName: CodecName;
  /** The codec and how the bottleneck lies in its files, for people. */
  codec: string;
  /** Versions and settings, all but what differs from point to point. */
  codecSettings: CodecSettings;
  sandwich: System;
  plain: System[];
}

const isInColour = (model: Sandwich): boolean =>
  codecFiles(model).layout.convertToYuv === true && model.bottleneckChannels >= 3;

/**
 * A codec for the files of a model's bottleneck: colour with the chroma that the proxy was trained for, where the codec leaves a choice, and
 * 4:2:0 for 4:2:2 in other codecs than JPEG.
 * Grayscale images that must be stored as colour have little chroma to store.
 *
 * @throws Error naming the package to install when a program is missing
 */
export function openCodec(name: CodecName, model: Sandwich): Promise<Codec> {
  const asked = isInColour(model) ? subsamplingOf(codecFiles(model).layout) : '4:2:0';
  if (name === 'jpeg') return codecs.jpeg({ subsampling: asked });
  return codecs[name]({ subsampling: asked === '4:2:2' ? '4:2:0' : asked });
}

/** How the bottleneck of a model lies in files of a codec. */
export function layoutText(codec: Codec, model: Sandwich): string {
  const { bottleneckChannels } = model.architecture;
  const { layout } = codecFiles(model);
  if (!isInColour(model)) {
    const files = bottleneckChannels === 1 ? 'grayscale' : `${bottleneckChannels} grayscale files`;
    const halved = layout.downsampleChroma && bottleneckChannels > 1 ? ', second and third of three at half size' : '';
    return `${files}${halved}${codec.grayscale ? '' : ', stored as colour'}`;
  }
  const asked = subsamplingOf(layout);
  const { subsampling } = codec.settings;
  const colour = subsampling === undefined ? 'XYB 4:4:4' : `YUV ${subsampling}`;
  const other = (subsampling ?? '4:4:4') === asked ? '' : ` (the networks were trained for ${asked})`;
  return `${colour}${other}${bottleneckChannels === 3 ? '' : `, ${bottleneckChannels} channels in groups of three`}`;
}

/** The tables at which networks are measured: those that they were trained with, at several scales, or else Annex K's. */
function trainedTables(
  model: Sandwich,
  { trained, asked, multiples = STEP_MULTIPLES, qualities = PLAIN_QUALITIES }: JpegSteps,
): { name: string; settings: JpegSetting[] } {
  if (trained !== undefined) {
    const steps = wholeSteps(asked ?? multiples.map((multiple) => trained * multiple));
    return { name: 'flat tables', settings: flatSettings(steps) };
  }
  const { tables } = codecFiles(model);
  return tables
    ? { name: 'the tables that they were trained with', settings: scaledSettings({ tables }, multiples) }
    : { name: 'Annex K tables', settings: annexKSettings(qualities) };
}

/** Steps as flat tables in files have them. */
const wholeSteps = (steps: readonly number[]): number[] => [
  ...new Set(steps.map((step) => Math.min(Math.max(Math.round(step), 1), 255))),
];

/** What the codec without networks is called in comparisons: once, or at both sizes where the networks reduce images. */
const anchorNames = ({ model: { downsampleFactor } }: RunModels) =>
  downsampleFactor > 1
    ? { plain: `plain codec at 1/${downsampleFactor} of width and height`, fullSize: 'plain codec at full size' }
    : { plain: 'plain codec', fullSize: '' };

/** Settings of JPEG: the trained step of flat tables, where there is one, steps that were asked for, multiples of the trained steps, and qualities. */
interface JpegSteps {
  trained?: number;
  asked?: readonly number[];
  multiples?: readonly number[];
  qualities?: readonly number[];
}

/**
 * Systems around JPEG: the tables that the networks were trained with, at several scales, and for the codec alone flat ones and those of
 * Annex K.
 */
export function jpegSystems(models: RunModels, codec: Codec, steps: JpegSteps): CodecSystems {
  const { model, plain, plainFullSize, description, bitDepth } = models;
  const { trained, asked, qualities = PLAIN_QUALITIES } = steps;
  if (trained === undefined && asked) {
    throw new Error(`flat tables of the steps ${asked} are for networks that were trained with flat tables`);
  }
  const tables = trainedTables(model, steps);
  const plainSteps = bitDepth > 8 ? [...FINE_STEPS, ...PLAIN_STEPS] : PLAIN_STEPS;
  const { tables: _, subsampling, ...settings } = codec.settings;
  const names = anchorNames(models);
  const alone = (suffix: string, model: Sandwich, anchor: string): System[] => {
    const common = { description: 'the same codec without networks', model, anchor, bitDepth };
    // The estimate would be of the same bits.
    const flat = flatSettings(plainSteps).map(({ label, tables }) => ({ label, tables }));
    return [
      { name: `JPEG, flat tables${suffix}`, ...common, settings: flat },
      { name: `JPEG, Annex K tables${suffix}`, ...common, settings: annexKSettings(qualities) },
    ];
  };
  return {
    codecName: 'jpeg',
    codec: `baseline JPEG, ${layoutText(codec, model)}, optimised Huffman tables, decoded by libjpeg-turbo`,
    codecSettings: isInColour(model) ? { ...settings, subsampling } : settings,
    sandwich: {
      name: 'sandwich',
      description: `${description}, JPEG with ${tables.name}`,
      model,
      settings: tables.settings,
      bitDepth,
    },
    plain: [
      ...alone('', plain, names.plain),
      ...(plainFullSize ? alone(', full size', plainFullSize, names.fullSize) : []),
    ],
  };
}

/**
 * Systems around any other codec, which the networks were not trained for.
 *
 * @param qualities for the networks and the codec alone at their size
 * @param fullSizeQualities for the codec alone at the size of the images
 */
export function otherSystems(
  models: RunModels,
  codec: Codec,
  qualities: readonly number[],
  fullSizeQualities = qualities,
): CodecSystems {
  const { model, plain, plainFullSize, description, bitDepth } = models;
  const codecName = codec.name as CodecName;
  const format = formats[codecName];
  const names = anchorNames(models);
  const settings = qualitySettings(codec, qualities);
  const alone = { description: 'the same codec without networks', bitDepth };
  const fullSize = plainFullSize && {
    name: `${format}, full size`,
    ...alone,
    model: plainFullSize,
    anchor: names.fullSize,
    settings: qualitySettings(codec, fullSizeQualities),
  };
  return {
    codecName,
    codec: `${format}, ${layoutText(codec, model)}`,
    codecSettings: codec.settings,
    sandwich: { name: 'sandwich', description: `${description}, ${format}`, model, settings, bitDepth },
    plain: [{ name: format, ...alone, model: plain, anchor: names.plain, settings }, ...(fullSize ? [fullSize] : [])],
  };
}
