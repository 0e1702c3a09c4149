import {
  type BdRate,
  type GroupGain,
  groupOf,
  meanErrorPsnr,
  meanPsnr,
  type Results,
} from '../../packages/evaluation/src/index.js';
import { gainText, percentText, rateText } from './figures.js';

/** Columns of `gainCells`. */
export const gainHeader = [
  'rates, bpp',
  'gain at the lowest, dB',
  'in the middle',
  'at the highest',
  'mean',
  'mean, PSNR of mean error',
  'BD-rate, %',
];

/** The Bjontegaard delta of mean PSNR against the anchor of a group that it is least favourable for. */
function leastFavourable({ anchors, bdRates }: Results, group: string): BdRate | undefined {
  const names = anchors.filter((anchor) => groupOf(anchor) === group).map(({ name }) => name);
  return bdRates
    .filter(({ anchor, measure, percent }) => names.includes(anchor) && measure === meanPsnr.key && percent !== null)
    .sort((a, b) => b.percent! - a.percent!)[0];
}

/** Gains of mean PSNR at the ends and in the middle of the rates, then means and BD-rate; undefined where nothing was gained or lost. */
export function gainCells(results: Results, group: string): string[] | undefined {
  const gainIn = (measure: string): GroupGain | undefined =>
    results.gains.find((gain) => gain.group === group && gain.measure === measure);
  const { at = [], mean } = gainIn(meanPsnr.key) ?? {};
  if (at.length === 0) return undefined;
  const chosen = [at[0], at[Math.floor(at.length / 2)], at[at.length - 1]];
  const bdRate = leastFavourable(results, group);
  return [
    `${rateText(chosen[0].bpp)} to ${rateText(chosen[2].bpp)}`,
    ...chosen.map(({ gain }) => gainText(gain)),
    gainText(mean),
    gainText(gainIn(meanErrorPsnr.key)?.mean),
    percentText(bdRate?.percent, bdRate?.overlap?.quality),
  ];
}
