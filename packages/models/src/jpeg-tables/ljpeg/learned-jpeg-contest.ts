import { toPictures, toTensor } from '@sandwich/codec-proxy';
import { type CodecName, codecs, decodeJpeg, encodeJpeg } from '@sandwich/codecs';
import { type Coder, codecCoder, fileCoder } from '@sandwich/evaluation';
import { cropPicture, type Picture, toRgb } from '@sandwich/pictures';
import type { Contest, EvaluationRequest } from '@sandwich/trainer';
import { statedScales, tablesContest } from '../tables-contest.js';
import { codeLearned } from './code-learned.js';
import type { LearnedJpeg } from './learned-jpeg.js';
import { learnedJpegFile } from './learned-jpeg-codec.js';
import { attentionPicture, inWholeBlocks, smoothPicture } from './smooth-picture.js';
import { smoothingScale } from './smoothing-scale.js';

/** What is shown of a picture beside its files. */
const viewsOf = (system: LearnedJpeg, picture: Picture<Uint8Array>, stepScale: number): Record<string, Picture> =>
  system.attention
    ? {
        smoothed: smoothPicture(system, picture, stepScale),
        attention: attentionPicture(system, picture, stepScale),
      }
    : {};

/** What the published evaluation takes for the decoded picture: that of the model, whose steps are not rounded. */
function unroundedPicture(system: LearnedJpeg, picture: Picture<Uint8Array>, stepScale: number): Picture<Uint8Array> {
  const source = system.attention ? inWholeBlocks(picture) : toRgb(picture);
  const [output] = toPictures(
    () => codeLearned(system, toTensor(source), { rounding: 'hard', rate: 'geometric', stepScale }).decoded,
  );
  return cropPicture(output, { left: 0, top: 0, width: picture.width, height: picture.height });
}

/**
 * A system at several factors on its steps, in real files, or as the published evaluation measures where the architecture says so.
 *
 * @param withViews whether smoothed pictures and attention are shown. Default false
 */
export function learnedJpegCoder(
  system: LearnedJpeg,
  of: { name: string; description: string; key: string },
  scales: Readonly<Record<string, number>>,
  withViews = false,
): Coder {
  const { unroundedTables, recompressedBits } = system.architecture;
  const settings = Object.keys(scales);
  return {
    ...of,
    settings,
    pixels: ({ width, height }) => width * height,
    async *code(item, indices) {
      const picture = item as Picture<Uint8Array>;
      for (const setting of indices) {
        const stepScale = scales[settings[setting]];
        const file = learnedJpegFile(system, picture, stepScale);
        const output = unroundedTables ? unroundedPicture(system, picture, stepScale) : await decodeJpeg(file);
        const counted = recompressedBits
          ? encodeJpeg(output, { tables: system.fileTables(stepScale), subsampling: '4:4:4' })
          : file;
        const views = withViews ? viewsOf(system, picture, stepScale) : {};
        yield { setting, bits: 8 * counted.length, output, views };
      }
    },
  };
}

/** Smoothed pictures in files of another codec, beside pictures as they are. */
async function aroundOtherCodec(
  system: LearnedJpeg,
  name: CodecName,
  ask: EvaluationRequest<Picture>,
): Promise<Contest> {
  if (!system.attention) {
    throw new Error(
      `learned tables are those of JPEG, and there is no attention to smooth pictures for '${name}'; leave out --codec`,
    );
  }
  const codec = await codecs[name]();
  const qualities = ask.settings?.qualities ?? codec.qualities;
  const scaleFor = (quality: number) => smoothingScale(system, codec, quality);
  return {
    candidate: fileCoder<number>({
      name: `smoothed, ${codec.name}`,
      description: ask.label,
      key: JSON.stringify([ask.key, 'smoothed for the quality', codec.name, codec.settings]),
      settings: Object.fromEntries(qualities.map((quality) => [`quality ${quality}`, quality])),
      encode: (picture, quality) =>
        codec.encode(smoothPicture(system, picture as Picture<Uint8Array>, scaleFor(quality)), quality),
      decode: codec.decode,
      views: (picture, quality) =>
        ask.purpose === 'pictures' ? viewsOf(system, picture as Picture<Uint8Array>, scaleFor(quality)) : {},
    }),
    anchors: [codecCoder(codec, { qualities })],
    codec: { name, format: codec.name, description: codec.name, settings: codec.settings },
  };
}

/**
 * LearnedJPEG at several scales of its steps beside what needs no learning (see `tablesContest`) and, with attention, beside the same tables
 * without it; or its smoothing before another codec, beside that codec alone.
 *
 * @param ask.codecs `jpeg`, `webp` and others
 * @throws Error for another codec where there is no attention
 */
export async function learnedJpegContests(system: LearnedJpeg, ask: EvaluationRequest<Picture>): Promise<Contest[]> {
  const contests: Contest[] = [];
  for (const name of ask.codecs ?? ['jpeg']) {
    if (name !== 'jpeg') {
      contests.push(await aroundOtherCodec(system, name as CodecName, ask));
      continue;
    }
    const { candidate: tables, ...contest } = tablesContest(system.tables, ask);
    const scales = Object.fromEntries(tables.settings.map((setting) => [setting, statedScales([setting])![0]]));
    const candidate = learnedJpegCoder(system, { ...tables, name: 'learned JPEG' }, scales, ask.purpose === 'pictures');
    const same = {
      ...tables,
      name: 'same tables',
      description: 'the learned tables without attention',
      group: 'same tables',
    };
    const anchors = system.attention
      ? [{ ...same, key: JSON.stringify(['same tables', ask.key]) }, ...contest.anchors]
      : contest.anchors;
    contests.push({ ...contest, candidate, anchors });
  }
  return contests;
}
