import { readFile } from 'node:fs/promises';
import type { MeasureDescription, MeasuredValues, RateCurve, RateResults } from '@sandwich/inspector';
import { psnrMeasure, psnrOfMeanErrorMeasure } from '../evaluation/psnr-metric.js';
import type { EvaluationResults } from '../evaluation/results.js';
import { describeMeasures } from './describe-measures.js';

type Columns = Record<string, (number | null)[]>;

const numberOrNull = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

function curveOf(name: string, description: string, settings: readonly string[], columns: Columns, keys: string[]) {
  const points = columns.bpp.map((bpp, i) => ({
    setting: settings[i] ?? '',
    bpp: bpp as number,
    estimatedBpp: numberOrNull(columns['bpp-estimated']?.[i]),
    measures: Object.fromEntries(keys.map((key) => [key, numberOrNull(columns[key]?.[i])])) as MeasuredValues,
  }));
  return { name, description, points: points.filter(({ bpp }) => bpp > 0).sort((a, b) => a.bpp - b.bpp) };
}

/** Results of one image, whose PSNR is that of its mean error as well. */
const columnsOf = (columns: Columns): Columns => ({
  ...columns,
  [psnrOfMeanErrorMeasure.key]: columns[psnrMeasure.key],
});

/** What the page shows of `results.json`. @throws when it is not what `sandwich eval` writes */
function rateResultsOf(evaluation: EvaluationResults): RateResults & { step: number; imageNames: string[] } {
  const { systems, compared = [], step, checkpoint, images, codec, gain, furtherGains = [], bdRate } = evaluation;
  const keys = [...new Set(systems.flatMap(({ results }) => Object.keys(results)))].filter(
    (key) => !key.startsWith('bpp') && systems.some(({ results }) => results[key]?.some((value) => value !== null)),
  );
  const measures: MeasureDescription[] = describeMeasures(keys);
  const names = systems[0].images.map(({ image }) => image);
  const mean: RateCurve[] = [
    ...systems.map(({ name, description, settings, results }) => curveOf(name, description, settings, results, keys)),
    ...compared.map(({ name, description, results }) => curveOf(name, description, [], results, keys)),
  ];
  const ofImage = (i: number): RateCurve[] =>
    systems.flatMap(({ name, description, settings, images: each }) =>
      each[i] ? [curveOf(name, description, settings, columnsOf(each[i] as unknown as Columns), keys)] : [],
    );
  return {
    step,
    description: `${images}; step ${step} (${checkpoint}); ${codec}`,
    measures,
    sets: [
      { name: `Mean of ${names.length} ${names.length === 1 ? 'image' : 'images'}`, curves: mean },
      ...(names.length > 1 ? names.map((name, i) => ({ name, curves: ofImage(i) })) : []),
    ],
    images,
    imageNames: names,
    gains: [gain, ...furtherGains].map(({ anchor = 'plain codec', measure = psnrMeasure.key, range, mean }) => ({
      anchor,
      label: describeMeasures([measure])[0].label.replace(' dB', ''),
      range,
      mean,
    })),
    bdRates: bdRate.map(({ anchor, measure, percent, overlap, notes }) => ({
      anchor,
      measure,
      percent,
      overlap: overlap?.quality ?? null,
      notes,
    })),
  };
}

/** @returns null where the run has not been evaluated, or why its results cannot be read */
export async function readRateResults(path: string): Promise<ReturnType<typeof rateResultsOf> | string | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    return (error as Error).message;
  }
  try {
    return rateResultsOf(JSON.parse(text));
  } catch (error) {
    return (error as Error).message;
  }
}
