import { textTable } from '../reports/text-table.js';
import type { Curve, SystemResult } from './evaluate.js';
import type { Measure } from './metric.js';
import { type BdRate, type EvaluationResults, NO_VALUES } from './results.js';

/** Letters of a name that fit beside the other columns. */
const LONGEST_NAME = 28;

const fixed = (value: number | null | undefined, digits: number): string => value?.toFixed(digits) ?? '';
const signed = (value: number | null | undefined, digits: number, unit = ''): string =>
  value == null ? '-' : `${value > 0 ? '+' : ''}${value.toFixed(digits)}${unit}`;
const shortened = (name: string): string => (name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name);
const withoutUnit = ({ label }: Measure): string => label.replace(' dB', '');

/** Every point of every curve: setting, real bits, estimated bits where there are any, measures. */
export function pointTable(curves: readonly (Curve | SystemResult)[], measures: readonly Measure[]): string {
  const estimates = ({ results }: Curve) => results['bpp-estimated'] ?? [];
  const isEstimated = curves.some((curve) => estimates(curve).some((value) => value !== null));
  const rows = curves.flatMap((curve) =>
    curve.results.bpp.map((bpp, i) => [
      shortened(curve.name),
      'settings' in curve ? curve.settings[i] : '',
      fixed(bpp, 3),
      ...(isEstimated ? [fixed(estimates(curve)[i], 3)] : []),
      ...measures.map(({ key, digits }) => fixed(curve.results[key]?.[i], digits)),
    ]),
  );
  const estimated = isEstimated ? ['est.'] : [];
  return textTable(['system', 'setting', 'bpp', ...estimated, ...measures.map(({ label }) => label)], rows);
}

/** The gain at each rate, the mean last. */
export const gainTable = ({ at, mean }: EvaluationResults['gain']): string =>
  textTable(
    ['bpp', 'sandwich dB', 'plain codec dB', 'gain dB'],
    [
      ...at.map(({ bpp, quality, baseline, gain }) => [
        fixed(bpp, 3),
        fixed(quality, 2),
        fixed(baseline, 2),
        fixed(gain, 2),
      ]),
      ['mean', '', '', fixed(mean, 2)],
    ],
  );

/** Bjontegaard deltas by anchor, a column a measure. */
function bdRows(
  bdRate: readonly BdRate[],
  measures: readonly Measure[],
  show: (found: BdRate | undefined, measure: Measure) => string,
): string[][] {
  const anchors = [...new Set(bdRate.map(({ anchor }) => anchor))];
  return anchors.map((name) => [
    shortened(name),
    ...measures.map((measure) =>
      show(
        bdRate.find((found) => found.anchor === name && found.measure === measure.key),
        measure,
      ),
    ),
  ]);
}

const percents = (bdRate: readonly BdRate[], measures: readonly Measure[]): string[][] =>
  bdRows(bdRate, measures, (found) => signed(found?.percent, 1, ' %'));

/** How bits change at equal quality: at each rate of the plain codec, then BD-rate against each anchor. */
export const rateChangeTable = (
  { rateChange, bdRate }: Pick<EvaluationResults, 'rateChange' | 'bdRate'>,
  measures: readonly Measure[],
): string =>
  textTable(
    ['bits at equal quality', ...measures.map(withoutUnit)],
    [
      ...rateChange.map(({ bpp, percent }) => [
        `plain codec at ${fixed(bpp, 3)} bpp`,
        ...measures.map(({ key }) => signed(percent[key], 1, ' %')),
      ]),
      ...percents(bdRate, measures).map(([anchor, ...cells]) => [`BD-rate, ${anchor}`, ...cells]),
    ],
  );

/** How measures change at equal bits: BD-PSNR and its like against each anchor. */
export const bdQualityTable = (bdRate: readonly BdRate[], measures: readonly Measure[]): string =>
  textTable(
    ['quality at equal bits', ...measures.map(({ label }) => label)],
    bdRows(bdRate, measures, (found, { digits }) => signed(found?.delta, digits)).map(([anchor, ...cells]) => [
      `BD, ${anchor}`,
      ...cells,
    ]),
  );

/** A row for each run, codec and anchor: mean gain, BD-rates. */
export function summaryTable(
  evaluations: readonly { label: string; results: EvaluationResults }[],
  measures: readonly Measure[],
): string {
  const rows = evaluations.flatMap(({ label, results: { gain, bdRate } }) =>
    percents(bdRate, measures).map((row, i) => [shortened(label), i === 0 ? fixed(gain.mean, 2) : '', ...row]),
  );
  return textTable(['evaluated', 'gain dB', 'BD-rate against', ...measures.map(withoutUnit)], rows);
}

/** Why figures are missing, a line each; a column of dashes says enough about a measure without values. */
export const bdNotes = (bdRate: readonly BdRate[]): string =>
  bdRate
    .flatMap(({ anchor, measure, notes }) =>
      notes.filter((note) => note !== NO_VALUES).map((note) => `${anchor}, ${measure}: ${note}`),
    )
    .join('\n');
