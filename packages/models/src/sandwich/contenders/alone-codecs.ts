import { type Codec, type CodecName, type EncoderName, encoders, formats } from '@sandwich/codecs';
import type { Sandwich } from '../sandwich.js';
import { modelKey } from './model-key.js';
import { isInColour, openCodec } from './open-codec.js';
import { type BottleneckOf, sharedPreprocessor } from './shared-passes.js';
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
  /** Whether levels are chosen by rate and distortion, of flat tables alone. Default false. */
  trellis?: boolean;
}

/** Codecs alone around which a sandwich is measured, all of one format. */
export interface AloneCodecs {
  /** As the bottleneck lies in files: at its size, and at full size where the networks reduce pictures. */
  plain: Alone;
  plainFullSize?: Alone;
  /** What carries colour in the same gray files by a formula. */
  carrier?: Alone;
  /** What writes the files of some of these with levels chosen by rate and distortion. */
  trellis: Alone[];
  /** Where a companding curve lies around the networks: that alone, with the transform with which they begin. */
  curve?: Sandwich;
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

/** What coders are called whose levels are chosen by rate and distortion. */
export const TRELLIS_ENCODER = 'trellis encoder';
/** How coders without networks are described. */
export const WITHOUT_NETWORKS = 'the same codec without networks';

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

/** A codec whose levels are chosen by rate and distortion, as results tell it from the one that rounds. */
export const trellisCodec = (codec: Codec): Codec => ({
  ...codec,
  settings: { ...codec.settings, trellis: 'step^2 ln 2 / 6' },
});

const PLAIN = 'plain codec';

/** The same codec alone by an encoder that searches for levels. */
const trellisEncoder = ({ codec, suffix, group, description = WITHOUT_NETWORKS, ...alone }: Alone): Alone => ({
  ...alone,
  codec: trellisCodec(codec),
  suffix: `${suffix}, ${TRELLIS_ENCODER}`,
  group: group === PLAIN ? TRELLIS_ENCODER : `${group}, ${TRELLIS_ENCODER}`,
  description: `${description}, levels chosen by rate and distortion`,
  trellis: true,
});

/** The codecs alone that an encoder that searches for levels is measured with: all where the networks have it, else the plain codec in colour of 8 bits. */
function trellisEncoders(encoder: EncoderName, model: Sandwich, plain: Alone, others: (Alone | undefined)[]): Alone[] {
  if (encoder === 'jpeg-trellis') return [plain, ...others].flatMap((each) => (each ? [trellisEncoder(each)] : []));
  const isOrdinary = encoder === 'jpeg' && isInColour(model) && model.truncateBits === 0 && plain.group === PLAIN;
  return isOrdinary ? [trellisEncoder(plain)] : [];
}

export async function aloneCodecs(encoder: EncoderName, model: Sandwich, models: Models): Promise<AloneCodecs> {
  const { codec: name } = encoders[encoder];
  const { downsampleFactor: factor } = model.architecture;
  const codec = await openCodec(name, model);
  const atReducedSize = `at 1/${factor} of width and height`;
  const reduced = models.shared(withoutNetworks(model));
  const ordinary = await ordinaryCodecs(name, model, models);
  const curve = model.companding ? models.shared(withoutNetworks(model, { companding: true })) : undefined;
  if (factor === 1) {
    const plain = { model: reduced, codec, suffix: '', group: PLAIN };
    const formula = carrierAlone(model);
    const group = 'colour carrier';
    const carrier = formula && {
      ...{ model: models.shared(formula), codec, suffix: `, ${group}`, group },
      description: 'colour on carriers in the same codec, a formula',
    };
    return { plain, carrier, trellis: trellisEncoders(encoder, model, plain, [carrier]), curve, ordinary };
  }
  const full = models.shared(withoutNetworks(model, { fullSize: true }));
  // A user can reduce pictures without networks, too.
  const group = ordinary[0]?.group;
  if (isInColour(model) && group) ordinary.push({ model: reduced, codec, suffix: ` ${atReducedSize}`, group });
  const plain = { model: reduced, codec, suffix: '', group: `${PLAIN} ${atReducedSize}` };
  const plainFullSize = { model: full, codec, suffix: ', full size', group: `${PLAIN} at full size` };
  return { plain, plainFullSize, trellis: trellisEncoders(encoder, model, plain, [plainFullSize]), ordinary };
}
