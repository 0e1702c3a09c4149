import { textTable } from '../reports/text-table.js';
import type { Curve, SystemResult } from './evaluate.js';
import { knownMeasures } from './known-measures.js';
import type { Measure } from './metric.js';
import { psnrMeasures } from './psnr-metric.js';
import { type BdRate, type EvaluationResults, meanGainsOf, type NamedGain, NO_VALUES } from './results.js';

const fixed = (value: number | null | undefined, digits: number): string => value?.toFixed(digits) ?? '';
const signed = (value: number | null | undefined, digits: number, unit = ''): string =>
  value == null ? '-' : `${value > 0 ? '+' : ''}${value.toFixed(digits)}${unit}`;
const withoutUnit = ({ label }: Measure): string => label.replace(' dB', '');

/** Every point of every curve: setting, real bits, estimated bits where there are any, measures. */
export function pointTable(curves: readonly (Curve | SystemResult)[], measures: readonly Measure[]): string {
  const estimates = ({ results }: Curve) => results['bpp-estimated'] ?? [];
  const isEstimated = curves.some((curve) => estimates(curve).some((value) => value !== null));
  const rows = curves.flatMap((curve) =>
    curve.results.bpp.map((bpp, i) => [
      curve.name,
      'settings' in curve ? curve.settings[i] : '',
      fixed(bpp, 3),
      ...(isEstimated ? [fixed(estimates(curve)[i], 3)] : []),
      ...measures.map(({ key, digits }) => fixed(curve.results[key]?.[i], digits)),
    ]),
  );
  const estimated = isEstimated ? ['est.'] : [];
  return textTable(['system', 'setting', 'bpp', ...estimated, ...measures.map(({ label }) => label)], rows);
}

const labelOf = (key: string): string => knownMeasures.find((known) => known.key === key)?.label ?? key;

/** The gain at each rate, the mean last. */
const gainTable = ({ anchor, measure, at, mean }: NamedGain): string =>
  `gain in ${labelOf(measure)}, sandwich over ${anchor}\n${textTable(
    ['bpp', 'sandwich', 'anchor', 'gain'],
    [
      ...at.map(({ bpp, quality, baseline, gain }) => [
        fixed(bpp, 3),
        fixed(quality, 2),
        fixed(baseline, 2),
        fixed(gain, 2),
      ]),
      ['mean', '', '', fixed(mean, 2)],
    ],
  )}`;

/** A table a gain. */
export const gainTables = (gains: readonly NamedGain[]): string => gains.map(gainTable).join('\n\n');

/** Bjontegaard deltas by anchor, a column a measure. */
function bdRows(
  bdRate: readonly BdRate[],
  measures: readonly Measure[],
  show: (found: BdRate | undefined, measure: Measure) => string,
): string[][] {
  const anchors = [...new Set(bdRate.map(({ anchor }) => anchor))];
  return anchors.map((name) => [
    name,
    ...measures.map((measure) =>
      show(
        bdRate.find((found) => found.anchor === name && found.measure === measure.key),
        measure,
      ),
    ),
  ]);
}

/** Below this part in common of two curves, a Bjontegaard delta is shown with it. */
const ENOUGH_OVERLAP = 0.75;

/** A figure, and over how much it is averaged where that is little. */
const withOverlap = (figure: string, overlap: number | undefined): string =>
  figure === '-' || overlap === undefined || overlap >= ENOUGH_OVERLAP
    ? figure
    : `${figure} (over ${Number((100 * overlap).toPrecision(2))} %)`;

const percents = (bdRate: readonly BdRate[], measures: readonly Measure[]): string[][] =>
  bdRows(bdRate, measures, (found) => withOverlap(signed(found?.percent, 1, ' %'), found?.overlap?.quality));

/** How bits change at equal quality: at each rate of the plain codec, then BD-rate against each anchor. */
export const rateChangeTable = (
  { rateChange, bdRate }: Pick<EvaluationResults, 'rateChange' | 'bdRate'>,
  measures: readonly Measure[],
): string =>
  textTable(
    ['bits at equal quality', ...measures.map(withoutUnit)],
    [
      ...rateChange.map(({ anchor, bpp, percent }) => [
        `${anchor}, ${fixed(bpp, 3)} bpp`,
        ...measures.map(({ key }) => signed(percent[key], 1, ' %')),
      ]),
      ...percents(bdRate, measures).map(([anchor, ...cells]) => [`BD-rate, ${anchor}`, ...cells]),
    ],
  );

/** How measures change at equal bits: BD-PSNR and its like against each anchor. */
export const bdQualityTable = (bdRate: readonly BdRate[], measures: readonly Measure[]): string =>
  textTable(
    ['quality at equal bits', ...measures.map(({ label }) => label)],
    bdRows(bdRate, measures, (found, { digits }) =>
      withOverlap(signed(found?.delta, digits), found?.overlap?.rate),
    ).map(([anchor, ...cells]) => [`BD, ${anchor}`, ...cells]),
  );

/** A row for each run, codec and anchor: mean gain, BD-rates. */
export function summaryTable(
  evaluations: readonly { label: string; results: EvaluationResults }[],
  measures: readonly Measure[],
): string {
  const rows = evaluations.flatMap(({ label, results }) =>
    percents(results.bdRate, measures).map((row, i) => [
      label,
      ...meanGainsOf(results).map(({ mean }) => (i === 0 ? fixed(mean, 2) : '')),
      ...row,
    ]),
  );
  const gains = psnrMeasures.map((measure) => `gain, ${withoutUnit(measure)}`);
  return textTable(['evaluated', ...gains, 'BD-rate against', ...measures.map(withoutUnit)], rows);
}

/** Why figures are missing, a line each; a column of dashes says enough about a measure without values. */
export const bdNotes = (bdRate: readonly BdRate[]): string =>
  bdRate
    .flatMap(({ anchor, measure, notes }) =>
      notes.filter((note) => note !== NO_VALUES).map((note) => `${anchor}, ${measure}: ${note}`),
    )
    .join('\n');
