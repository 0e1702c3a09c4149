import { type Codec, type CodecName, type EncoderName, encoders, formats } from '@sandwich/codecs';
import type { Coder } from '@sandwich/evaluation';
import type { Picture } from '@sandwich/pictures';
import type { Contest, EvaluationRequest } from '@sandwich/trainer';
import { codecFiles } from '../codec-files.js';
import type { Sandwich } from '../sandwich.js';
import {
  type Alone,
  type AloneCodecs,
  aloneCodecs,
  Models,
  TRELLIS_ENCODER,
  takesPictures,
  trellisCodec,
  WITHOUT_NETWORKS,
} from './alone-codecs.js';
import type { CodecSetting } from './codec-setting.js';
import { compandingCoder } from './companding-coder.js';
import { ALL_QUALITIES, type ContestSettings, jpegSettings, otherSettings } from './contest-settings.js';
import { curveCoder } from './curve-coder.js';
import { deepJxlCoder } from './deep-coder.js';
import { linearFilterCoder } from './linear-filter-coder.js';
import { isInColour } from './open-codec.js';
import { sandwichCoder } from './sandwich-coder.js';
import { sharedCurves } from './shared-passes.js';

/** Qualities of JPEG XL at rates at which more bits than 8 are worth their name. */
const DEEP_QUALITIES = [50, 70, 80, 90, 95, 97, 98, 99];

/** For pictures of more bits than 8, a codec that has as many, and a formula that brings them through one of 8. */
async function deepAnchors(
  name: CodecName,
  model: Sandwich,
  { settings: { qualities = DEEP_QUALITIES } = {}, purpose, note }: EvaluationRequest<Picture>,
): Promise<Coder[]> {
  if (model.truncateBits === 0 || !takesPictures(model)) return [];
  const jxl = await deepJxlCoder(purpose === 'pictures' ? ALL_QUALITIES : qualities, note);
  const isOneToOne = model.bottleneckChannels === model.inputChannels && model.downsampleFactor === 1;
  return [
    ...(jxl ? [jxl] : []),
    ...(name === 'jpeg' && isOneToOne ? [compandingCoder('JPEG, companding curve', codecFiles(model).layout)] : []),
  ];
}

/** One name for codecs whose files are equal at equal settings. */
const codecKey = ({ name, settings }: Codec): string => JSON.stringify([name, settings]);

/**
 * Pictures at half size between linear filters, where networks reduce them by as much; with details in chroma where files keep all of that. By the
 * encoders that the plain codec is measured with.
 */
function filterAnchors(
  name: CodecName,
  model: Sandwich,
  { plain, trellis }: AloneCodecs,
  settings: ContestSettings,
): Coder[] {
  const { downsampleFactor, bottleneckChannels, inputChannels, truncateBits } = model;
  const halves = downsampleFactor === 2 && bottleneckChannels === inputChannels && truncateBits === 0;
  if (!halves || !takesPictures(model)) return [];
  const { layout } = codecFiles(plain.model);
  const keepsChroma = isInColour(model) && plain.codec.settings.subsampling === '4:4:4';
  return [plain, ...trellis.filter((alone) => alone.model === plain.model)].flatMap((alone) =>
    settings.plain(alone).flatMap(({ tables, settings }) => {
      const options = { codec: codecKey(alone.codec), layout, settings };
      const coder = (code: string, packsDetails: boolean) => {
        const group = alone.trellis ? `${code}, ${TRELLIS_ENCODER}` : code;
        return linearFilterCoder({ ...options, name: `${formats[name]}${tables}, ${group}`, group, packsDetails });
      };
      const pair = coder('linear filter pair', false);
      return keepsChroma ? [pair, coder('packed details', true)] : [pair];
    }),
  );
}

async function contestAround(
  encoder: EncoderName,
  model: Sandwich,
  ask: EvaluationRequest<Picture>,
  models: Models,
): Promise<Contest> {
  const { codec: name } = encoders[encoder];
  const alone = await aloneCodecs(encoder, model, models);
  const { plain, plainFullSize, carrier, trellis, curve, ordinary } = alone;
  if (curve && encoder !== 'jpeg')
    throw new Error(
      `networks behind a companding curve are measured around jpeg, not around '${encoder}': the curve goes with the step of flat tables`,
    );
  const curveOf = curve && sharedCurves(curve);
  const settings =
    name === 'jpeg' ? jpegSettings(encoder, model, alone, ask) : await otherSettings(name, model, alone, ask);
  const coder = ({ model, codec, group }: Alone, of: { name: string; description: string; settings: CodecSetting[] }) =>
    sandwichCoder(model, {
      ...of,
      group,
      codec: codecKey(codec),
      bottleneckOf: models.passOf(model),
      withViews: false,
    });
  const plainCoders = [plain, plainFullSize, carrier, ...trellis].flatMap((each) =>
    each
      ? settings.plain(each).map(({ tables, settings }) =>
          coder(each, {
            name: `${formats[name]}${tables}${each.suffix}`,
            description: each.description ?? WITHOUT_NETWORKS,
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
  const anchors = [
    ...ordinaryCoders,
    ...(await deepAnchors(name, model, ask)),
    ...(curve && curveOf && (model.architecture.transform ?? 'identity') !== 'identity'
      ? [curveCoder(curve, curveOf)]
      : []),
    ...plainCoders,
    ...filterAnchors(name, model, alone, settings),
  ];
  return {
    candidate: sandwichCoder(model, {
      name: 'sandwich',
      description: `${ask.label}, ${settings.candidateDescription}`,
      settings: settings.candidate,
      codec: codecKey(encoder === 'jpeg-trellis' ? trellisCodec(plain.codec) : plain.codec),
      curveOf,
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
 * reduce them: what a user would choose instead. Where a gray bottleneck carries colour, `colour carrier` is the formula that does so without
 * networks; where the codec is JPEG in colour, `trellis encoder` searches for the levels of the plain codec. Where networks reduce pictures to
 * half, `linear filter pair` does so by filters of least squared error, and `packed details` put what that leaves out into chroma. For
 * pictures of more than 8 bits, JPEG XL of all bits and, around JPEG, a `companding curve` stand beside both. Around `jpeg-trellis` the
 * sandwich's files have levels that are searched for, and all that lies in the same files does so, too, beside what rounds.
 *
 * @returns a contest a codec, with what coders share
 * @throws Error naming the codec when it is not known, or its program is missing
 */
export async function sandwichContenders(model: Sandwich, ask: EvaluationRequest<Picture>): Promise<Contest[]> {
  const { codecs: names = ['jpeg'] } = ask;
  const unknown = names.find((name) => !Object.hasOwn(encoders, name));
  if (unknown !== undefined) {
    throw new Error(`a sandwich is measured around ${Object.keys(encoders).join(', ')}, not around '${unknown}'`);
  }
  const models = new Models();
  try {
    const contests: Contest[] = [];
    for (const name of names as readonly EncoderName[]) contests.push(await contestAround(name, model, ask, models));
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
