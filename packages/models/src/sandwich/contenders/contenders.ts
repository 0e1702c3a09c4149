import { type Codec, type CodecName, formats } from '@sandwich/codecs';
import type { CodecDescription, Coder } from '@sandwich/evaluation';
import type { Picture } from '@sandwich/pictures';
import type { Contest, EvaluationRequest } from '@sandwich/trainer';
import { codecFiles } from '../codec-files.js';
import type { Sandwich } from '../sandwich.js';
import { chooseQualities, type ProbedSystem } from './choose-qualities.js';
import {
  annexKSettings,
  type CodecSetting,
  flatSettings,
  qualitySettings,
  scaledSettings,
  TRAINED_TABLES,
} from './codec-setting.js';
import { deepJxlCoder } from './deep-coder.js';
import { isInColour, layoutText, openCodec } from './open-codec.js';
import { type BottleneckOf, sandwichCoder, sharedPreprocessor } from './sandwich-coder.js';
import { systemKey } from './system-key.js';
import { withoutNetworks } from './without-networks.js';

/** Settings of the candidate's flat tables, as multiples of the step that it was trained with. */
const STEP_MULTIPLES = { curves: [0.5, 0.7, 1, 1.4, 2, 2.8, 4, 5.6], pictures: [1, 2, 4] };
/** How many qualities of other codecs are chosen for the candidate. */
const QUALITIES = { curves: 8, pictures: 3 };
/** Settings of JPEG alone: wide and dense enough to bracket every rate. */
const PLAIN_STEPS = [4, 6, 8, 11, 16, 23, 32, 45, 64, 91, 128];
const PLAIN_QUALITIES = [5, 10, 15, 20, 30, 40, 50, 60, 70, 80, 90, 95];
/** Steps at which 8 bits limit the plain codec, for deeper pictures. */
const FINE_STEPS = [1, 2, 3];
/** Of JPEG XL, at rates at which more bits than 8 are worth their name. */
const DEEP_QUALITIES = [50, 70, 80, 90, 95, 97, 98, 99];
/** All settings, in the order of rising rate; of some codecs quality 100 is lossless. */
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);
const ALL_STEPS = upTo(255).reverse();
const ALL_QUALITIES = upTo(99);

/** A codec alone, and how it is called. */
interface Alone {
  model: Sandwich;
  codec: Codec;
  /** Behind the name of the format. */
  suffix: string;
  group: string;
}

/** Codecs alone around which a sandwich is measured, all of one format. */
interface AloneCodecs {
  /** As the bottleneck lies in files: at its size, and at full size where the networks reduce pictures. */
  plain: Alone;
  plainFullSize?: Alone;
  /** As a user would code pictures without networks. */
  ordinary: Alone[];
}

/** Models without networks, each built once, with what several coders share of their work. */
class Models {
  readonly #built = new Map<string, Sandwich>();
  readonly #passes = new Map<Sandwich, BottleneckOf>();

  /** The model without networks that does the same, built earlier. */
  shared(model: Sandwich): Sandwich {
    const key = systemKey(model);
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
const takesPictures = ({ architecture: { inputChannels, outputChannels } }: Sandwich): boolean =>
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

async function aloneCodecs(name: CodecName, model: Sandwich, models: Models): Promise<AloneCodecs> {
  const { downsampleFactor: factor } = model.architecture;
  const codec = await openCodec(name, model);
  const atReducedSize = `at 1/${factor} of width and height`;
  const reduced = models.shared(withoutNetworks(model));
  const ordinary = await ordinaryCodecs(name, model, models);
  if (factor === 1) return { plain: { model: reduced, codec, suffix: '', group: 'plain codec' }, ordinary };
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

/** Steps of flat tables that files can hold, each once. */
const wholeSteps = (steps: readonly number[]): number[] => [
  ...new Set(steps.map((step) => Math.min(Math.max(Math.round(step), 1), 255))),
];

/** Numbers in names such as `flat 8`; undefined where they are called otherwise. */
function numbersIn(names: readonly string[] | undefined, family: string): number[] | undefined {
  const numbers = names?.map((name) => Number(name.startsWith(`${family} `) ? name.slice(family.length + 1) : NaN));
  return numbers?.every((number) => number > 0) ? numbers : undefined;
}

/** What a contest is made of, around one codec. */
interface Settings {
  /** Of the candidate, and how they are called. */
  candidate: CodecSetting[];
  candidateDescription: string;
  /** Of a codec alone in the layout of the bottleneck. */
  plain(alone: Alone): { tables: string; settings: CodecSetting[] }[];
  ordinary(alone: Alone): CodecSetting[];
  codec: CodecDescription;
}

/** Flat tables of the steps asked for, or else the tables that networks were trained with, at several scales, or else Annex K's. */
function candidateOverJpeg(
  model: Sandwich,
  {
    settings: { qsteps, qualities = PLAIN_QUALITIES } = {},
    again,
    purpose = 'curves',
  }: Pick<EvaluationRequest, 'settings' | 'again' | 'purpose'>,
): Pick<Settings, 'candidate' | 'candidateDescription'> {
  const files = codecFiles(model);
  const trained = files.flatStep?.();
  const multiples = STEP_MULTIPLES[purpose];
  const stated = numbersIn(again?.('jpeg'), 'flat');
  const steps = qsteps ?? stated ?? (trained && multiples.map((multiple) => multiple * trained));
  if (steps) {
    return { candidate: flatSettings(wholeSteps(steps)), candidateDescription: 'JPEG with flat tables' };
  }
  const { tables } = files;
  if (!tables) {
    const settings = annexKSettings(numbersIn(again?.('jpeg'), 'quality') ?? qualities);
    return { candidate: settings, candidateDescription: 'JPEG with Annex K tables' };
  }
  return {
    candidate: scaledSettings({ tables }, numbersIn(again?.('jpeg'), TRAINED_TABLES) ?? multiples),
    candidateDescription: 'JPEG with the tables that they were trained with',
  };
}

function jpegSettings(
  model: Sandwich,
  codec: Codec,
  { settings = {}, again, purpose = 'curves' }: EvaluationRequest<Picture>,
): Settings {
  const { candidate, candidateDescription } = candidateOverJpeg(model, { settings, again, purpose });
  const { qualities = PLAIN_QUALITIES } = settings;
  const isDeep = model.architecture.truncateBits > 0;
  const steps = purpose === 'pictures' ? ALL_STEPS : isDeep ? [...FINE_STEPS, ...PLAIN_STEPS] : PLAIN_STEPS;
  // The estimate would be of the same bits.
  const flat = flatSettings(steps).map(({ qstep: _, ...setting }) => setting);
  const annexK = annexKSettings(purpose === 'pictures' ? ALL_QUALITIES : qualities);
  const { tables: _, subsampling, ...codecSettings } = codec.settings;
  return {
    candidate,
    candidateDescription,
    plain: () => [
      { tables: ', flat tables', settings: flat },
      { tables: ', Annex K tables', settings: annexK },
    ],
    ordinary: () => annexK,
    codec: {
      name: 'jpeg',
      format: formats.jpeg,
      description: `baseline JPEG, ${layoutText(codec, model)}, optimised Huffman tables, decoded by libjpeg-turbo`,
      settings: isInColour(model) ? { ...codecSettings, subsampling } : codecSettings,
    },
  };
}

async function otherSettings(
  name: CodecName,
  model: Sandwich,
  { plain, plainFullSize, ordinary }: AloneCodecs,
  { settings = {}, again, purpose = 'curves', range, items, note }: EvaluationRequest<Picture>,
): Promise<Settings> {
  const { codec } = plain;
  const format = formats[name];
  const count = QUALITIES[purpose];
  const choose = async (what: string, systems: readonly ProbedSystem[], given = settings.qualities) => {
    const qualities = given ?? (await chooseQualities(systems, items, range, count));
    note(`${format}${what}: qualities ${qualities.join(', ')}`);
    return qualities;
  };
  const qualities = await choose(
    '',
    [{ model, codec }, plain],
    settings.qualities ?? numbersIn(again?.(name), 'quality'),
  );
  const chosen = new Map([[plain.model, qualities]]);
  if (purpose === 'curves') {
    const others = [plainFullSize && { what: ' at full size', systems: [plainFullSize] }].filter((each) => !!each);
    for (const alone of ordinary) others.push({ what: `, ordinary${alone.suffix}`, systems: [alone] });
    for (const { what, systems } of others) {
      const [alone] = systems;
      if (!chosen.has(alone.model)) chosen.set(alone.model, await choose(what, systems));
    }
  }
  const settingsOf = (alone: Alone) =>
    qualitySettings(alone.codec, purpose === 'pictures' ? ALL_QUALITIES : chosen.get(alone.model)!);
  return {
    candidate: qualitySettings(codec, qualities),
    candidateDescription: format,
    plain: (alone) => [{ tables: '', settings: settingsOf(alone) }],
    ordinary: settingsOf,
    codec: { name, format, description: `${format}, ${layoutText(codec, model)}`, settings: codec.settings },
  };
}

/** A codec of more bits than 8, for pictures that have them. */
const deepAnchor = async (
  model: Sandwich,
  { settings: { qualities = DEEP_QUALITIES } = {}, purpose, note }: EvaluationRequest<Picture>,
): Promise<Coder | undefined> =>
  model.truncateBits > 0 && takesPictures(model)
    ? deepJxlCoder(purpose === 'pictures' ? ALL_QUALITIES : qualities, note)
    : undefined;

/** One name for codecs whose files are equal at equal settings. */
const codecKey = ({ name, settings }: Codec): string => JSON.stringify([name, settings]);

async function contestAround(
  name: CodecName,
  model: Sandwich,
  ask: EvaluationRequest<Picture>,
  models: Models,
): Promise<Contest> {
  const alone = await aloneCodecs(name, model, models);
  const { plain, plainFullSize, ordinary } = alone;
  const settings =
    name === 'jpeg' ? jpegSettings(model, plain.codec, ask) : await otherSettings(name, model, alone, ask);
  const coder = ({ model, codec, group }: Alone, of: { name: string; description: string; settings: CodecSetting[] }) =>
    sandwichCoder(model, {
      ...of,
      group,
      codec: codecKey(codec),
      bottleneckOf: models.passOf(model),
      withViews: false,
    });
  const plainCoders = [plain, plainFullSize].flatMap((each) =>
    each
      ? settings.plain(each).map(({ tables, settings }) =>
          coder(each, {
            name: `${formats[name]}${tables}${each.suffix}`,
            description: 'the same codec without networks',
            settings,
          }),
        )
      : [],
  );
  const ordinaryCoders = ordinary.map((each) =>
    coder(each, {
      name: `${each.group}${each.suffix}`,
      description: `pictures as they are in files of ${formats[name]}`,
      settings: settings.ordinary(each),
    }),
  );
  const deep = await deepAnchor(model, ask);
  const anchors: Coder[] = [...ordinaryCoders, ...(deep ? [deep] : []), ...plainCoders];
  return {
    candidate: sandwichCoder(model, {
      name: 'sandwich',
      description: `${ask.label}, ${settings.candidateDescription}`,
      settings: settings.candidate,
      codec: codecKey(plain.codec),
      bottleneckOf: models.passOf(model),
    }),
    anchors,
    reference: (ordinary[0] ?? plain).group,
    codec: settings.codec,
  };
}

/**
 * A sandwich around real codecs, each beside two choices that a user has without networks. `plain codec` is the same codec in the layout of
 * the bottleneck, at the size to which networks reduce pictures and at full size: what the networks gain. `ordinary JPEG` (or another
 * format) codes pictures in the colours that they have, with chroma in either size, at full size or reduced by as much as the networks
 * reduce them: what a user would choose instead. For pictures of more than 8 bits, JPEG XL of all of them stands beside both.
 *
 * @returns a contest a codec, with what coders share
 * @throws Error naming the codec when it is not known, or its program is missing
 */
export async function sandwichContenders(model: Sandwich, ask: EvaluationRequest<Picture>): Promise<Contest[]> {
  const { codecs: names = ['jpeg'] } = ask;
  const unknown = names.find((name) => !Object.hasOwn(formats, name));
  if (unknown !== undefined) {
    throw new Error(`a sandwich is measured around ${Object.keys(formats).join(', ')}, not around '${unknown}'`);
  }
  const models = new Models();
  try {
    const contests: Contest[] = [];
    for (const name of names as readonly CodecName[]) contests.push(await contestAround(name, model, ask, models));
    let open = contests.length;
    const dispose = () => {
      open -= 1;
      if (open === 0) models.dispose();
    };
    return contests.map((contest) => ({ ...contest, dispose }));
  } catch (error) {
    models.dispose();
    throw error;
  }
}
