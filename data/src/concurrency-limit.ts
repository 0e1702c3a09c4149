/**
 * A function that runs the work it is given, at most `limit` pieces at a time, in the order in which they come.
 *
 * @example
 * const limited = concurrencyLimit(4);
 * const texts = await Promise.all(paths.map((path) => limited(() => readFile(path, 'utf8'))));
 */
export function concurrencyLimit(limit: number): <R>(work: () => Promise<R>) => Promise<R> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running < limit) running++;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      // What waits takes over the place.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
