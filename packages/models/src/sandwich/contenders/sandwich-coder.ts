import { availableParallelism } from 'node:os';
import type { CodecFiles } from '@sandwich/codec-proxy';
import type { Coder } from '@sandwich/evaluation';
import { cropPicture, firstChannels, type Picture, toSamples } from '@sandwich/pictures';
import { codecFiles } from '../codec-files.js';
import type { Curve } from '../companding/choose-curve.js';
import { EXPONENT_BITS } from '../companding/exponents.js';
import type { Sandwich } from '../sandwich.js';
import { postprocessInTiles, SMALL_TILES } from '../tiling/tiles.js';
import { type CodecSetting, type CurveSetting, flatSettings } from './codec-setting.js';
import { inOrder } from './in-order.js';
import { modelKey } from './model-key.js';
import { type BottleneckOf, type FileCondition, sharedPreprocessor } from './shared-passes.js';
import { stepOfSetting } from './step-of-setting.js';

/** A float32 in each file of networks that are conditioned on the quantiser step. */
const BITS_OF_STEP = 32;

/** The part of a bottleneck that is of the picture itself. */
const withoutPadding = (bottleneck: Picture<Uint8Array>, { width, height }: Picture, factor: number) =>
  cropPicture(bottleneck, {
    left: 0,
    top: 0,
    width: Math.ceil(width / factor),
    height: Math.ceil(height / factor),
  });

const viewsOf = (
  bottleneck: Picture<Uint8Array, number>,
  decoded: Picture<Uint8Array | Float32Array, number>,
  image: Picture,
  factor: number,
): Record<string, Picture> => {
  const shown = (picture: Picture<Uint8Array, number>) => withoutPadding(firstChannels(picture), image, factor);
  const compressed = { ...decoded, data: toSamples(new Float32Array(decoded.data), 8) };
  return { bottleneck: shown(bottleneck), 'compressed bottleneck': shown(compressed) };
};

/** Factor of a setting on the steps that the networks were trained with; undefined where the setting is of other tables. */
function stepScaleOf({ stepScale, qstep }: CodecSetting, files: CodecFiles): number | undefined {
  const trained = files.flatStep?.();
  return stepScale ?? (qstep && trained && qstep / trained);
}

/** What a model becomes as a coder. */
export interface SandwichCoderOptions {
  name: string;
  /** Default: the name. */
  description?: string;
  /** Which codec it is, where its settings do not tell it from others: equal names are equal files. */
  codec: string;
  /** Behind a companding curve slopes, else settings of the codec. */
  settings: readonly (CodecSetting | CurveSetting)[];
  /** The curve of a picture at a slope; for a sandwich with `companding`. */
  curveOf?(image: Picture, slope: number): Promise<Curve>;
  /** See `Coder`. */
  group?: string;
  /** Whether codings have views. Default true. */
  withViews?: boolean;
  /** Default: the model's own. */
  bottleneckOf?: BottleneckOf;
}

/** A setting as it is for one picture, what the networks are told, and how many bits that takes. */
interface PictureSetting {
  setting: CodecSetting;
  condition: FileCondition;
  conditionBits: number;
}

async function settingFor(
  model: Sandwich,
  image: Picture,
  setting: CodecSetting | CurveSetting,
  curveOf: SandwichCoderOptions['curveOf'],
): Promise<PictureSetting> {
  const curve = 'slope' in setting ? await curveOf!(image, setting.slope) : undefined;
  const codecSetting = curve ? flatSettings([curve.qstep])[0] : (setting as CodecSetting);
  const step = stepOfSetting(model, codecSetting);
  const conditionBits = (step === undefined ? 0 : BITS_OF_STEP) + (curve ? EXPONENT_BITS : 0);
  return { setting: codecSetting, condition: { step, exponent: curve?.exponent }, conditionBits };
}

/**
 * A sandwich around a real codec, or the codec alone where a model has no networks, as a coder: a picture goes through the pre-processor once,
 * or, where the networks are conditioned on the quantiser step, once for each step, whose 32 bits are counted, or behind a companding curve once for each
 * curve, whose 8 bits are counted; then through files at each
 * setting, then through the post-processor. Codecs run beside the post-processor, for as many settings at a time as there are cores. Networks
 * see the picture in tiles. The views are the bottleneck before and after the codec, without its padding.
 *
 * @example
 * const coder = sandwichCoder(model, { name: 'mine', codec: 'jpeg', settings: flatSettings([10, 20, 40]) });
 */
export function sandwichCoder(model: Sandwich, options: SandwichCoderOptions): Coder {
  const {
    name,
    description = name,
    codec,
    settings,
    group,
    curveOf,
    withViews = true,
    bottleneckOf = sharedPreprocessor(model),
  } = options;
  const files = codecFiles(model);
  const { downsampleFactor: factor, pre, post, loopFilter } = model.architecture;
  const isTrained = [pre, post, loopFilter].some((unet) => unet !== null);
  return {
    name,
    description,
    key: `${codec} ${modelKey(model)}`,
    group,
    settings: settings.map((setting) => setting.name),
    ...(isTrained && { networks: 1 }),
    pixels: ({ width, height }) => width * height,
    async *code(image, indices) {
      const work = indices.map((index) => async () => {
        const chosen = await settingFor(model, image, settings[index], curveOf);
        const bottleneck = await bottleneckOf(image, chosen.condition);
        return { index, ...chosen, bottleneck, ...(await chosen.setting.code(bottleneck, files.layout)) };
      });
      for await (const coding of inOrder(work, availableParallelism())) {
        const { index, setting, condition, conditionBits, bottleneck, decoded, bits } = coding;
        const scale = stepScaleOf(setting, files);
        const estimatedBits = scale === undefined ? undefined : files.estimateBits?.(bottleneck, scale);
        yield {
          setting: index,
          bits: bits + conditionBits,
          estimatedBits: estimatedBits === undefined ? undefined : estimatedBits + conditionBits,
          output: firstChannels(await postprocessInTiles(model, decoded, image, { ...SMALL_TILES, ...condition })),
          views: withViews ? viewsOf(bottleneck, decoded, image, factor) : {},
        };
      }
    },
  };
}
