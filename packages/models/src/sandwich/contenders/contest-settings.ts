import { type CodecName, type EncoderName, encoders, formats } from '@sandwich/codecs';
import type { MeasuredCodec } from '@sandwich/evaluation';
import type { Picture } from '@sandwich/pictures';
import type { EvaluationRequest } from '@sandwich/trainer';
import { codecFiles } from '../codec-files.js';
import type { Sandwich } from '../sandwich.js';
import { type Alone, type AloneCodecs, TRELLIS_ENCODER, trellisCodec } from './alone-codecs.js';
import { chooseQualities, type ProbedSystem } from './choose-qualities.js';
import {
  annexKSettings,
  type CodecSetting,
  type CurveSetting,
  flatSettings,
  type JpegFileOptions,
  qualitySettings,
  SLOPE_OF_FLAT,
  scaledSettings,
  slopeSettings,
  TRAINED_TABLES,
} from './codec-setting.js';
import { SLOPES } from './companding-coder.js';
import { isInColour, layoutText } from './open-codec.js';

/** Settings of the candidate's flat tables, as multiples of the step that it was trained with. */
const STEP_MULTIPLES = { curves: [0.5, 0.7, 1, 1.4, 2, 2.8, 4, 5.6], pictures: [1, 2, 4] };
/** Scales of other tables that networks were trained with; the codec alone needs finer ones for as good pictures. */
const TABLE_SCALES = { ...STEP_MULTIPLES, curves: [0.25, 0.35, ...STEP_MULTIPLES.curves] };
/** Slopes of networks behind a companding curve. */
const CURVE_SLOPES = { curves: SLOPES, pictures: [2, 1, 0.5] };
/** How many qualities of other codecs are chosen for the candidate. */
const QUALITIES = { curves: 8, pictures: 3 };
/** Settings of JPEG alone: wide and dense enough to bracket every rate. */
const PLAIN_STEPS = [4, 6, 8, 11, 16, 23, 32, 45, 64, 91, 128];
const PLAIN_QUALITIES = [5, 10, 15, 20, 30, 40, 50, 60, 70, 80, 90, 95];
/** Steps at which 8 bits limit the plain codec, for deeper pictures. */
const FINE_STEPS = [1, 2, 3];
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);
/** All steps of flat tables, in the order of rising rate. */
const ALL_STEPS = upTo(255).reverse();
/** All qualities, in the order of rising rate; 100 is lossless with some codecs. */
export const ALL_QUALITIES = upTo(99);

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
export interface ContestSettings {
  /** Settings of the candidate. */
  candidate: (CodecSetting | CurveSetting)[];
  candidateDescription: string;
  /** Settings of a codec alone in the layout of the bottleneck. */
  plain(alone: Alone): { tables: string; settings: CodecSetting[] }[];
  ordinary(alone: Alone): CodecSetting[];
  codec: MeasuredCodec;
}

/** Flat tables of the steps asked for, or else the tables that networks were trained with, at several scales, or else Annex K's. */
function candidateOverJpeg(
  encoder: EncoderName,
  model: Sandwich,
  {
    settings: { qsteps, qualities = PLAIN_QUALITIES } = {},
    again,
    purpose = 'curves',
  }: Pick<EvaluationRequest, 'settings' | 'again' | 'purpose'>,
): Pick<ContestSettings, 'candidate' | 'candidateDescription'> {
  if (model.companding) {
    const slopes = qsteps && [...qsteps].sort((a, b) => b - a);
    const stated = numbersIn(again?.('jpeg'), SLOPE_OF_FLAT);
    return {
      candidate: slopeSettings(slopes ?? stated ?? CURVE_SLOPES[purpose]),
      candidateDescription: 'JPEG with flat tables behind the best curve of each picture',
    };
  }
  const files = codecFiles(model);
  const options: JpegFileOptions = { trellis: encoder === 'jpeg-trellis' };
  const described = (tables: string) => `JPEG with ${tables}${options.trellis ? `, ${TRELLIS_ENCODER}` : ''}`;
  const trained = files.flatStep?.();
  const stated = again?.(encoder);
  const steps =
    qsteps ?? numbersIn(stated, 'flat') ?? (trained && STEP_MULTIPLES[purpose].map((multiple) => multiple * trained));
  if (steps) {
    return { candidate: flatSettings(wholeSteps(steps), options), candidateDescription: described('flat tables') };
  }
  const { tables } = files;
  if (!tables) {
    const settings = annexKSettings(numbersIn(stated, 'quality') ?? qualities, options);
    return { candidate: settings, candidateDescription: described('Annex K tables') };
  }
  return {
    candidate: scaledSettings({ tables }, numbersIn(stated, TRAINED_TABLES) ?? TABLE_SCALES[purpose], options),
    candidateDescription: described('the tables that they were trained with'),
  };
}

/** Settings of a codec alone, whose estimate would be of the same bits. */
const withoutEstimate = (settings: CodecSetting[]): CodecSetting[] =>
  settings.map(({ qstep, stepScale, ...setting }) => setting);

export function jpegSettings(
  encoder: EncoderName,
  model: Sandwich,
  { plain: { codec } }: AloneCodecs,
  { settings = {}, again, purpose = 'curves' }: EvaluationRequest<Picture>,
): ContestSettings {
  const { candidate, candidateDescription } = candidateOverJpeg(encoder, model, { settings, again, purpose });
  const { qualities = PLAIN_QUALITIES } = settings;
  const isDeep = model.architecture.truncateBits > 0;
  const steps = purpose === 'pictures' ? ALL_STEPS : isDeep ? [...FINE_STEPS, ...PLAIN_STEPS] : PLAIN_STEPS;
  const flat = withoutEstimate(flatSettings(steps));
  const annexK = annexKSettings(purpose === 'pictures' ? ALL_QUALITIES : qualities);
  const { flatStep, tables } = codecFiles(model);
  const hasTrained = !flatStep && tables && purpose === 'curves';
  const trained = hasTrained && withoutEstimate(scaledSettings({ tables }, TABLE_SCALES.curves));
  const written = encoder === 'jpeg-trellis' ? trellisCodec(codec) : codec;
  const { tables: _, subsampling, ...codecSettings } = written.settings;
  return {
    candidate,
    candidateDescription,
    plain: ({ trellis }) =>
      trellis
        ? [{ tables: ', flat tables', settings: flatSettings(steps, { trellis }) }]
        : [
            { tables: ', flat tables', settings: flat },
            { tables: ', Annex K tables', settings: annexK },
            ...(trained ? [{ tables: ', trained tables', settings: trained }] : []),
          ],
    ordinary: () => annexK,
    codec: {
      name: encoder,
      format: encoders[encoder].label,
      description: `baseline JPEG, ${layoutText(codec, model)}, optimised Huffman tables, decoded by libjpeg-turbo`,
      settings: isInColour(model) ? { ...codecSettings, subsampling } : codecSettings,
    },
  };
}

export async function otherSettings(
  name: CodecName,
  model: Sandwich,
  { plain, plainFullSize, ordinary }: AloneCodecs,
  { settings = {}, again, purpose = 'curves', range, items, note }: EvaluationRequest<Picture>,
): Promise<ContestSettings> {
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
    qualitySettings(alone.codec, purpose === 'pictures' ? ALL_QUALITIES : (chosen.get(alone.model) ?? qualities));
  return {
    candidate: qualitySettings(codec, qualities),
    candidateDescription: format,
    plain: (alone) => [{ tables: '', settings: settingsOf(alone) }],
    ordinary: settingsOf,
    codec: { name, format, description: `${format}, ${layoutText(codec, model)}`, settings: codec.settings },
  };
}
