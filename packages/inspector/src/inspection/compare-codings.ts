import {
  type Coder,
  type Coding,
  groupOf,
  type Measure,
  type MeasureDescription,
  meanPsnr,
} from '@sandwich/evaluation';
import { type Picture, withBitDepth } from '@sandwich/pictures';
import type { MeasuredValues } from '../inspection.js';
import { type SettingSearch, searchSettings } from './search-settings.js';

/** What a coder made of a picture, measured. Pictures have 8 bits. */
export interface MeasuredCoding {
  coder: string;
  setting: string;
  bits: number;
  estimatedBits: number | null;
  measures: MeasuredValues;
  output: Picture<Uint8Array>;
  views: Record<string, Picture<Uint8Array>>;
}

/** What an anchor made of it at about as many bits as the candidate. */
export interface AnchorCoding extends MeasuredCoding {
  /** See `Coder`. */
  group: string;
  /** Bits at the candidate's quality in a measure. */
  equalQuality: { measure: string; bits: number | null };
}

/** The candidate at one setting beside the anchors. */
export interface Comparison {
  candidate: MeasuredCoding;
  anchors: AnchorCoding[];
}

/** What is compared. */
export interface Contenders {
  candidate: Coder;
  /** Their settings are in the order of rising rate. */
  anchors: readonly Coder[];
}

/** The measure that decides which codings are of equal quality. */
export const equalQualityMeasure: MeasureDescription = { ...meanPsnr, label: 'PSNR' };

/** The value of a measure of one output. */
async function measuredOn(measure: Measure<Picture>, original: Picture, output: Picture): Promise<number | null> {
  const [needs] = await measure.perItem(original, [output]);
  return needs && measure.aggregate([needs]);
}

/**
 * Sends a picture through the candidate at each of its settings, and through every anchor at the setting whose bits are nearest.
 *
 * @param measures what is measured besides PSNR
 */
export async function compareCodings(
  { candidate, anchors }: Contenders,
  picture: Picture,
  measures: readonly Measure<Picture>[],
): Promise<Comparison[]> {
  const psnr = async (output: Picture) => (await measuredOn(meanPsnr, picture, output))!;
  const measured = async (coder: Coder, coding: Coding): Promise<MeasuredCoding> => {
    const { setting, bits, estimatedBits = null, views, output } = coding;
    const values: MeasuredValues = { [equalQualityMeasure.key]: await psnr(output) };
    for (const measure of measures) values[measure.key] = await measuredOn(measure, picture, output);
    return {
      coder: coder.name,
      setting: coder.settings[setting],
      bits,
      estimatedBits,
      measures: values,
      output: withBitDepth(output, 8),
      views: Object.fromEntries(Object.entries(views).map(([name, view]) => [name, withBitDepth(view, 8)])),
    };
  };

  const searches = new Map<string, SettingSearch>();
  /** Coders of one key and the same settings are searched once. */
  const searchOf = (coder: Coder): SettingSearch => {
    const key = JSON.stringify([coder.key, coder.settings]);
    const search = searches.get(key) ?? searchSettings(coder, picture, psnr);
    searches.set(key, search);
    return search;
  };
  const comparisons: Comparison[] = [];
  const all = candidate.settings.map((_, place) => place);
  for await (const coding of candidate.code(picture, all)) {
    const own = await measured(candidate, coding);
    const quality = own.measures[equalQualityMeasure.key] as number;
    const others: AnchorCoding[] = [];
    for (const coder of anchors) {
      const search = searchOf(coder);
      const nearest = await measured(coder, await search.nearestInBits(coding.bits));
      const bits = await search.bitsAtQuality(quality);
      others.push({ ...nearest, group: groupOf(coder), equalQuality: { measure: equalQualityMeasure.key, bits } });
    }
    comparisons.push({ candidate: own, anchors: others });
  }
  return comparisons;
}
