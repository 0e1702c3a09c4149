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

/**
 * The mean success of an attack over places of a grid, without those at which the recogniser knew no picture; NaN where there is no other.
 *
 * @param pictures indexes, which may come several times; default all, once
 */
export function meanAttackSuccess(places: readonly AttackedPlace[], pictures?: ArrayLike<number>): number {
  let [sum, counted] = [0, 0];
  for (const { outcomes } of places) {
    let [fooled, known] = [0, 0];
    const count = pictures?.length ?? outcomes.length;
    for (let i = 0; i < count; i++) {
      const outcome = outcomes[pictures?.[i] ?? i];
      if (outcome === 'missed') continue;
      known++;
      if (outcome === 'fooled') fooled++;
    }
    if (known === 0) continue;
    sum += fooled / known;
    counted++;
  }
  return sum / counted;
}

/**
 * The mean success of an attack with a 95 % interval of the bootstrap over pictures.
 *
 * @param places of the same pictures
 * @param against places of another attack on them: then it is the difference, picture by picture
 */
export function meanAttackInterval(places: readonly AttackedPlace[], against?: readonly AttackedPlace[]): Share {
  const statistic = (pictures?: ArrayLike<number>) =>
    meanAttackSuccess(places, pictures) - (against ? meanAttackSuccess(against, pictures) : 0);
  const value = statistic();
  if (Number.isNaN(value)) return { value, low: value, high: value };
  const [low, high] = bootstrapInterval(places[0].outcomes.length, statistic);
  return { value, low, high };
}
