import { availableParallelism } from 'node:os';
import type { CodecFiles } from '@sandwich/codec-proxy';
import type { Coder } from '@sandwich/evaluation';
import { cropPicture, firstChannels, type Picture, toSamples } from '@sandwich/pictures';
import { codecFiles } from '../codec-files.js';
import type { Sandwich } from '../sandwich.js';
import { postprocessInTiles, preprocessInTiles } from '../tiling/tiles.js';
import type { CodecSetting } from './codec-setting.js';
import { inOrder } from './in-order.js';
import { modelKey } from './model-key.js';
import { stepOfSetting } from './step-of-setting.js';

/** A float32 in each file of networks that are conditioned on the quantiser step. */
const BITS_OF_STEP = 32;

/** Smaller than for a codec alone: beside the activations there is what measures need. */
const TILES = { tile: 256 };

/** What comes out of a pre-processor for a picture, at a quantiser step where the networks are conditioned on it. */
export type BottleneckOf = (image: Picture, step: number | undefined) => Promise<Picture<Uint8Array, number>>;

/** The pre-processor of a model, whose passes over a picture several coders share: those over the last one are kept. */
export function sharedPreprocessor(model: Sandwich): BottleneckOf {
  let last: { image: Picture; bottlenecks: Map<number | undefined, Promise<Picture<Uint8Array, number>>> } | undefined;
  return (image, step) => {
    if (last?.image !== image) last = { image, bottlenecks: new Map() };
    const bottleneck = last.bottlenecks.get(step) ?? preprocessInTiles(model, image, { ...TILES, step });
    last.bottlenecks.set(step, bottleneck);
    return bottleneck;
  };
}

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

/** By what the steps that the networks were trained with are multiplied at a setting; undefined where they have nothing to do with it. */
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
  settings: readonly CodecSetting[];
  /** See `Coder`. */
  group?: string;
  /** Whether codings have views. Default true. */
  withViews?: boolean;
  /** Default: the model's own. */
  bottleneckOf?: BottleneckOf;
}

/**
 * A sandwich around a real codec, or the codec alone where a model has no networks, as a coder: a picture goes through the pre-processor once,
 * or, where the networks are conditioned on the quantiser step, once for each step, whose 32 bits are counted; then through files at each
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
        const step = stepOfSetting(model, settings[index]);
        const bottleneck = await bottleneckOf(image, step);
        return { index, step, bottleneck, ...(await settings[index].code(bottleneck, files.layout)) };
      });
      for await (const { index, step, bottleneck, decoded, bits } of inOrder(work, availableParallelism())) {
        const scale = stepScaleOf(settings[index], files);
        const estimatedBits = scale === undefined ? undefined : files.estimateBits?.(bottleneck, scale);
        const ofStep = step === undefined ? 0 : BITS_OF_STEP;
        yield {
          setting: index,
          bits: bits + ofStep,
          estimatedBits: estimatedBits === undefined ? undefined : estimatedBits + ofStep,
          output: firstChannels(await postprocessInTiles(model, decoded, image, { ...TILES, step })),
          views: withViews ? viewsOf(bottleneck, decoded, image, factor) : {},
        };
      }
    },
  };
}
