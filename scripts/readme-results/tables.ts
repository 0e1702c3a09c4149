import { groupsOf, type MeasureDescription, meanPsnr, type Results } from '../../packages/evaluation/src/index.js';
import { markdownTable } from '../docs/markdown-table.js';
import { percentText, rateText } from './figures.js';
import { gainCells, gainHeader } from './gain-rows.js';
import { findStated, type StatedOfNetwork } from './zoo-results.js';

/** Sandwiches around a JPEG file of 8 bits, in the order in which they are shown. */
const SANDWICHES = [
  'color-over-grayscale',
  'color-over-grayscale-medium',
  'hires-over-lowres',
  'color-over-420',
  'color-over-444',
  'lpips-jpeg',
];
const CLIC = 'results-clic.json';
const TRELLIS = 'results-jpeg-trellis.json';

const quoted = (name: string): string => `\`${name}\``;
const count = ({ candidate }: Results): string => `${candidate.items.length}`;

interface Entry {
  /** Cells that say whose results these are. */
  names: string[];
  results: Results;
}

/** Networks with what one file states of them, those that have it. */
const entriesOf = (stated: readonly StatedOfNetwork[], networks: readonly string[], file?: string): Entry[] =>
  networks.flatMap((network) => {
    const results = findStated(stated, network, file);
    return results ? [{ names: [quoted(network)], results }] : [];
  });

/** A table, or that there is nothing to put into it. */
const tableOf = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  rows.length > 0 ? markdownTable(header, rows) : 'No results are stated yet.';

/** A row for each entry and group of anchors, the reference first. */
function gainTable(heads: readonly string[], entries: readonly Entry[]): string {
  const rows = entries.flatMap(({ names, results }) =>
    groupsOf(results).flatMap((group) => {
      const cells = gainCells(results, group);
      return cells ? [[...names, group, count(results), ...cells]] : [];
    }),
  );
  return tableOf([...heads, 'against', 'photographs', ...gainHeader], rows);
}

/** How bits change at equal quality, a row for each rate that any measure reaches. */
function rateChangeTable({ rateChanges, bdRates, measures }: Results): string {
  const changes = rateChanges.map(({ group, bpp, percent }) => [
    `${group} at ${rateText(bpp)} bpp`,
    ...measures.map(({ key }) => percentText(percent[key])),
  ]);
  const anchors = [...new Set(bdRates.map(({ anchor }) => anchor))];
  const bdRateCell = (anchor: string, { key }: MeasureDescription) => {
    const found = bdRates.find((bdRate) => bdRate.anchor === anchor && bdRate.measure === key);
    return percentText(found?.percent, found?.overlap?.quality);
  };
  const averages = anchors.map((anchor) => [`BD-rate, ${anchor}`, ...measures.map((each) => bdRateCell(anchor, each))]);
  const rows = [...changes, ...averages].filter(([, ...cells]) => cells.some((cell) => cell !== percentText(null)));
  return tableOf(['bits in %, against', ...measures.map(({ label }) => label)], rows);
}

/** Bits at equal mean PSNR at each rate; entries of the same rates. */
function bitsTable(heads: readonly string[], entries: readonly Entry[]): string {
  const rates = [...new Set(entries.flatMap(({ results }) => results.rateChanges.map(({ bpp }) => rateText(bpp))))];
  const rows = entries.flatMap(({ names, results }) =>
    groupsOf(results).map((group) => {
      const changes = results.rateChanges.filter((change) => change.group === group);
      const cells = rates.map((rate) => changes.find(({ bpp }) => rateText(bpp) === rate)?.percent[meanPsnr.key]);
      return [...names, group, count(results), ...cells.map((percent) => percentText(percent))];
    }),
  );
  return tableOf([...heads, 'against', 'photographs', ...rates.map((rate) => `at ${rate} bpp, %`)], rows);
}

/** Files of one network, without those that were measured on other photographs, by what codec they are around. */
const codecEntries = (stated: readonly StatedOfNetwork[], named: string): Entry[] =>
  stated
    .filter(({ network, file }) => network === named && file !== CLIC)
    .map(({ results }) => ({ names: [results.codec?.format ?? ''], results }));

/** What is stated of networks that are no sandwiches around such a file. */
const otherEntries = (stated: readonly StatedOfNetwork[]): Entry[] =>
  stated
    .filter(({ network, file }) => !SANDWICHES.includes(network) && file === 'results.json')
    .map(({ network, results }) => ({ names: [quoted(network), results.items], results }));

/** The tables that documents have regions for, by name. */
export function resultTables(stated: readonly StatedOfNetwork[]): Record<string, string> {
  const lpips = findStated(stated, 'lpips-jpeg');
  const colourFiles = ['color-over-420', 'color-over-444'];
  const searched = entriesOf(stated, colourFiles, TRELLIS);
  return {
    kodak: gainTable(['networks'], entriesOf(stated, SANDWICHES)),
    clic: gainTable(['networks'], entriesOf(stated, SANDWICHES, CLIC)),
    'gray-codecs': gainTable(['gray codec'], codecEntries(stated, 'color-over-grayscale')),
    bits: bitsTable(['networks'], entriesOf(stated, ['hires-over-lowres', ...colourFiles])),
    trellis: gainTable(['networks'], searched),
    'trellis-bits': bitsTable(['networks'], searched),
    others: gainTable(['network', 'measured on'], otherEntries(stated)),
    lpips: lpips ? rateChangeTable(lpips) : tableOf([], []),
  };
}
