import type { MeasuredValues } from '@sandwich/inspector';
import { type Picture, withBitDepth } from '@sandwich/pictures';
import type { CodecSystems } from '../evaluation/codec-systems.js';
import type { Metric } from '../evaluation/metric.js';
import { psnrMeasure, psnrMetric } from '../evaluation/psnr-metric.js';
import { type Coding, codeImage } from '../evaluation/system.js';
import { coderAtBits } from './code-at-bits.js';

/** What a system made of an image, measured. */
export interface MeasuredCoding {
  name: string;
  setting: string;
  bpp: number;
  estimatedBpp: number | null;
  measures: MeasuredValues;
  prediction: Picture<Uint8Array>;
}

/** The sandwich at one setting beside the codec without networks at about as many bits. */
export interface Comparison {
  sandwich: MeasuredCoding;
  bottleneck: Picture<Uint8Array>;
  compressedBottleneck: Picture<Uint8Array>;
  plain: MeasuredCoding;
}

/**
 * Sends an image through the sandwich at each of its settings, and through the plain codecs, each at the setting whose bits
 * are nearest; of these the one with the higher PSNR is shown.
 *
 * @param metrics what is measured besides PSNR
 */
export async function codeComparison(
  { sandwich, plain }: Pick<CodecSystems, 'sandwich' | 'plain'>,
  image: Picture,
  metrics: readonly Metric[],
): Promise<Comparison[]> {
  const { bitDepth = 8 } = sandwich;
  const pixels = image.width * image.height;
  const shown = (picture: Picture) => withBitDepth(picture, 8);
  const psnr = async (picture: Picture) =>
    (await psnrMetric(bitDepth).measure(image, [picture]))[psnrMeasure.key][0] as number;
  const measured = async (name: string, setting: string, coding: Coding): Promise<MeasuredCoding> => {
    const measures: MeasuredValues = { [psnrMeasure.key]: await psnr(coding.prediction) };
    for (const metric of metrics) {
      const values = await metric.measure(shown(image), [shown(coding.prediction)]);
      for (const [key, [value]] of Object.entries(values)) measures[key] = value;
    }
    const { bits, estimatedBits } = coding;
    const estimatedBpp = estimatedBits === undefined ? null : estimatedBits / pixels;
    return { name, setting, bpp: bits / pixels, estimatedBpp, measures, prediction: shown(coding.prediction) };
  };

  const coders = plain.map((system) => ({ system, codeAt: coderAtBits(system, image) }));
  const comparisons: Comparison[] = [];
  for await (const coding of codeImage(sandwich, image)) {
    const { setting, bottleneck, compressedBottleneck, bits } = coding;
    let best: { name: string; coding: Coding & { setting: string }; psnr: number } | undefined;
    for (const { system, codeAt } of coders) {
      const nearest = await codeAt(bits);
      const quality = await psnr(nearest.prediction);
      if (best === undefined || quality > best.psnr) best = { name: system.name, coding: nearest, psnr: quality };
    }
    comparisons.push({
      sandwich: await measured(sandwich.name, setting.label, coding),
      bottleneck,
      compressedBottleneck,
      plain: await measured(best!.name, best!.coding.setting, best!.coding),
    });
  }
  return comparisons;
}
