import type { Picture } from '@sandwich/pictures';

/**
 * A function of a picture and something else that keeps its results for the last picture, for coders that need the same ones.
 *
 * @param keyOf equal for arguments of equal results
 */
export function keptOfLastPicture<Argument, Result>(
  compute: (image: Picture, argument: Argument) => Result,
  keyOf: (argument: Argument) => unknown,
): (image: Picture, argument: Argument) => Result {
  let last: { image: Picture; results: Map<unknown, Result> } | undefined;
  return (image, argument) => {
    if (last?.image !== image) last = { image, results: new Map() };
    const key = keyOf(argument);
    const result = last.results.get(key) ?? compute(image, argument);
    last.results.set(key, result);
    return result;
  };
}
