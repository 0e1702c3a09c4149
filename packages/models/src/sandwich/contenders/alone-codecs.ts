import { type Codec, type CodecName, formats } from '@sandwich/codecs';
import type { Sandwich } from '../sandwich.js';
import { modelKey } from './model-key.js';
import { isInColour, openCodec } from './open-codec.js';
import { type BottleneckOf, sharedPreprocessor } from './sandwich-coder.js';
import { carrierAlone, withoutNetworks } from './without-networks.js';

/** A codec alone, and how it is called. */
export interface Alone {
  model: Sandwich;
  codec: Codec;
  /** Behind the name of the format. */
  suffix: string;
  group: string;
  /** Default: the same codec without networks. */
  description?: string;
}

/** Codecs alone around which a sandwich is measured, all of one format. */
export interface AloneCodecs {
  /** As the bottleneck lies in files: at its size, and at full size where the networks reduce pictures. */
  plain: Alone;
  plainFullSize?: Alone;
  /** What carries colour in the same gray files by a formula. */
  carrier?: Alone;
  /** What writes the same colour files with levels chosen by rate and distortion. */
  trellis?: Alone;
  /** As a user would code pictures without networks. */
  ordinary: Alone[];
}

/** Models without networks, each built once, with what several coders share of their work. */
export class Models {
  readonly #built = new Map<string, Sandwich>();
  readonly #passes = new Map<Sandwich, BottleneckOf>();

  /** The model without networks that does the same, built earlier. */
  shared(model: Sandwich): Sandwich {
    const key = modelKey(model);
    const earlier = this.#built.get(key);
    if (earlier) model.dispose();
    else this.#built.set(key, model);
    return earlier ?? model;
  }

  passOf(model: Sandwich): BottleneckOf {
    const pass = this.#passes.get(model) ?? sharedPreprocessor(model);
    this.#passes.set(model, pass);
    return pass;
  }

  dispose(): void {
    for (const model of this.#built.values()) model.dispose();
  }
}

/** Whether the pictures of a model can be coded as they are. */
export const takesPictures = ({ architecture: { inputChannels, outputChannels } }: Sandwich): boolean =>
  inputChannels === outputChannels && (inputChannels === 1 || inputChannels === 3);

/** How a user would lay out the files of pictures in a format: with either chroma, where they have some and the codec leaves a choice. */
async function ordinaryCodecs(name: CodecName, model: Sandwich, models: Models): Promise<Alone[]> {
  if (!takesPictures(model)) return [];
  const group = `ordinary ${formats[name]}`;
  const found: Alone[] = [];
  for (const chroma of ['4:2:0', '4:4:4'] as const) {
    const alone = models.shared(withoutNetworks(model, { fullSize: true, ordinary: chroma }));
    const codec = await openCodec(name, alone);
    const { subsampling } = codec.settings;
    if (found.some((other) => other.codec.settings.subsampling === subsampling)) continue;
    const suffix = subsampling === undefined || !isInColour(alone) ? '' : `, ${subsampling}`;
    found.push({ model: alone, codec, suffix, group });
  }
  return found;
}

const TRELLIS: Pick<Alone, 'suffix' | 'group' | 'description'> = {
  suffix: ', trellis encoder',
  group: 'trellis encoder',
  description: 'the same codec without networks, levels chosen by rate and distortion',
};

/** The plain codec by an encoder that searches for levels, where it is JPEG in colour of 8 bits. */
function trellisEncoder({ model, codec }: Alone): Alone | undefined {
  if (codec.name !== 'jpeg' || !isInColour(model) || model.truncateBits > 0) return undefined;
  return { ...TRELLIS, model, codec: { ...codec, settings: { ...codec.settings, trellis: 'step^2 ln 2 / 6' } } };
}

export async function aloneCodecs(name: CodecName, model: Sandwich, models: Models): Promise<AloneCodecs> {
  const { downsampleFactor: factor } = model.architecture;
  const codec = await openCodec(name, model);
  const atReducedSize = `at 1/${factor} of width and height`;
  const reduced = models.shared(withoutNetworks(model));
  const ordinary = await ordinaryCodecs(name, model, models);
  if (factor === 1) {
    const plain = { model: reduced, codec, suffix: '', group: 'plain codec' };
    const formula = carrierAlone(model);
    const group = 'colour carrier';
    const carrier = formula && {
      ...{ model: models.shared(formula), codec, suffix: `, ${group}`, group },
      description: 'colour on carriers in the same codec, a formula',
    };
    return { plain, carrier, trellis: trellisEncoder(plain), ordinary };
  }
  const full = models.shared(withoutNetworks(model, { fullSize: true }));
  // A user can reduce pictures without networks, too.
  const group = ordinary[0]?.group;
  if (isInColour(model) && group) ordinary.push({ model: reduced, codec, suffix: ` ${atReducedSize}`, group });
  return {
    plain: { model: reduced, codec, suffix: '', group: `plain codec ${atReducedSize}` },
    plainFullSize: { model: full, codec, suffix: ', full size', group: 'plain codec at full size' },
    ordinary,
  };
}
