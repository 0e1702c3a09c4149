import { bootstrapInterval, wilsonInterval } from '@sandwich/evaluation';
import type { AttackedPlace } from './attack-grid.js';

/** A share with its 95 % interval. */
export interface Share {
  value: number;
  low: number;
  high: number;
}

/** The share of pictures that an attack fooled the recogniser with, of those that it knew without; NaN if it knew none. */
export function attackSuccess({ outcomes }: Pick<AttackedPlace, 'outcomes'>): Share & { fooled: number; of: number } {
  const fooled = outcomes.filter((outcome) => outcome === 'fooled').length;
  const of = outcomes.filter((outcome) => outcome !== 'missed').length;
  const [low, high] = wilsonInterval(fooled, of);
  return { value: fooled / of, low, high, fooled, of };
}

/** The mean over places of the shares among some pictures, which may come several times. */
function meanSuccess(places: readonly AttackedPlace[], pictures: ArrayLike<number>): number {
  let sum = 0;
  for (const { outcomes } of places) {
    let [fooled, known] = [0, 0];
    for (let i = 0; i < pictures.length; i++) {
      const outcome = outcomes[pictures[i]];
      if (outcome === 'missed') continue;
      known++;
      if (outcome === 'fooled') fooled++;
    }
    sum += fooled / known;
  }
  return sum / places.length;
}

/**
 * The mean success of an attack over places of a grid, with a 95 % interval of the bootstrap over pictures.
 *
 * @param places of the same pictures
 * @param against places of another attack on them: then it is the difference, picture by picture
 */
export function meanAttackSuccess(places: readonly AttackedPlace[], against?: readonly AttackedPlace[]): Share {
  const count = places[0].outcomes.length;
  const statistic = (pictures: ArrayLike<number>) =>
    meanSuccess(places, pictures) - (against ? meanSuccess(against, pictures) : 0);
  const [low, high] = bootstrapInterval(count, statistic);
  return { value: statistic([...new Array(count).keys()]), low, high };
}
