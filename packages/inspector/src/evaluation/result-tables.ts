import {
  anchorsOf,
  type BdRate,
  type CoderResults,
  type Curve,
  groupsOf,
  type MeasureDescription,
  meanGain,
  NO_VALUES,
  type Results,
} from '@sandwich/evaluation';
import { overlapNote } from '../overlap-note.js';
import { textTable } from '../reports/text-table.js';

const fixed = (value: number | null | undefined, digits: number): string => value?.toFixed(digits) ?? '';
const signed = (value: number | null | undefined, digits: number, unit = ''): string =>
  value == null ? '-' : `${value > 0 ? '+' : ''}${value.toFixed(digits)}${unit}`;

/** A measure with its unit. */
export const headingOf = ({ label, unit }: MeasureDescription): string => (unit ? `${label} ${unit}` : label);

/** Every point of every curve: setting, real bits, estimated bits where there are any, measures. */
export function pointTable({
  measures,
  ...results
}: Pick<Results, 'candidate' | 'anchors' | 'reference' | 'compared' | 'measures'>): string {
  const curves: (Curve | CoderResults)[] = [results.candidate, ...anchorsOf(results), ...results.compared];
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
  return textTable(['coder', 'setting', 'bpp', ...estimated, ...measures.map(headingOf)], rows);
}

/** What measures say of the items themselves, a line each, where that is not the best there is; empty where there is none. */
export const uncompressedLines = ({ measures }: Pick<Results, 'measures'>): string =>
  measures
    .flatMap((measure) => {
      const { label, unit, digits, uncompressed } = measure;
      return uncompressed === undefined
        ? []
        : [`${label} without compression: ${uncompressed.toFixed(digits)} ${unit}`];
    })
    .join('\n');

/** How many networks stand behind all points of the candidate's curve; empty where results do not say it. */
export const networksLine = ({ candidate: { name, networks } }: Pick<Results, 'candidate'>): string =>
  networks === undefined ? '' : `networks behind the curve of ${name}: ${networks}`;

/** A table a group of anchors, the reference first: gains in each measure at some rates, the mean last. */
export function gainTables(results: Pick<Results, 'gains' | 'measures' | 'reference' | 'anchors'>): string {
  const { gains, measures } = results;
  const tables = groupsOf(results).map((group) => {
    const columns = measures.map(({ key }) => gains.find((gain) => gain.group === group && gain.measure === key));
    const rates = [...new Set(columns.flatMap((gain) => gain?.at.map(({ bpp }) => fixed(bpp, 3)) ?? []))];
    const rows = rates
      .sort((a, b) => Number(a) - Number(b))
      .map((rate) => [
        rate,
        ...columns.map((gain, i) => {
          const found = gain?.at.find(({ bpp }) => fixed(bpp, 3) === rate);
          return found ? signed(found.gain, measures[i].digits) : '';
        }),
      ]);
    const means = columns.map((gain, i) => signed(gain?.mean, measures[i].digits));
    const heads = measures.map(headingOf);
    return `gain over ${group}, positive where better\n${textTable(['bpp', ...heads], [...rows, ['mean', ...means]])}`;
  });
  return tables.join('\n\n');
}

/** Bjontegaard deltas by anchor, a column a measure. */
function bdRows(
  { bdRates, measures }: Pick<Results, 'bdRates' | 'measures'>,
  show: (found: BdRate | undefined, measure: MeasureDescription) => string,
): string[][] {
  const anchors = [...new Set(bdRates.map(({ anchor }) => anchor))];
  return anchors.map((name) => [
    name,
    ...measures.map((measure) =>
      show(
        bdRates.find((found) => found.anchor === name && found.measure === measure.key),
        measure,
      ),
    ),
  ]);
}

/** A figure, and over how much it is averaged where that is little. */
const withOverlap = (figure: string, overlap: number | undefined): string =>
  figure === '-' ? figure : `${figure}${overlapNote(overlap)}`;

const percents = (results: Pick<Results, 'bdRates' | 'measures'>): string[][] =>
  bdRows(results, (found) => withOverlap(signed(found?.percent, 1, ' %'), found?.overlap?.quality));

/** How bits change at equal quality: at each rate of the anchors of a group, then BD-rate against each curve. */
export const rateChangeTable = ({
  rateChanges,
  ...results
}: Pick<Results, 'rateChanges' | 'bdRates' | 'measures'>): string =>
  textTable(
    ['bits at equal quality', ...results.measures.map(({ label }) => label)],
    [
      ...rateChanges.map(({ group, bpp, percent }) => [
        `${group}, ${fixed(bpp, 3)} bpp`,
        ...results.measures.map(({ key }) => signed(percent[key], 1, ' %')),
      ]),
      ...percents(results).map(([anchor, ...cells]) => [`BD-rate, ${anchor}`, ...cells]),
    ],
  );

/** How measures change at equal bits: BD-PSNR and its like against each curve. */
export const bdQualityTable = (results: Pick<Results, 'bdRates' | 'measures'>): string =>
  textTable(
    ['quality at equal bits', ...results.measures.map(headingOf)],
    bdRows(results, (found, { digits }) => withOverlap(signed(found?.delta, digits), found?.overlap?.rate)).map(
      ([anchor, ...cells]) => [`BD, ${anchor}`, ...cells],
    ),
  );

/** A row for each evaluation and group: mean gains in each measure. */
export function summaryTable(evaluations: readonly { label: string; results: Results }[]): string {
  const [{ results: first }] = evaluations;
  const rows = evaluations.flatMap(({ label, results }) =>
    groupsOf(results).map((group) => [
      label,
      group,
      ...first.measures.map(({ key, digits }) => signed(meanGain(results.gains, group, key), digits)),
    ]),
  );
  return textTable(['mean gain of', 'over', ...first.measures.map(headingOf)], rows);
}

/** Why figures are missing, a line each; a column of dashes says enough about a measure without values. */
export const bdNotes = (bdRates: readonly BdRate[]): string =>
  bdRates
    .flatMap(({ anchor, measure, notes }) =>
      notes.filter((note) => note !== NO_VALUES).map((note) => `${anchor}, ${measure}: ${note}`),
    )
    .join('\n');
