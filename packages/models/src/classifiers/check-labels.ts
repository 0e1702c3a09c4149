import type { Recogniser } from './recogniser.js';

/**
 * Refuses pictures of other classes than those of a recogniser.
 *
 * @param names of the pictures, for the error; their numbers by default
 * @throws RangeError naming the first picture whose label is none of the classes
 */
export function checkLabels(
  { name, classes }: Pick<Recogniser, 'name' | 'classes'>,
  labels: ArrayLike<number>,
  names?: readonly string[],
): void {
  const bad = Array.from(labels).findIndex((label) => !(Number.isInteger(label) && label >= 0 && label < classes));
  if (bad < 0) return;
  throw new RangeError(
    `${names?.[bad] ?? `picture ${bad}`} has the label ${labels[bad]}, and ${name} tells ${classes} classes apart, from 0 on`,
  );
}
