import { Random } from './random.js';

/**
 * The order in which a training takes items: each once per epoch, shuffled anew in every epoch. It depends on nothing but the seed and the
 * number of items.
 *
 * @returns a function from a place, counted from 0 over all epochs, to an item
 */
export function shuffledOrder(count: number, seed: number): (place: number) => number {
  const items = new Uint32Array(count);
  let shuffled: number | undefined;
  return (place) => {
    const epoch = Math.floor(place / count);
    if (epoch !== shuffled) {
      shuffle(items, new Random(seed, [epoch, 0, 0]));
      shuffled = epoch;
    }
    return items[place % count];
  };
}

/** Fills an array with 0, 1, 2 ... in a random order: Fisher and Yates, inside out. */
function shuffle(items: Uint32Array, random: Random): void {
  for (let i = 0; i < items.length; i++) {
    const j = random.integer(i + 1);
    items[i] = items[j];
    items[j] = i;
  }
}
