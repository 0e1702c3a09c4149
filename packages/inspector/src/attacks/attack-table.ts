import {
  type AttackedPlace,
  type AttackShare,
  diffJpegGradients,
  meanAttackInterval,
  meanAttackSuccess,
} from '@sandwich/models';
import { textTable } from '../reports/text-table.js';
import type { AttackResults } from './attack-results.js';

const percent = (share: number) => (Number.isNaN(share) ? '-' : (100 * share).toFixed(1));
const signed = (share: number) => `${share > 0 ? '+' : ''}${percent(share)}`;
const interval = ({ value, low, high }: AttackShare) =>
  Number.isNaN(value) ? '-' : `${percent(low)} to ${percent(high)}`;

const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)];

/** A gradient with its places and its mean success over them. */
interface RankedGradient {
  gradient: string;
  own: AttackedPlace[];
  mean: number;
}

/** The places of each gradient, strongest in the mean first. */
export function rankedGradients(places: readonly AttackedPlace[]): RankedGradient[] {
  const gradients = distinct(places.map(({ gradient }) => gradient)).map((gradient) => {
    const own = places.filter((place) => place.gradient === gradient);
    return { gradient, own, mean: meanAttackSuccess(own) };
  });
  return gradients.sort((a, b) => b.mean - a.mean);
}

/**
 * Tables of attacks for people: the success of each gradient at each budget, in per cent of the pictures that were right before, the mean over
 * qualities, and the mean over all places with its 95 % interval; then, for each mode of Diff-JPEG, by how many points it is ahead of each other
 * gradient over the places that both have, picture by picture, and at which places the interval says that it is ahead, or behind.
 */
export function attackTable({ places }: AttackResults): string {
  const budgets = distinct(places.map(({ budget }) => budget));
  const all = rankedGradients(places);
  const rows = all.map(({ gradient, own, mean }) => [
    gradient,
    ...budgets.map((budget) => percent(meanAttackSuccess(own.filter((place) => place.budget === budget)))),
    percent(mean),
    interval(meanAttackInterval(own)),
  ]);
  const modes = all.filter(({ gradient }) => diffJpegGradients.some((mode) => mode === gradient));
  return [
    textTable(['gradient', ...budgets.map((budget) => `budget ${budget}`), 'mean', '95 % interval'], rows),
    ...(all.length > 1 ? modes.map((mode) => comparisonTable(mode, all)) : []),
  ].join('\n\n');
}

function comparisonTable({ gradient: mode, own }: RankedGradient, all: readonly RankedGradient[]): string {
  const rows = all
    .filter(({ gradient }) => gradient !== mode)
    .map(({ gradient, own: others }) => {
      const pairs = own.flatMap((place) => {
        const other = others.find(({ budget, quality }) => budget === place.budget && quality === place.quality);
        return other ? [{ place, other, difference: meanAttackInterval([place], [other]) }] : [];
      });
      const over = meanAttackInterval(
        pairs.map(({ place }) => place),
        pairs.map(({ other }) => other),
      );
      const where = (is: (difference: AttackShare) => boolean) =>
        distinct(pairs.map(({ place: { budget } }) => budget))
          .map((budget) => ({
            budget,
            qualities: pairs
              .filter(({ place, difference }) => place.budget === budget && is(difference))
              .map(({ place }) => place.quality),
          }))
          .filter(({ qualities }) => qualities.length > 0)
          .map(({ budget, qualities }) => `budget ${budget}: ${qualities.join(', ')}`)
          .join('; ');
      return [gradient, signed(over.value), interval(over), where(({ low }) => low > 0), where(({ high }) => high < 0)];
    });
  return textTable([`${mode} less`, 'points', '95 % interval', 'ahead at the qualities', 'behind at'], rows);
}
